//! What goods are called in an order.

use std::collections::BTreeMap;
use std::sync::Arc;

use ecom67_domain::attribute::AttributeKind;
use ecom67_domain::order::Naming;
use ecom67_domain::pricing::Quote;
use ecom67_domain::{DeliveryMethodCode, Language, ProductCode, Sku};

use super::StockPolicies;
use crate::carts::{Carts, OpenCart};
use crate::goods::{Good, GoodVariant};
use crate::port::StoreError;
use crate::shop::Shop;

/// The goods of one quote, gifts included.
pub(super) struct Names {
    goods: BTreeMap<Sku, Arc<Good>>,
    shop: Arc<Shop>,
    language: Language,
}

impl Names {
    pub(super) async fn new(
        carts: &Carts,
        open: &OpenCart,
        quote: &Quote,
        language: Language,
    ) -> Result<Self, StoreError> {
        let mut goods = BTreeMap::new();
        for line in &open.cart.value.lines {
            if let Some(good) = open.goods.get(&line.product) {
                goods.insert(line.sku.clone(), Arc::clone(good));
            }
        }
        for gift in &quote.gifts {
            if let Some(good) = carts.goods.find_by_sku(&gift.sku).await? {
                goods.insert(gift.sku.clone(), good);
            }
        }
        Ok(Self { goods, shop: carts.shop.present(), language })
    }

    /// All variants.
    pub(super) fn skus(&self) -> Vec<Sku> {
        self.goods.keys().cloned().collect()
    }

    /// The labels of a variant's choices, as "Blue, Large".
    fn choices(&self, variant: &GoodVariant) -> String {
        let label = |(option, choice): &(_, ecom67_domain::ChoiceCode)| {
            let AttributeKind::Choice(choices) = &self.shop.attributes.get(option)?.kind else { return None };
            Some(choices.get(choice.as_str())?.label.get(self.language))
        };
        variant.options.iter().filter_map(label).collect::<Vec<_>>().join(", ")
    }
}

impl Naming for Names {
    fn language(&self) -> Language {
        self.language
    }

    fn variant(&self, sku: &Sku) -> Option<(ProductCode, Arc<str>)> {
        let good = self.goods.get(sku)?;
        let (name, choices) = (good.name(self.language), self.choices(good.variant(sku)?));
        let name = if choices.is_empty() { name.to_owned() } else { format!("{name} ({choices})") };
        Some((good.code.clone(), name.into()))
    }

    fn is_digital(&self, sku: &Sku) -> bool {
        let variant = self.goods.get(sku).and_then(|good| good.variant(sku));
        variant.is_some_and(|variant| variant.is_digital)
    }

    fn delivery(&self, method: &DeliveryMethodCode) -> Option<Arc<str>> {
        let names = self.shop.pricing.delivery_name(method)?;
        let language = self.language.to_string();
        let name = names.get(&language).or_else(|| names.get("en")).or_else(|| names.values().next())?;
        Some(name.as_str().into())
    }
}

impl StockPolicies for Names {
    fn may_be_back_ordered(&self, sku: &Sku) -> bool {
        let variant = self.goods.get(sku).and_then(|good| good.variant(sku));
        variant.is_some_and(|variant| variant.available().is_none())
    }

    fn is_sent(&self, sku: &Sku) -> bool {
        !self.is_digital(sku)
    }
}
