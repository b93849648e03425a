use serde_json::{Value, json};

use super::*;
use crate::document::{AttributeValueDocument, ShopDocument};
use crate::import::checkpoint::Place;

const HEADER: &str = "sku,store_view_code,attribute_set_code,product_type,categories,name,description,short_description,weight,\
    product_online,visibility,price,special_price,special_price_to_date,url_key,base_image,additional_attributes,qty,\
    allow_backorders,manage_stock,use_config_manage_stock,configurable_variations,additional_images,min_cart_qty,\
    use_config_min_sale_qty,max_cart_qty,use_config_max_sale_qty,enable_qty_increments,use_config_enable_qty_inc,\
    qty_increments,use_config_qty_increments,max_sale_qty";

/// Rows of the file, each of them made of `column=value` pairs divided by ` ; `.
fn mapped(lines: &[&str]) -> (Magento, Vec<Row>) {
    let mut magento = Magento::new(&Shop::default(), "2026-10-01T08:00:00Z".parse().unwrap());
    magento.header(HEADER).unwrap();
    let columns: Vec<_> = HEADER.split(',').map(str::trim).collect();
    let mut rows = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        let values: HashMap<&str, &str> = line.split(" ; ").map(|pair| pair.split_once('=').unwrap()).collect();
        assert!(values.keys().all(|column| columns.contains(column)), "{line}");
        let quoted = |column: &&str| format!("\"{}\"", values.get(column).unwrap_or(&"").replace('"', "\"\""));
        let text = columns.iter().map(quoted).collect::<Vec<_>>().join(",");
        let lines = index as u64 + 1;
        magento.map(&Record { place: Place { file: 0, offset: lines * 100, lines }, text: &text }, &mut rows);
    }
    (magento, rows)
}

const HOODIE: [&str; 4] = [
    "sku=H-XS-Black ; product_type=simple ; name=Hoodie-XS-Black ; visibility=Not Visible Individually ; price=52.0000 ; \
     qty=100.0000 ; weight=1 ; base_image=/h/black.jpg",
    "sku=H-S-Black ; product_type=simple ; name=Hoodie-S-Black ; visibility=Not Visible Individually ; price=52 ; \
     special_price=39.99 ; qty=-2 ; base_image=/h/black.jpg",
    "sku=H-XS-Gray ; product_type=simple ; name=Hoodie-XS-Gray ; visibility=Not Visible Individually ; price=52 ; \
     special_price=40 ; special_price_to_date=9/30/26 ; qty=0 ; base_image=/h/gray.jpg ; additional_images=/h/back.jpg,/h/gray.jpg",
    "sku=H ; product_type=configurable ; name=Hoodie ; visibility=Catalog, Search ; attribute_set_code=Top ; \
     categories=Default Category/Men/Tops,Default Category/Collections/Eco,Default Category ; description=<p>Warm.</p> ; \
     base_image=/h/gray.jpg ; additional_attributes=has_options=1,material=Wool|Cotton,eco=Yes,climate=Cool ; \
     configurable_variations=sku=H-XS-Black,size=XS,color=Black|sku=H-S-Black,size=S,color=Black|sku=H-XS-Gray,size=XS,color=Gray",
];

fn product(row: &Row) -> &ProductRow {
    match &row.work {
        Work::Product(product) => product,
        other => panic!("{other:?} is no product: {:?}", row.problems),
    }
}

fn codes(row: &Row) -> Vec<(&str, &str)> {
    row.problems.iter().map(|problem| (problem.field.as_str(), problem.code)).collect()
}

#[test]
fn simple_rows_become_the_variants_of_the_configurable_row_behind_them() {
    let (mut magento, rows) = mapped(&HOODIE);

    assert_eq!(rows.len(), 1);
    assert_eq!((rows[0].line, rows[0].records), (5, 4));
    let ProductRow { document, variant_lines, .. } = product(&rows[0]);
    assert_eq!(document.options, ["size", "color"]);
    assert_eq!(variant_lines, &[2, 3, 4]);
    let variants: Vec<_> = document.variants.iter().map(|variant| variant.sku.as_str()).collect();
    assert_eq!(variants, ["H-XS-Black", "H-S-Black", "H-XS-Gray"]);
    assert_eq!(document.variants[1].options["size"], "s");
    assert_eq!(document.variants[0].stock["main"], 100);
    assert_eq!(document.variants[0].weight_grams, Some(454));
    assert_eq!(document.texts["en"].description, "Warm.");
    assert_eq!(document.product_type["en"], "Top");
    assert_eq!(document.categories, ["men_tops", "collections_eco"]);
    assert_eq!(document.attributes["material"], AttributeValueDocument::Text("Wool, Cotton".into()));
    assert_eq!(document.attributes["eco"], AttributeValueDocument::YesNo(true));
    assert!(!document.attributes.contains_key("has_options"));

    let definitions: Vec<_> = magento
        .definitions()
        .iter()
        .map(|row| match &row.work {
            Work::Document(document) => document.key().to_string(),
            other => panic!("{other:?} is no document"),
        })
        .collect();
    assert_eq!(
        definitions,
        [
            "market/us",
            "location/main",
            "attribute/material",
            "attribute/eco",
            "attribute/climate",
            "attribute/size",
            "attribute/color",
            "category/men",
            "category/men_tops",
            "category/collections",
            "category/collections_eco",
        ]
    );
    assert!(!magento.is_waiting());
}

#[test]
fn a_special_price_counts_while_it_is_in_force() {
    let (_, rows) = mapped(&HOODIE);
    let price = |index: usize| {
        let price = &product(&rows[0]).document.variants[index].prices["us"];
        (price.amount, price.compare_at)
    };

    assert_eq!(price(0), (5200, None));
    assert_eq!(price(1), (3999, Some(5200)));
    assert_eq!(price(2), (5200, None));
}

#[test]
fn a_picture_shows_the_variants_that_have_it() {
    let (_, rows) = mapped(&HOODIE);
    let pictures = &product(&rows[0]).document.pictures;

    let shown: Vec<_> = pictures
        .iter()
        .map(|picture| (picture.file.as_str(), picture.alt["en"].as_str(), picture.options.values().cloned().collect()))
        .collect::<Vec<(_, _, Vec<_>)>>();
    assert_eq!(
        shown,
        [
            ("media/h/gray.jpg", "Hoodie, XS, Gray", vec!["gray".to_owned(), "xs".to_owned()]),
            ("media/h/black.jpg", "Hoodie, Black", vec!["black".to_owned()]),
            ("media/h/back.jpg", "Hoodie, XS, Gray", vec!["gray".to_owned(), "xs".to_owned()]),
        ]
    );
}

#[test]
fn fewer_than_none_on_hand_is_none_and_told() {
    let (_, rows) = mapped(&HOODIE);

    assert_eq!(codes(&rows[0]), [("qty", "stock_negative")]);
    assert_eq!(rows[0].problems[0].sku.as_deref(), Some("H-S-Black"));
    assert_eq!(product(&rows[0]).document.variants[1].stock["main"], 0);
}

#[test]
fn what_nobody_counts_can_always_be_ordered() {
    let row = |sku: &str, stock: &str| {
        format!("sku={sku} ; product_type=simple ; name={sku} ; visibility=Catalog, Search ; price=5 ; {stock}")
    };
    let lines = [
        row("free", "qty=0 ; allow_backorders=0 ; manage_stock=0 ; use_config_manage_stock=0"),
        row("counted", "qty=3 ; allow_backorders=0 ; manage_stock=1 ; use_config_manage_stock=0"),
        // The shop's own setting counts, and this one is a remnant.
        row("remnant", "qty=0 ; allow_backorders=0 ; manage_stock=0 ; use_config_manage_stock=1"),
    ];
    let (_, rows) = mapped(&lines.each_ref().map(String::as_str));

    let told = |row: &Row| {
        let variant = &product(row).document.variants[0];
        (variant.stock_policy.clone().unwrap_or_default(), variant.stock.get("main").copied())
    };
    let told: Vec<_> = rows.iter().map(told).collect();
    let [back_order, deny] = ["back_order", "deny"].map(str::to_owned);
    assert_eq!(told, [(back_order, None), (deny.clone(), Some(3)), (deny, Some(0))]);
}

/// What rows with these limits become: of each its quantity, or the columns and codes of its problems.
fn limited(limits: &[&str]) -> Vec<Result<Value, Vec<(String, &'static str)>>> {
    let row = |limits: &&str| {
        format!("sku=C ; product_type=simple ; name=Cap ; visibility=Catalog, Search ; price=5 ; {limits}")
    };
    let lines: Vec<String> = limits.iter().map(row).collect();
    let (_, rows) = mapped(&lines.iter().map(String::as_str).collect::<Vec<_>>());
    let told = |row: &Row| match &row.work {
        Work::Product(product) => Ok(serde_json::to_value(product.document.variants[0].quantity).unwrap()),
        _ => Err(row.problems.iter().map(|problem| (problem.field.clone(), problem.code)).collect()),
    };
    rows.iter().map(told).collect()
}

#[test]
fn limits_of_a_row_are_those_of_its_variant_and_those_of_the_configuration_are_nobodys() {
    let told = limited(&[
        "min_cart_qty=2.0000 ; max_cart_qty=10.0000 ; use_config_min_sale_qty=0 ; use_config_max_sale_qty=0",
        "min_cart_qty=2.0000 ; max_cart_qty=10.0000 ; use_config_min_sale_qty=1 ; use_config_max_sale_qty=1",
        "min_cart_qty=1.0000 ; max_cart_qty=10000.0000",
        "max_cart_qty=0.0000",
        "max_sale_qty=4",
    ]);

    let expected = [json!({"min": 2, "max": 10}), Value::Null, Value::Null, Value::Null, json!({"max": 4})];
    assert_eq!(told, expected.map(Ok));
}

#[test]
fn what_comes_in_increments_comes_in_sets_and_the_least_and_the_most_are_whole_ones() {
    let told = limited(&[
        "enable_qty_increments=1 ; qty_increments=6.0000 ; min_cart_qty=1.0000 ; max_cart_qty=20",
        "enable_qty_increments=1 ; qty_increments=6 ; min_cart_qty=7",
        "enable_qty_increments=0 ; qty_increments=6",
        "enable_qty_increments=1 ; use_config_enable_qty_inc=1 ; qty_increments=6",
        "enable_qty_increments=1 ; use_config_qty_increments=1 ; qty_increments=6",
    ]);

    let sets = [json!({"max": 18, "step": 6}), json!({"min": 12, "step": 6})];
    assert_eq!(told, sets.into_iter().chain([Value::Null, Value::Null, Value::Null]).map(Ok).collect::<Vec<_>>());
}

#[test]
fn limits_that_nothing_fits_between_or_that_are_no_whole_units_are_refused() {
    let told = limited(&[
        "min_cart_qty=0.5",
        "max_cart_qty=-1",
        "enable_qty_increments=1 ; qty_increments=six",
        "min_cart_qty=5 ; max_cart_qty=4",
        "enable_qty_increments=1 ; qty_increments=6 ; max_cart_qty=5",
        "min_cart_qty=1000",
        "enable_qty_increments=1 ; qty_increments=1000",
        "enable_qty_increments=1 ; qty_increments=4294967295 ; min_cart_qty=4294967295",
    ]);

    let columns = [
        "min_cart_qty",
        "max_cart_qty",
        "qty_increments",
        "max_cart_qty",
        "max_cart_qty",
        "min_cart_qty",
        "qty_increments",
        "qty_increments",
    ];
    assert_eq!(told, columns.map(|column| Err(vec![(column.to_owned(), "quantity_limits_invalid")])));
}

#[test]
fn a_simple_row_that_is_visible_is_a_product_of_its_own() {
    let (magento, rows) = mapped(&[
        "sku=24-MB01 ; product_type=simple ; name=Joust &amp; Bag ; visibility=Catalog, Search ; price=34 ; url_key=joust-bag",
    ]);

    let document = &product(&rows[0]).document;
    assert_eq!(document.texts["en"].name, "Joust & Bag");
    assert_eq!(document.texts["en"].slug.as_deref(), Some("joust-bag"));
    assert_eq!((document.variants.len(), document.options.len()), (1, 0));
    assert!(!magento.is_waiting());
}

#[test]
fn rows_that_cannot_be_understood_are_refused_and_the_others_are_not() {
    let (mut magento, mut rows) = mapped(&[
        "sku=B ; product_type=bundle ; name=Bundle ; price=",
        "sku=D ; store_view_code=german ; product_type=simple ; name=Tasche",
        "sku=P ; product_type=simple ; name=P ; visibility=Catalog ; price=12 EUR",
        "sku=C1 ; product_type=simple ; name=C1 ; visibility=Not Visible Individually ; price=1e3",
        "sku=C ; product_type=configurable ; name=C ; configurable_variations=sku=C1,size=XS|sku=C2,size=S",
        "sku=E ; product_type=configurable ; name=E",
        "sku=L ; product_type=simple ; name=L ; visibility=Not Visible Individually ; price=1",
        "sku=L ; product_type=simple ; name=L ; visibility=Not Visible Individually ; price=1",
    ]);
    magento.finish(&mut rows);

    let seen: Vec<_> = rows.iter().map(|row| (row.line, codes(row))).collect();
    assert_eq!(
        seen,
        [
            (2, vec![("product_type", "product_type_unsupported")]),
            (3, vec![("store_view_code", "store_view_unsupported")]),
            (4, vec![("price", "price_invalid")]),
            (5, vec![("price", "price_invalid")]),
            (6, vec![("configurable_variations", "variant_refused"), ("configurable_variations", "variant_unknown")]),
            (7, vec![("configurable_variations", "variant_missing")]),
            (9, vec![("sku", "sku_duplicate")]),
            (8, vec![("visibility", "parent_missing")]),
        ]
    );
}

#[test]
fn rows_wait_for_their_product_in_bounded_memory_and_an_interrupted_import_begins_with_them() {
    let lines: Vec<_> = (0..WAITING_MAX + 3)
        .map(|number| {
            format!("sku=S{number} ; product_type=simple ; name=S ; visibility=Not Visible Individually ; price=1")
        })
        .collect();
    let lines: Vec<_> = lines.iter().map(String::as_str).collect();

    let (magento, rows) = mapped(&lines);

    assert_eq!(magento.waiting.len(), WAITING_MAX);
    assert_eq!(rows.iter().map(|row| row.line).collect::<Vec<_>>(), [2, 3, 4]);
    assert!(magento.is_waiting());
}

#[test]
fn a_file_that_is_no_magento_export_is_refused_at_its_first_line() {
    let mut magento = Magento::new(&Shop::default(), Timestamp::UNIX_EPOCH);

    assert_eq!(magento.header("sku,name,price"), Err(HeaderError { missing: vec!["product_type"] }));
}

#[test]
fn what_the_shop_has_is_used_again() {
    let (mut magento, _) = mapped(&HOODIE);
    let mut shop = Shop::default();
    for row in magento.definitions() {
        let Work::Document(document) = row.work else { panic!("a document") };
        if let ShopDocument::Attribute(attribute) = document.as_ref() {
            assert!(!attribute.label["en"].is_empty());
        }
        shop.apply(*document).unwrap();
    }
    let mut again = Magento::new(&shop, Timestamp::UNIX_EPOCH);

    assert_eq!(again.definitions.choice(1, "size", "S"), ("size".into(), "s".into()));
    assert_eq!(again.definitions.category(1, &["Men", "Tops"]).as_deref(), Some("men_tops"));
    assert_eq!(again.definitions.usd_market(1), "us");
    assert_eq!(again.definitions.main_location(1), "main");
    assert!(again.definitions().is_empty());
}

#[test]
fn html_that_is_far_too_long_is_refused_unread() {
    let line = format!("sku=C ; product_type=simple ; name=Cap ; price=1 ; description={}", "<b>".repeat(150_000));

    let (_, rows) = mapped(&[&line]);

    assert_eq!(codes(&rows[0]), [("description", "text_too_long")]);
}

#[test]
fn what_is_downloadable_or_virtual_is_not_sent() {
    let (_, rows) = mapped(&[
        "sku=BOOK ; product_type=downloadable ; name=Book ; visibility=Catalog ; price=9",
        "sku=CARE ; product_type=virtual ; name=Care ; visibility=Catalog ; price=5",
        "sku=BAG ; product_type=simple ; name=Bag ; visibility=Catalog ; price=34",
    ]);

    let digital: Vec<_> = rows.iter().map(|row| product(row).document.variants[0].digital).collect();
    assert_eq!(digital, [true, true, false]);
}
