//! What strangers may send to each parser: nothing breaks one, and what is refused is refused as the caller's mistake.

use ecom67_app::search::{SortKey, SortValue};
use hyper::header::{ACCEPT_ENCODING, HeaderMap, HeaderValue};
use proptest::prelude::*;

use crate::answer::Encoding;
use crate::cursor::CursorSigner;
use crate::parameters::{ListParameters, SearchParameters, parse_filters, parse_query};

/// Texts near what a query is, and texts that are nothing at all.
fn query() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        Just("locale=en-gb".to_owned()),
        "(locale|q|limit|cursor|sort|filter|category|page)(=|==|&|)[ -~]{0,40}",
        "filter=(brand|price|availability|attribute\\.[a-z]{0,5}|category)?:?[0-9a-z%:-]{0,20}",
        "(%[0-9A-Fa-f]{0,2}|\\+|&|=|;|#){0,20}",
        any::<String>(),
    ];
    proptest::collection::vec(part, 0..8).prop_map(|parts| parts.join("&"))
}

proptest! {
    #[test]
    fn a_query_is_read_or_refused_with_a_field(query in query()) {
        for refusal in [
            parse_query::<ListParameters>(&query).err(),
            parse_query::<SearchParameters>(&query).err(),
        ].into_iter().flatten() {
            prop_assert_eq!(refusal.status().as_u16(), 400);
            prop_assert!(refusal.problem().field.is_some());
        }
        if let Ok(parameters) = parse_query::<ListParameters>(&query) {
            drop(parameters.checked_limit());
            drop(parse_filters(&parameters.filter, |slug| slug.parse().ok()));
            parameters.digest(&query);
        }
    }

    #[test]
    fn a_cursor_leads_back_to_where_it_was_made(
        name in "\\PC{0,500}", code in "[a-z][a-z0-9-]{0,40}[a-z0-9]", list: u64, number: i64, bits: u32,
    ) {
        let signer = CursorSigner::new([7; 32]);
        let score = f32::from_bits(bits);
        let mut values = vec![SortValue::Name(name), SortValue::Number(number)];
        values.extend((!score.is_nan()).then_some(SortValue::Score(score)));
        for value in values {
            let key = SortKey { value, code: code.parse().unwrap() };
            prop_assert_eq!(signer.verify(list, &signer.sign(list, &key)), Some(key));
        }
    }

    #[test]
    fn no_text_is_a_cursor(text in "[A-Za-z0-9_=-]{0,200}", list: u64) {
        prop_assert_eq!(CursorSigner::new([7; 32]).verify(list, &text), None);
    }

    #[test]
    fn whatever_a_client_accepts_it_gets_an_answer_it_may_get(accepted in "(br|gzip|identity|\\*|;q=|,| |[0-9.]{1,4}){0,12}") {
        let mut headers = HeaderMap::new();
        if let Ok(value) = HeaderValue::try_from(&accepted) {
            headers.insert(ACCEPT_ENCODING, value);
        }

        let encoding = Encoding::accepted(&headers);

        if let Some(encoding) = encoding.header() {
            prop_assert!(accepted.contains(encoding.to_str().unwrap()) || accepted.contains('*'), "{}", accepted);
        }
    }
}
