//! The addresses of the shop's pages.

use std::borrow::Cow;

use ecom67_domain::{Locale, OrderId};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// What `encodeURIComponent` encodes.
const COMPONENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'!')
    .remove(b'~')
    .remove(b'*')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')');

/// The same with a plain colon; spaces become `+` afterwards.
const QUERY_VALUE: &AsciiSet = &COMPONENT.remove(b':').remove(b' ');

/// What stands at an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place<'address> {
    /// The site's root, which leads to a locale.
    Root,
    /// Something of a locale.
    Below(Locale, Target<'address>),
    /// Another way to write an address below a locale.
    Variant(String),
    /// Nothing.
    Nowhere,
}

/// What stands at an address below a locale.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Target<'address> {
    /// The home page.
    Home,
    /// The category with this slug.
    Category(&'address str),
    /// The collection with this slug.
    Collection(&'address str),
    /// The search.
    Search,
    /// The product with this slug, or this code.
    Product(Cow<'address, str>),
    /// The page of text with this slug.
    Content(&'address str),
    /// The cart.
    Cart,
    /// Where the cart is ordered.
    Checkout,
    /// Where an order is looked up.
    OrderLookUp,
    /// The order with this id.
    Order(&'address str),
    /// What the installed shop shows instead of a page that cannot be had without a connection.
    Offline,
    /// Nothing.
    Nowhere,
}

/// An address that was asked for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Address<'address> {
    path: &'address str,
    /// What stands behind the question mark.
    pub(super) query: &'address str,
}

impl<'address> Address<'address> {
    pub(super) fn new(path_and_query: &'address str) -> Self {
        let (path, query) = path_and_query.split_once('?').unwrap_or((path_and_query, ""));
        Self { path, query }
    }

    /// What stands there. Each place has one address: other ways to write it lead there.
    pub(super) fn place(self) -> Place<'address> {
        if self.path == "/" {
            return Place::Root;
        }
        let Some((locale_text, rest)) = locale_and_rest(self.path) else { return Place::Nowhere };
        let lower = locale_text.to_ascii_lowercase();
        let Ok(locale) = lower.parse::<Locale>() else { return Place::Nowhere };
        let own = match rest {
            "" | "/" => "/",
            _ => rest.trim_end_matches('/'),
        };
        if own.is_empty() || locale_text != lower || own != rest {
            return Place::Variant(self.with_query(&format!("/{lower}{}", if own.is_empty() { "/" } else { own })));
        }
        Place::Below(locale, target(rest))
    }

    /// A path with this address's parameters.
    pub(super) fn with_query(self, path: &str) -> String {
        // It becomes a header.
        let is_plain = self.query.bytes().all(|byte| byte.is_ascii_graphic());
        if self.query.is_empty() || !is_plain { path.to_owned() } else { format!("{path}?{}", self.query) }
    }

    /// The first value of a parameter.
    pub(super) fn parameter(self, name: &str) -> Option<String> {
        let mut pairs = form_urlencoded::parse(self.query.as_bytes());
        pairs.find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
    }
}

/// Whether a path is one of the shop's pages by its form: the root, or something below what looks like a locale.
pub(super) fn is_page(path: &str) -> bool {
    path == "/" || locale_and_rest(path).is_some()
}

/// Whether somebody may pay on the page at a path: checkout, and an order.
pub(crate) fn is_paid_on(path: &str) -> bool {
    let rest = locale_and_rest(path).map_or("", |(_, rest)| rest);
    !rest.is_empty() && matches!(target(rest), Target::Checkout | Target::Order(_))
}

/// Splits a path behind its first segment, if that looks like a locale.
pub(super) fn locale_and_rest(path: &str) -> Option<(&str, &str)> {
    let path = path.strip_prefix('/')?;
    let (first, rest) = path.find('/').map_or((path, ""), |end| path.split_at(end));
    let is_locale = matches!(
        first.as_bytes(),
        [a, b, b'-', c, d] if [a, b, c, d].into_iter().all(u8::is_ascii_alphabetic)
    );
    is_locale.then_some((first, rest))
}

fn target(rest: &str) -> Target<'_> {
    if rest == "/" {
        return Target::Home;
    }
    let (first, name) = rest[1..].split_once('/').unwrap_or((&rest[1..], ""));
    match (first, name) {
        ("search", "") => Target::Search,
        ("cart", "") => Target::Cart,
        ("checkout", "") => Target::Checkout,
        ("orders", "") => Target::OrderLookUp,
        ("offline", "") => Target::Offline,
        (_, "") => Target::Nowhere,
        // A code may have a slash in it.
        ("p", code) => percent_decode_str(code).decode_utf8().map_or(Target::Nowhere, Target::Product),
        (_, name) if name.contains('/') => Target::Nowhere,
        ("c", slug) => Target::Category(slug),
        ("l", slug) => Target::Collection(slug),
        ("pages", slug) => Target::Content(slug),
        ("orders", id) if id.parse::<OrderId>().is_ok() => Target::Order(id),
        _ => Target::Nowhere,
    }
}

/// Encodes a segment of a path, like `encodeURIComponent`.
pub(crate) fn encode_path_segment(segment: &str) -> String {
    utf8_percent_encode(segment, COMPONENT).to_string()
}

/// Encodes a value of a query as the storefront does: like `encodeURIComponent`, but `+` for a space and a plain colon.
pub(super) fn encode_query_value(value: &str) -> String {
    utf8_percent_encode(value, QUERY_VALUE).to_string().replace(' ', "+")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(address: &str) -> Place<'_> {
        Address::new(address).place()
    }

    fn target_of(address: &str) -> Target<'_> {
        match place(address) {
            Place::Below(_, target) => target,
            other => panic!("{address} is {other:?}"),
        }
    }

    #[test]
    fn every_page_has_an_address() {
        assert_eq!(place("/"), Place::Root);
        assert_eq!(place("/?a=b"), Place::Root);
        assert_eq!(place("/de-at/"), Place::Below("de-at".parse().unwrap(), Target::Home));
        assert_eq!(target_of("/de-de/c/becher?sort=price"), Target::Category("becher"));
        assert_eq!(target_of("/de-de/l/neu"), Target::Collection("neu"));
        assert_eq!(target_of("/de-de/search?q=a"), Target::Search);
        assert_eq!(target_of("/de-de/p/teacup"), Target::Product("teacup".into()));
        assert_eq!(target_of("/de-de/p/A%201/2%2B"), Target::Product("A 1/2+".into()));
        assert_eq!(target_of("/de-de/pages/impressum"), Target::Content("impressum"));
        assert_eq!(target_of("/de-de/cart"), Target::Cart);
        assert_eq!(target_of("/de-de/checkout"), Target::Checkout);
        assert_eq!(target_of("/de-de/orders"), Target::OrderLookUp);
        let order = "order_01932b6c5f007abc8def0123456789ab";
        assert_eq!(target_of(&format!("/de-de/orders/{order}")), Target::Order(order));
        assert_eq!(target_of("/de-de/orders/7"), Target::Nowhere);
        assert!(is_paid_on("/de-de/checkout") && is_paid_on(&format!("/de-de/orders/{order}")));
        for other in ["/", "/de-de", "/de-de/", "/de-de/cart", "/de-de/orders", "/de-de/p/checkout", "/checkout"] {
            assert!(!is_paid_on(other), "{other}");
        }
        assert_eq!(target_of("/de-de/cart/mine"), Target::Nowhere);
        assert_eq!(target_of("/de-de/offline"), Target::Offline);
        for nothing in ["/de-de/c", "/de-de/x", "/de-de/c/a/b", "/de-de/search/x", "/de-de/p/%ff"] {
            assert_eq!(target_of(nothing), Target::Nowhere, "{nothing}");
        }
        for nowhere in ["", "//", "//de-de/", "/x", "/de", "/dede/", "/de_de/", "/deu-de/", "/%64e-de/", "de-de/"] {
            assert_eq!(place(nowhere), Place::Nowhere, "{nowhere}");
        }
    }

    #[test]
    fn each_place_has_one_address() {
        for (other, own) in [
            ("/de-de", "/de-de/"),
            ("/DE-de/?a=b", "/de-de/?a=b"),
            ("/de-de//", "/de-de/"),
            ("/de-de/c/mugs/", "/de-de/c/mugs"),
            ("/de-DE/c/mugs//?q", "/de-de/c/mugs?q"),
            ("/de-de/c/mugs/?q=\u{e4}", "/de-de/c/mugs"),
        ] {
            assert_eq!(place(other), Place::Variant(own.to_owned()), "{other}");
        }
    }

    #[test]
    fn a_path_tells_by_its_form_whether_it_is_a_page() {
        for page in ["/", "/de-de", "/de-de/", "/xx-yy/p/z", "/De-DE/"] {
            assert!(is_page(page), "{page}");
        }
        for other in ["", "/api/products", "/robots.txt", "/assets/x.js", "/de-de.txt", "/healthz", "//"] {
            assert!(!is_page(other), "{other}");
        }
    }

    #[test]
    fn segments_and_query_values_are_encoded_as_the_storefront_does() {
        assert_eq!(encode_path_segment("~A 1/2+#"), "~A%201%2F2%2B%23");
        assert_eq!(encode_query_value("brand:A & B's Ümläut/+"), "brand:A+%26+B's+%C3%9Cml%C3%A4ut%2F%2B");
    }

    #[test]
    fn the_first_value_of_a_parameter_counts() {
        let address = Address::new("/?sku=A%20B&sku=C");

        assert_eq!(address.parameter("sku").as_deref(), Some("A B"));
        assert_eq!(address.parameter("q"), None);
    }
}
