//! Builders: records with everything filled in that a test does not care about.

mod order;
mod pricing;

use std::collections::BTreeMap;
use std::num::NonZeroU32;

use ecom67_app::document::{
    AttributeDocument, BrandingColors, BrandingDocument, CategoryDocument, CollectionDocument, HomeDocument,
    LocationDocument, MarketDocument, MenuDocument, PageDocument, PageKind, PageText, QueryRuleDocument, ShopDocument,
    SynonymsDocument, TextDocument,
};
use ecom67_app::document::{ChoiceDocument, LinkDocument, LinkTarget, ProductsShown, SectionDocument, SeoText};
use ecom67_domain::attribute::AttributeValue;
use ecom67_domain::cart::{Article, CapabilityDigest, CartEdit, Wish};
use ecom67_domain::price::{Content, ContentUnit, Price};
use ecom67_domain::pricing::Destination;
use ecom67_domain::product::{Contact, Picture, ProductParts, ProductStatus, ProductText, TaxClass, Variant};
use ecom67_domain::stock::{Adjustment, AdjustmentReason, StockChange, StockPolicy};
use ecom67_domain::{
    Cart, CartId, GiftCardId, Language, LocalizedText, LocationCode, Money, Product, ProductLimit, QuantityLimits, Slug,
};
use jiff::Timestamp;

pub use order::{a_legal_text, an_address, an_order, paid_with};

/// The instant at which tests take place: noon of a Monday.
pub fn noon() -> Timestamp {
    Timestamp::from_second(1_793_620_800).expect("a constant within the range of jiff")
}

/// A price in EUR cents.
pub fn euros(minor: i64) -> Price {
    price(minor, "EUR")
}

fn price(minor: i64, currency: &str) -> Price {
    Price::new(Money::new(minor, valid(currency)), None).expect("a valid price")
}

fn valid<T: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> T {
    text.parse().unwrap_or_else(|error| panic!("{text:?} is not valid: {error:?}"))
}

/// A product with one English text, whose slug is its code in lower case, and one variant, whose SKU is its code in
/// capitals, for 14.90 EUR in the market `de`.
pub fn a_product(code: &str) -> ProductBuilder {
    let text = text_of(code, &slug_like(code));
    ProductBuilder(ProductParts {
        code: valid(code),
        status: ProductStatus::Active,
        texts: BTreeMap::from([(Language::ENGLISH, text)]),
        brand: None,
        product_type: LocalizedText::default(),
        categories: vec![],
        tags: vec![],
        attributes: BTreeMap::new(),
        options: vec![],
        variants: vec![a_variant(&code.to_ascii_uppercase())],
        max_per_cart: None,
        pictures: vec![],
        manufacturer: None,
        responsible_person: None,
        warnings: BTreeMap::new(),
        origin: None,
        published_at: noon(),
    })
}

fn text_of(name: &str, slug: &str) -> ProductText {
    ProductText {
        name: name.to_owned(),
        slug: valid(slug),
        summary: String::new(),
        description: String::new(),
        seo_title: String::new(),
        seo_description: String::new(),
    }
}

fn a_variant(sku: &str) -> Variant {
    Variant {
        sku: valid(sku),
        options: BTreeMap::new(),
        barcode: None,
        prices: BTreeMap::from([(valid("de"), euros(1490))]),
        content: None,
        weight_grams: None,
        is_digital: false,
        tax_class: TaxClass::Standard,
        stock_policy: StockPolicy::Deny,
        limits: QuantityLimits::NONE,
    }
}

/// Builds a product.
#[derive(Clone, Debug)]
pub struct ProductBuilder(ProductParts);

impl ProductBuilder {
    /// Gives it a name in English; slugs stay as they are.
    #[must_use]
    pub fn named(mut self, name: &str) -> Self {
        for text in self.0.texts.values_mut() {
            name.clone_into(&mut text.name);
        }
        self
    }

    /// Gives it this slug in a language, and a text where it had none.
    #[must_use]
    pub fn slug(mut self, language: Language, slug: &str) -> Self {
        let text = self.0.texts.entry(language).or_insert_with(|| text_of(slug, slug));
        text.slug = valid(slug);
        self
    }

    /// Takes its text in a language away.
    #[must_use]
    pub fn without(mut self, language: Language) -> Self {
        self.0.texts.remove(&language);
        self
    }

    /// Gives it these variants instead of its own, each with a colour where there are several.
    #[must_use]
    pub fn skus<S: AsRef<str>>(mut self, skus: impl IntoIterator<Item = S>) -> Self {
        let price = self.0.variants.first().map(|variant| variant.prices.clone()).unwrap_or_default();
        let variant = |sku: S| Variant { prices: price.clone(), ..a_variant(sku.as_ref()) };
        self.0.variants = skus.into_iter().map(variant).collect();
        self.0.options.clear();
        if self.0.variants.len() > 1 {
            self.0.options = vec![valid("colour")];
            for (index, variant) in self.0.variants.iter_mut().enumerate() {
                variant.options = BTreeMap::from([(valid("colour"), valid(&format!("colour-{index}")))]);
            }
        }
        self
    }

    /// Sets the price of every variant in a market, in minor units.
    #[must_use]
    pub fn price(mut self, market: &str, currency: &str, minor: i64) -> Self {
        for variant in &mut self.0.variants {
            variant.prices.insert(valid(market), price(minor, currency));
        }
        self
    }

    /// Sets its status.
    #[must_use]
    pub fn status(mut self, status: ProductStatus) -> Self {
        self.0.status = status;
        self
    }

    /// Hangs it on a category.
    #[must_use]
    pub fn category(mut self, code: &str) -> Self {
        self.0.categories.push(valid(code));
        self
    }

    /// Changes whatever has no method of its own.
    #[must_use]
    pub fn with(mut self, change: impl FnOnce(&mut ProductParts)) -> Self {
        change(&mut self.0);
        self
    }

    /// The product.
    pub fn build(self) -> Product {
        Product::new(self.0).expect("the builder's parts fit together")
    }
}

/// A product that uses every field there is.
pub fn a_product_with_everything(code: &str) -> ProductBuilder {
    let options = BTreeMap::from([(valid("colour"), valid("colour-0"))]);
    a_product(code)
        .skus([format!("{code}-RED"), format!("{code} blue/2.5+#")])
        .slug(Language::GERMAN, &format!("{}-becher", code.to_ascii_lowercase()))
        .price("us", "USD", 1_699)
        .price("jp", "JPY", 2_000)
        .price("kw", "KWD", 4_995)
        .category("mugs")
        .category("gifts")
        .with(|parts| {
            let english = parts.texts.get_mut(&Language::ENGLISH).expect("every built product has an English text");
            "Keeps tea warm.".clone_into(&mut english.summary);
            "# Stoneware\n\n“Glazed” by hand — 0.35 l, dishwasher-safe ☕\u{0301}."
                .clone_into(&mut english.description);
            "A mug".clone_into(&mut english.seo_title);
            "The mug of mugs".clone_into(&mut english.seo_description);
            parts.status = ProductStatus::Draft;
            parts.brand = Some("Søndergård & Søn".to_owned());
            parts.product_type = localized("Mug", "Becher");
            parts.tags = vec!["new".to_owned(), "hand made".to_owned()];
            parts.attributes = BTreeMap::from([
                (valid("material"), AttributeValue::Text("stoneware".to_owned())),
                (valid("care"), AttributeValue::Localized(localized("by hand", "von Hand"))),
                (valid("capacity"), AttributeValue::Number(0.35)),
                (valid("dishwasher"), AttributeValue::YesNo(false)),
            ]);
            parts.pictures =
                vec![Picture { media: valid(&"0a".repeat(20)), alt: localized("A mug", "Ein Becher"), options }];
            let contact = Contact {
                name: "Kiln Ltd".to_owned(),
                address: "1 Clay Lane\nStoke".to_owned(),
                email: Some("kiln@example.com".to_owned()),
            };
            parts.responsible_person = Some(Contact { email: None, ..contact.clone() });
            parts.manufacturer = Some(contact);
            parts.warnings = BTreeMap::from([(Language::ENGLISH, vec!["Hot!".to_owned(), "Breaks.".to_owned()])]);
            parts.max_per_cart = ProductLimit::new(60).ok();
            parts.origin = Some(valid("GB"));
            parts.published_at = Timestamp::from_microsecond(1_790_000_000_123_456).expect("within the range of jiff");
            let variant = &mut parts.variants[0];
            variant.barcode = Some("4006381333931".to_owned());
            variant.content = NonZeroU32::new(350).map(|quantity| Content { quantity, unit: ContentUnit::Millilitre });
            variant.weight_grams = Some(420);
            variant.is_digital = true;
            variant.tax_class = TaxClass::Reduced;
            variant.stock_policy = StockPolicy::BackOrder;
            variant.limits = QuantityLimits::new(Some(12), Some(48), Some(6)).expect("limits that fit");
            let euro = |minor| Money::new(minor, valid("EUR"));
            let reduced = Price::new(euro(990), Some(euro(1490))).expect("a valid reduction");
            variant.prices.insert(valid("de"), reduced);
        })
}

/// A product with the most variants there may be, sold in three markets, its SKUs being `PREFIX-0` and so on.
pub fn a_product_with_500_variants(code: &str, sku_prefix: &str) -> ProductBuilder {
    a_product(code)
        .skus((0..ecom67_domain::product::VARIANTS_MAX).map(|index| format!("{sku_prefix}-{index}")))
        .price("us", "USD", 1_699)
        .price("gb", "GBP", 1_299)
        .with(|parts| {
            for (index, variant) in (0..).zip(&mut parts.variants) {
                variant.weight_grams = Some(300 + index);
                variant.prices.insert(valid("de"), euros(1_000 + i64::from(index)));
            }
        })
}

fn localized(english: &str, german: &str) -> LocalizedText {
    BTreeMap::from([(Language::ENGLISH, english.to_owned()), (Language::GERMAN, german.to_owned())]).into()
}

fn in_english(text: &str) -> TextDocument {
    TextDocument::from([("en".to_owned(), text.to_owned())])
}

/// A cart of the market `de` with one line, a saved one and a wish.
pub fn a_cart() -> Cart {
    let mut cart = Cart::new(CartId::new(7), CapabilityDigest([7; 32]), valid("de"), noon());
    let article = |sku: &str| Article {
        sku: valid(sku),
        product: valid("mug"),
        market: valid("de"),
        price: Money::new(1_490, valid("EUR")),
        limits: QuantityLimits::NONE,
        shared_limit: None,
        available: None,
    };
    for sku in ["MUG-2", "MUG"] {
        let quantity = NonZeroU32::MIN;
        let added = cart.apply(CartEdit::Add { article: article(sku), quantity }, noon());
        added.expect("an empty cart has room");
    }
    for edit in [
        CartEdit::SaveForLater(valid("MUG-2")),
        CartEdit::Wish(Wish { sku: valid("MUG-3"), product: valid("mug") }),
        CartEdit::EnterCoupon(valid("TEA-10")),
        CartEdit::ApplyGiftCard(GiftCardId::new(7)),
        CartEdit::SetDestination(Some(Destination::country(valid("AT")))),
        CartEdit::ChooseDelivery(Some(valid("parcel"))),
        CartEdit::SetNote(Some(valid("Ring twice."))),
    ] {
        cart.apply(edit, noon()).expect("there is room for it");
    }
    cart
}

/// A category at the top of the tree, whose English slug is its code.
pub fn a_category(code: &str) -> CategoryDocument {
    CategoryDocument {
        code: code.to_owned(),
        parent: None,
        name: in_english(code),
        slug: in_english(&slug_like(code)),
        description: TextDocument::new(),
        tint: None,
        picture: None,
        position: 0,
    }
}

/// A collection of nothing yet, whose English slug is its code.
pub fn a_collection(code: &str) -> CollectionDocument {
    CollectionDocument {
        code: code.to_owned(),
        name: in_english(code),
        slug: in_english(&slug_like(code)),
        description: TextDocument::new(),
        tint: None,
        picture: None,
        products: vec![],
        rule: None,
    }
}

fn slug_like(code: &str) -> String {
    Slug::derive(code, Language::ENGLISH).map_or_else(|| "x".to_owned(), |slug| slug.to_string())
}

/// A page shown in all markets, whose English slug is its code.
pub fn a_page(code: &str) -> PageDocument {
    let text = PageText {
        title: code.to_owned(),
        slug: slug_like(code),
        summary: "All about it.".to_owned(),
        body: "## Heading\n\nA “paragraph” with ümlauts.".to_owned(),
    };
    PageDocument {
        code: code.to_owned(),
        kind: PageKind::Other,
        markets: vec![],
        texts: BTreeMap::from([("en".to_owned(), text)]),
    }
}

/// A market of Germany and Austria in EUR, tax included, in German and English.
pub fn a_market(code: &str) -> MarketDocument {
    MarketDocument {
        code: code.to_owned(),
        countries: vec!["DE".to_owned(), "AT".to_owned()],
        currency: "EUR".to_owned(),
        tax: ecom67_app::document::TaxDocument::Included,
        languages: vec!["de".to_owned(), "en".to_owned()],
        low_price_notice: true,
    }
}

/// One document of each kind, all with the same code.
pub fn a_document_of_each_kind(code: &str) -> Vec<ShopDocument> {
    let link = LinkDocument { label: in_english("Mugs"), to: LinkTarget::Category("mugs".to_owned()) };
    let section = SectionDocument::Products {
        title: in_english("New"),
        text: TextDocument::new(),
        show: ProductsShown::Newest,
        limit: 8,
        link: Some(link.clone()),
    };
    let seo = SeoText { title: "Shop".to_owned(), description: "A shop.".to_owned() };
    let mut documents = vec![
        ShopDocument::Market(a_market(code)),
        ShopDocument::Location(LocationDocument {
            code: code.to_owned(),
            name: "Main".to_owned(),
            country: "DE".to_owned(),
        }),
        ShopDocument::Attribute(AttributeDocument {
            code: code.to_owned(),
            kind: "choice".to_owned(),
            label: in_english("Colour"),
            unit: None,
            choices: vec![ChoiceDocument {
                code: "red".to_owned(),
                label: in_english("Red"),
                color: Some("#ff0000".to_owned()),
            }],
            facet: true,
            position: 3,
        }),
        ShopDocument::Category(a_category(code)),
        ShopDocument::Collection(a_collection(code)),
        ShopDocument::Page(a_page(code)),
        ShopDocument::Menu(MenuDocument {
            code: code.to_owned(),
            title: in_english("Help"),
            markets: vec!["de".to_owned()],
            links: vec![link],
        }),
        ShopDocument::Home(HomeDocument {
            code: code.to_owned(),
            markets: vec![],
            seo: BTreeMap::from([("en".to_owned(), seo)]),
            sections: vec![section],
        }),
        ShopDocument::Branding(BrandingDocument {
            code: code.to_owned(),
            name: "Mugs & More".to_owned(),
            tagline: in_english("For tea"),
            service_note: TextDocument::new(),
            delivery_page: None,
            short_name: Some("Mugs".to_owned()),
            colors: Some(BrandingColors { ground: "#fbf8f3".to_owned(), ground_dark: "#171412".to_owned() }),
            icon: None,
            icon_maskable: None,
        }),
        ShopDocument::Synonyms(SynonymsDocument {
            code: code.to_owned(),
            language: "en".to_owned(),
            words: vec!["mug".to_owned()],
            finds: vec!["cup".to_owned()],
        }),
        ShopDocument::QueryRule(QueryRuleDocument {
            code: code.to_owned(),
            language: "en".to_owned(),
            queries: vec!["mug".to_owned()],
            pinned: vec!["teacup".to_owned()],
            buried: vec![],
        }),
    ];
    documents.extend(pricing::documents(code));
    documents
}

/// An adjustment at the main location by somebody called `test`.
pub fn an_adjustment(sku: &str, change: StockChange, token: &str) -> Adjustment {
    Adjustment {
        sku: valid(sku),
        location: LocationCode::main(),
        change,
        reason: AdjustmentReason::Count,
        actor: "test".to_owned(),
        token: token.to_owned(),
        at: noon(),
    }
}
