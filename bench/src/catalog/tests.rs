use super::*;

fn lines(products: usize) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("catalog.jsonl");
    write(&path, products).unwrap();
    std::fs::read_to_string(path).unwrap()
}

#[test]
fn a_catalog_is_the_same_every_time() {
    assert_eq!(lines(20), lines(20));
}

#[test]
fn addresses_are_unique() {
    let folder = tempfile::tempdir().unwrap();
    let catalog = write(&folder.path().join("catalog.jsonl"), 3_000).unwrap();

    for slugs in
        [catalog.products.iter().map(|product| &product.slugs).collect(), catalog.categories.iter().collect::<Vec<_>>()]
    {
        let english: std::collections::HashSet<_> = slugs.iter().map(|slugs| &slugs.english).collect();
        let german: std::collections::HashSet<_> = slugs.iter().map(|slugs| &slugs.german).collect();
        assert_eq!((english.len(), german.len()), (slugs.len(), slugs.len()));
    }
}

#[test]
fn most_products_have_fifteen_to_twenty_five_attributes() {
    let text = lines(200);
    let products = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let counts: Vec<usize> = products
        .filter(|line| line["type"] == "product")
        .map(|line| line["attributes"].as_object().unwrap().len())
        .collect();

    assert!(counts.iter().all(|count| (15..=25).contains(count)), "{counts:?}");
}

#[test]
fn a_barcode_ends_in_its_check_digit() {
    // 2 0 0 0 0 0 0 0 0 0 1 7: 3 * 7 + 1 + 3 * 0 + 2 = 24.
    assert_eq!(barcode(17), "2000000000176");
}
