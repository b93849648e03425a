use ecom67_app::evaluation::with_typo;
use ecom67_app::search::{ListQuery, ProductIndex, QUERY_LENGTH_MAX, SuggestQuery, Suggestions};
use ecom67_domain::Language;

use super::entries::{a_list, an_entry, by_brand, codes, found, list, put, valid};

const NOTHING: [&str; 0] = [];

pub async fn german_words_are_found_in_their_other_forms(index: &dyn ProductIndex) {
    put(
        index,
        [
            an_entry("a").named(Language::GERMAN, "Zwei Tassen mit Henkel"),
            an_entry("b").named(Language::GERMAN, "Holzbretter"),
            an_entry("c").named(Language::GERMAN, "Decke aus Wolle"),
        ],
    )
    .await;

    for (text, expected) in [("tasse", "a"), ("Henkeln", "a"), ("holzbrett", "b"), ("Decken", "c"), ("WOLLE", "c")] {
        assert_eq!(found(index, Language::GERMAN, text).await, [expected], "{text}");
    }
}

pub async fn german_umlauts_are_found_however_they_are_spelled(index: &dyn ProductIndex) {
    put(
        index,
        [
            an_entry("a").named(Language::GERMAN, "Großer Käseteller"),
            an_entry("b").named(Language::GERMAN, "Mörser"),
            an_entry("c").named(Language::GERMAN, "Nuss aus Stahl"),
        ],
    )
    .await;

    for (text, expected) in [
        ("GROSSER", "a"),
        ("großer", "a"),
        ("kaeseteller", "a"),
        ("käseteller", "a"),
        ("kaseteller", "a"),
        ("Moerser", "b"),
        ("morser", "b"),
        ("Nuß", "c"),
    ] {
        assert_eq!(found(index, Language::GERMAN, text).await, [expected], "{text}");
    }
}

pub async fn english_words_are_found_in_their_other_forms(index: &dyn ProductIndex) {
    put(
        index,
        [
            an_entry("a").named(Language::ENGLISH, "Two Running Shoes"),
            an_entry("b").named(Language::ENGLISH, "Café table"),
        ],
    )
    .await;

    for (text, expected) in [("shoe", "a"), ("run", "a"), ("SHOES", "a"), ("cafe", "b"), ("tables", "b")] {
        assert_eq!(found(index, Language::ENGLISH, text).await, [expected], "{text}");
    }
}

pub async fn words_of_any_language_are_found_without_accents(index: &dyn ProductIndex) {
    let (french, japanese) = (valid("fr"), valid("ja"));
    put(
        index,
        [
            an_entry("a").named(french, "Crème brûlée").named(japanese, "湯呑み 青"),
            an_entry("b").named(french, "Bol à thé"),
        ],
    )
    .await;

    assert_eq!(found(index, french, "creme").await, ["a"]);
    assert_eq!(found(index, french, "BRÛLÉE").await, ["a"]);
    assert_eq!(found(index, french, "the").await, ["b"]);
    assert_eq!(found(index, japanese, "青").await, ["a"]);
}

pub async fn a_word_is_found_in_every_text_of_a_product(index: &dyn ProductIndex) {
    let entry = an_entry("a").brand("Zwiesel").text(Language::ENGLISH, |text| {
        "Goblet".clone_into(&mut text.name);
        "Glassware".clone_into(&mut text.product_type);
        "Blown by mouth.".clone_into(&mut text.description);
        "Kitchen\nTransparent".clone_into(&mut text.words);
    });
    put(index, [entry, an_entry("b")]).await;

    for word in ["goblet", "glassware", "mouth", "kitchen", "transparent", "zwiesel"] {
        assert_eq!(found(index, Language::ENGLISH, word).await, ["a"], "{word}");
    }
}

pub async fn texts_of_another_language_are_not_searched(index: &dyn ProductIndex) {
    let (french, italian) = (valid("fr"), valid("it"));
    put(
        index,
        [
            an_entry("a").named(Language::ENGLISH, "Gift").named(french, "Cadeau"),
            an_entry("b").named(Language::GERMAN, "Gift").named(italian, "Cadeau"),
        ],
    )
    .await;

    assert_eq!(found(index, Language::ENGLISH, "gift").await, ["a"]);
    assert_eq!(found(index, Language::GERMAN, "gift").await, ["b"]);
    assert_eq!(found(index, french, "cadeau").await, ["a"]);
    assert_eq!(found(index, italian, "cadeau").await, ["b"]);
    assert_eq!(found(index, valid("es"), "cadeau").await, NOTHING);
}

pub async fn a_product_with_the_word_in_its_name_comes_before_one_that_only_tells_of_it(index: &dyn ProductIndex) {
    let told = |code: &str, name: &str, description: &str| {
        an_entry(code).text(Language::ENGLISH, |text| {
            name.clone_into(&mut text.name);
            description.clone_into(&mut text.description);
        })
    };
    put(
        index,
        [
            told("a", "Saucer", "Goes well with a kettle, and stands on every table in the house."),
            told("b", "Kettle", "Boils a litre of water on every stove and keeps it warm for an hour."),
            told("c", "Stove", "Heats whatever is put on top of it, and the whole room beside it."),
        ],
    )
    .await;

    assert_eq!(found(index, Language::ENGLISH, "kettle").await, ["b", "a"]);
}

pub async fn two_words_must_both_be_found(index: &dyn ProductIndex) {
    let named = |code: &str, name: &str| an_entry(code).named(Language::ENGLISH, name);
    put(index, [named("a", "Red kettle"), named("b", "Blue kettle"), named("c", "Red lamp")]).await;

    assert_eq!(found(index, Language::ENGLISH, "red kettle").await, ["a"]);
    assert_eq!(found(index, Language::ENGLISH, "kettle, RED!").await, ["a"]);
}

pub async fn a_word_that_tells_more_than_the_others_is_enough(index: &dyn ProductIndex) {
    let named = |code: &str, name: &str| an_entry(code).named(Language::ENGLISH, name);
    let red = ["d", "e", "f", "g", "h", "i"].map(|code| named(code, "Red lamp"));
    put(index, [named("a", "Red kettle"), named("b", "Blue kettle"), named("c", "Lamp")]).await;
    put(index, red).await;

    assert_eq!(
        found(index, Language::ENGLISH, "red kettle").await,
        ["a", "b"],
        "every kettle, but not all that is red"
    );
}

pub async fn where_nothing_has_both_words_what_has_one_is_told_as_such(index: &dyn ProductIndex) {
    let named = |code: &str, name: &str| an_entry(code).named(Language::ENGLISH, name).brand("Kiln");
    put(index, [named("a", "Red kettle"), named("b", "Blue kettle"), named("c", "Red lamp")]).await;
    let query = |text: &str| ListQuery { text: Some(text.to_owned()), ..a_list() };

    let some = list(index, query("blue lamp")).await;
    let all = list(index, query("blue kettle")).await;
    let filtered = list(index, ListQuery { filters: vec![by_brand(&["Forge"])], ..query("blue kettle") }).await;

    let mut found = codes(&some);
    found.sort_unstable();
    assert_eq!((found, some.total, some.partial), (vec!["b", "c"], 2, true));
    assert_eq!((codes(&all), all.partial), (vec!["b"], false));
    assert_eq!((codes(&filtered), filtered.partial), (vec![], false), "the filter is to blame, not the words");
}

pub async fn a_typo_finds_what_was_meant_and_says_so(index: &dyn ProductIndex) {
    let (french, german) = (valid("fr"), Language::GERMAN);
    put(
        index,
        [
            an_entry("a").named(Language::ENGLISH, "Wireless headphones").named(german, "Kopfhörer"),
            an_entry("b").named(Language::ENGLISH, "Red kettle").named(german, "Roter Wasserkessel"),
            an_entry("c").named(french, "Théière bleue"),
        ],
    )
    .await;
    let corrected = async |language, text: &str| {
        let query = ListQuery { language, text: Some(text.to_owned()), ..a_list() };
        let hits = list(index, query).await;
        (codes(&hits).into_iter().map(str::to_owned).collect::<Vec<_>>(), hits.corrected)
    };

    for (language, typed, code, meant) in [
        (Language::ENGLISH, "heaphones", "a", "headphones"),
        (Language::ENGLISH, "Headphonse", "a", "headphones"),
        (Language::ENGLISH, "jeadphones", "a", "headphones"),
        (Language::ENGLISH, "headpones wireles", "a", "headphones wireless"),
        (Language::ENGLISH, "the kettel", "b", "the kettle"),
        (Language::ENGLISH, "kettlle red", "b", "kettle red"),
        (german, "kopfhörre", "a", "Kopfhörer"),
        (german, "waserkesel", "b", "Wasserkessel"),
        (french, "theire", "c", "théière"),
    ] {
        assert_eq!(corrected(language, typed).await, (vec![code.to_owned()], Some(meant.to_owned())), "{typed}");
    }
    for right in ["headphones", "kettle", "xyzzyx"] {
        assert_eq!(corrected(Language::ENGLISH, right).await.1, None, "{right}");
    }
    assert_eq!(corrected(Language::ENGLISH, "theiere").await.0, NOTHING, "a word of another language");
}

pub async fn a_model_number_is_never_taken_for_a_typo_of_another(index: &dyn ProductIndex) {
    let named = |code: &str, name: &str| an_entry(code).named(Language::ENGLISH, name);
    put(index, [named("a", "Printer LJ4050"), named("b", "Printer LJ4051")]).await;

    assert_eq!(found(index, Language::ENGLISH, "lj4052").await, NOTHING);
    assert_eq!(found(index, Language::ENGLISH, "lj4051").await, ["b"]);
}

pub async fn what_is_one_word_to_some_and_two_to_others_is_found_either_way(index: &dyn ProductIndex) {
    let named = |code: &str, name: &str| an_entry(code).named(Language::ENGLISH, name);
    put(index, [named("a", "Headset"), named("b", "Laptop bag"), named("c", "Laptop sleeve"), named("d", "Paper bag")])
        .await;
    let filler = ["e", "f", "g", "h"].map(|code| named(code, "Bag for a laptop"));
    put(index, filler).await;

    assert_eq!(found(index, Language::ENGLISH, "head set").await, ["a"]);
    let hits = list(index, ListQuery { text: Some("laptopbag".to_owned()), ..a_list() }).await;
    assert_eq!(codes(&hits).first(), Some(&"b"));
    assert_eq!((hits.total, hits.corrected.as_deref()), (5, Some("laptop bag")));
}

pub async fn numbers_with_units_are_found_however_they_are_written(index: &dyn ProductIndex) {
    let named = |code: &str, name: &str| an_entry(code).named(Language::ENGLISH, name).named(Language::GERMAN, name);
    put(index, [named("a", "Disk 500GB"), named("b", "Disk 1 TB"), named("c", "Screen 27\""), named("d", "Disk GB")])
        .await;

    for (text, expected) in [
        ("500gb", "a"),
        ("500 GB", "a"),
        ("0.5 TB disk", "a"),
        ("1000 gb", "b"),
        ("1tb", "b"),
        ("27 inch", "c"),
        ("27-inch screen", "c"),
        ("screen 27''", "c"),
    ] {
        assert_eq!(found(index, Language::ENGLISH, text).await, [expected], "{text}");
    }
    assert_eq!(found(index, Language::GERMAN, "0,5 TB").await, ["a"]);
    assert_eq!(found(index, Language::GERMAN, "27 Zoll").await, ["c"]);
}

pub async fn a_word_that_nobody_has_is_passed_over(index: &dyn ProductIndex) {
    let named = |code: &str, name: &str| an_entry(code).named(Language::ENGLISH, name);
    put(index, [named("a", "Red kettle"), named("b", "Blue lamp")]).await;

    assert_eq!(found(index, Language::ENGLISH, "kettle xyzzy").await, ["a"]);
    assert_eq!(found(index, Language::ENGLISH, "xyzzy").await, NOTHING);
}

pub async fn words_that_say_nothing_are_passed_over(index: &dyn ProductIndex) {
    let kettle = an_entry("a").named(Language::ENGLISH, "Red kettle").named(Language::GERMAN, "Roter Kessel");
    put(index, [kettle, an_entry("b").named(Language::ENGLISH, "The lamp").named(Language::GERMAN, "Die Lampe")]).await;

    assert_eq!(found(index, Language::ENGLISH, "a kettle for the").await, ["a"]);
    assert_eq!(found(index, Language::GERMAN, "den Kessel für die").await, ["a"]);
}

pub async fn a_number_is_found_whole_and_comes_first(index: &dyn ProductIndex) {
    let numbered = |code: &str, name: &str, number: &str| {
        an_entry(code).named(Language::ENGLISH, name).with(|entry| entry.numbers.push(number.to_owned()))
    };
    put(
        index,
        [
            numbered("bag", "Duffle Bag", "24-MB01"),
            numbered("other", "Bag 24-MB01, 24-MB01, 24-MB01", "24-MB02"),
            numbered("third", "Watch", "WT 7/x"),
        ],
    )
    .await;

    for text in ["24-MB01", "24-mb01", "24mb01", " 24 MB01 "] {
        let hits = found(index, Language::ENGLISH, text).await;
        assert_eq!(hits.first().map(String::as_str), Some("bag"), "{text} found {hits:?}");
    }
    assert_eq!(found(index, Language::ENGLISH, "wt7x").await, ["third"]);
    assert_eq!(found(index, Language::ENGLISH, "watch 24-MB01").await.first().map(String::as_str), Some("bag"));
    assert_eq!(found(index, Language::ENGLISH, "MB0").await, NOTHING);
}

pub async fn a_barcode_is_found_with_and_without_leading_zeros(index: &dyn ProductIndex) {
    put(index, [an_entry("a").with(|entry| entry.numbers.push("012345678905".to_owned())), an_entry("b")]).await;

    for text in ["012345678905", "0012345678905", "00012345678905", "12345678905"] {
        assert_eq!(found(index, Language::GERMAN, text).await, ["a"], "{text}");
    }
}

pub async fn matches_are_told_as_places_in_the_name(index: &dyn ProductIndex) {
    let name = "Größe XL: Käsebretter, blau & klein";
    put(index, [an_entry("a").named(Language::GERMAN, name)]).await;

    let marked = async |text: &str| {
        let query = ListQuery { language: Language::GERMAN, text: Some(text.to_owned()), ..a_list() };
        let hits = list(index, query).await;
        let matches = hits.hits.first().map(|hit| hit.name_matches.clone()).unwrap_or_default();
        matches.into_iter().map(|range| name[range].to_owned()).collect::<Vec<_>>()
    };

    assert_eq!(marked("kaesebrett").await, ["Käsebretter"]);
    assert_eq!(marked("klein GROESSE").await, ["Größe", "klein"]);
    assert_eq!(list(index, a_list()).await.hits[0].name_matches, []);
}

pub async fn white_space_is_no_words_and_marks_alone_find_nothing(index: &dyn ProductIndex) {
    put(index, ["a", "b"].map(an_entry)).await;

    assert_eq!(found(index, Language::ENGLISH, " \t\n").await, ["a", "b"]);
    assert_eq!(found(index, Language::ENGLISH, "").await, ["a", "b"]);
    assert_eq!(found(index, Language::ENGLISH, "?!").await, NOTHING);
}

pub async fn whatever_is_typed_is_words_and_never_an_error(index: &dyn ProductIndex) {
    put(index, [an_entry("a").named(Language::ENGLISH, "Red kettle"), an_entry("b")]).await;

    for text in [
        "\"red",
        "red AND",
        "(((",
        "name:red",
        "*:*",
        "-red",
        "red~9 ^5",
        "\\",
        "\0red\u{1f}",
        "/(.*)*/",
        "{\"match_all\":{}}",
        "red\u{301}\u{202e}",
        "🫖",
    ] {
        for language in ["en", "de", "fr"] {
            found(index, valid(language), text).await;
        }
    }
    let long = format!("red kettle {}", "word ".repeat(QUERY_LENGTH_MAX * 50));
    assert_eq!(found(index, Language::ENGLISH, &long).await, ["a"], "what is beyond the limit is ignored");
    let many: Vec<String> = (0..1_000).map(|number| number.to_string()).collect();
    found(index, Language::GERMAN, &many.join(" ")).await;
}

pub async fn words_and_filters_go_together(index: &dyn ProductIndex) {
    let named = |code: &str, name: &str, brand| an_entry(code).named(Language::ENGLISH, name).brand(brand);
    put(
        index,
        [
            named("a", "Red kettle", "Kiln").category("kitchen"),
            named("b", "Blue kettle", "Forge").category("kitchen"),
            named("c", "Red lamp", "Kiln").category("light"),
            named("d", "Small kettle", "Kiln").category("camping"),
        ],
    )
    .await;

    let query = ListQuery { text: Some("kettle".to_owned()), filters: vec![by_brand(&["Kiln"])], ..a_list() };
    let all = list(index, query.clone()).await;
    let kitchen = list(index, ListQuery { category: Some(valid("kitchen")), ..query }).await;

    assert_eq!((codes(&all).len(), all.total), (2, 2));
    assert_eq!((codes(&kitchen), kitchen.total), (vec!["a"], 1));
}

pub async fn what_somebody_types_is_completed_by_words_that_find_something(index: &dyn ProductIndex) {
    let named = |code: &str, name: &str| an_entry(code).named(Language::ENGLISH, name);
    let german = an_entry("f").named(Language::GERMAN, "Kännchen");
    let elsewhere = named("g", "Kettledrum").with(|entry| entry.prices = vec![(valid("mars"), 100)]);
    put(index, [named("a", "Red kettle"), named("b", "Blue kettle"), named("c", "Red ketchup"), german, elsewhere])
        .await;
    put(
        index,
        [named("d", "Lamp").text(Language::ENGLISH, |text| "For a kettlebell".clone_into(&mut text.description))],
    )
    .await;
    let suggested = async |language, text: &str| {
        let ListQuery { market, synonyms, .. } = a_list();
        let query = SuggestQuery { language, market, text: text.to_owned(), synonyms, hits: 5, queries: 5 };
        let Suggestions { queries, hits } = index.suggest(query).await.unwrap();
        let mut codes: Vec<String> = hits.iter().map(|hit| hit.code.to_string()).collect();
        codes.sort_unstable();
        (queries, codes.concat())
    };

    let english = Language::ENGLISH;
    assert_eq!(suggested(english, "ket").await, (vec!["kettle".to_owned(), "ketchup".to_owned()], "abc".to_owned()));
    assert_eq!(suggested(english, "red kett").await.0, ["red kettle"]);
    assert_eq!(suggested(english, "blue ket").await.0, ["blue kettle"], "nothing is suggested that finds nothing");
    assert_eq!(suggested(english, "kett").await.0, ["kettle"], "not what only a text tells of, or is sold elsewhere");
    assert_eq!(suggested(english, "ketle").await.0, ["kettle"], "a typo in the beginning");
    assert_eq!(suggested(english, "kettle").await, (vec![], "ab".to_owned()), "what is typed already is not suggested");
    assert_eq!(suggested(Language::GERMAN, "kaenn").await.0, ["Kännchen"], "in the spelling of the name");
    for nothing in ["", "  ", "?", "xyzzyx", "red ", &"a".repeat(10_000)] {
        assert_eq!(suggested(english, nothing).await.0, NOTHING, "{nothing}");
    }
    let ListQuery { market, synonyms, .. } = a_list();
    let query = SuggestQuery { language: english, market, text: "ket".to_owned(), synonyms, hits: 0, queries: 1 };
    let few = index.suggest(query).await.unwrap();
    assert_eq!((few.queries.len(), few.hits.len()), (1, 0));
}

pub async fn a_products_place_among_the_results_is_explained(index: &dyn ProductIndex) {
    let named = |code: &str, name: &str| an_entry(code).named(Language::ENGLISH, name);
    let numbered = named("c", "Lamp").with(|entry| entry.numbers.push("KETTLE-7".to_owned()));
    put(index, [named("a", "Red kettle"), named("b", "Kettle for tea"), numbered]).await;
    let query = |text: &str| ListQuery { text: Some(text.to_owned()), limit: 1, ..a_list() };

    let explained = index.explain(query("kettel"), &valid("b")).await.unwrap().expect("the index has it");
    let number = index.explain(query("kettle-7"), &valid("c")).await.unwrap().expect("the index has it");
    let unfound = index.explain(query("kettle"), &valid("c")).await.unwrap().expect("the index has it");

    let order = found(index, Language::ENGLISH, "kettle").await;
    assert_eq!(explained.place, order.iter().position(|code| code == "b").map(|place| place + 1));
    assert_eq!((explained.total, explained.corrected.as_deref()), (2, Some("kettle")));
    assert_eq!(explained.words.len(), 1);
    assert!((explained.words[0].share - 1.0).abs() < 1e-6 && explained.words[0].by_main > 0.0);
    assert_eq!((number.place, number.number_bonus > 0.0), (Some(1), true));
    assert_eq!(unfound.place, None);
    assert_eq!(index.explain(query("kettle"), &valid("nobody")).await.unwrap(), None);
}

pub async fn a_typo_never_empties_a_result_that_had_hits(index: &dyn ProductIndex) {
    const ADJECTIVES: [&str; 8] =
        ["striped", "wooden", "folding", "quiet", "yellow", "portable", "vintage", "waterproof"];
    const NOUNS: [&str; 12] = [
        "keyboard",
        "teapot",
        "umbrella",
        "backpack",
        "lantern",
        "headphones",
        "blanket",
        "bicycle",
        "printer",
        "curtain",
        "thermometer",
        "cushion",
    ];
    let names = || ADJECTIVES.iter().flat_map(|adjective| NOUNS.iter().map(move |noun| format!("{adjective} {noun}")));
    let entries = names().map(|name| an_entry(&name.replace(' ', "-")).named(Language::ENGLISH, &name));
    put(index, entries.collect::<Vec<_>>()).await;

    for (seed, name) in (0..).zip(names()) {
        for query in [name.as_str(), name.split(' ').next_back().unwrap_or_default()] {
            let typed = with_typo(query, seed, query);

            let hits = list(index, ListQuery { text: Some(typed.clone()), ..a_list() }).await;

            assert!(hits.total > 0, "{typed:?} for {query:?}");
        }
    }
}
