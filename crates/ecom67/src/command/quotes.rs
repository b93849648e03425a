//! `ecom67 quote explain`: what a cart costs, and why, from the shell.

use std::num::NonZeroU32;
use std::sync::Arc;

use anyhow::{Context, bail};
use ecom67_api::present::{Audience, Explained, quote_view};
use ecom67_api::view;
use ecom67_app::carts::{CartOrder, OpenCart};
use ecom67_app::shop::Shop;
use ecom67_domain::pricing::Destination;
use ecom67_domain::{CartId, Country, Currency, Locale, MarketCode, Money, Sku};
use serde::{Deserialize, Serialize};

use super::{Ending, Teller};
use crate::local::LocalShop;

/// How wide the column of names is, in characters.
const NAME_WIDTH: usize = 40;

/// What is explained, and to whom.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct QuoteCommand {
    /// A cart's id.
    pub(crate) cart: Option<String>,
    /// In place of a cart: `SKU` or `SKU=QUANTITY` of each line.
    pub(crate) lines: Vec<String>,
    /// Coupons that are entered.
    pub(crate) coupons: Vec<String>,
    /// The market; the shop's first if absent.
    pub(crate) market: Option<String>,
    /// Where it goes; the market's first country if absent.
    pub(crate) country: Option<String>,
    /// In which part of the country.
    pub(crate) region: Option<String>,
    /// Where in the country.
    pub(crate) postal_code: Option<String>,
    /// How it is sent.
    pub(crate) delivery: Option<String>,
    /// Who reads the reasons; English where the market has it.
    pub(crate) language: Option<String>,
    /// Whether to tell it as the API does.
    pub(crate) json: bool,
}

pub(super) async fn explain(shop: &LocalShop, command: QuoteCommand, teller: &Teller) -> anyhow::Result<Ending> {
    let present = shop.shop.present();
    let (audience, open) = match &command.cart {
        Some(cart) => {
            let id: CartId = cart.parse().map_err(|invalid| anyhow::anyhow!("{cart:?} is no cart's id: {invalid}"))?;
            let cart = shop.database.cart(id).await?.with_context(|| format!("there is no cart {id}"))?;
            let audience = audience(present, &command, Some(&cart.value.market))?;
            let open = shop.checkouts.carts.quoted(Arc::new(cart), &audience.place()).await?;
            (audience, open)
        }
        None => {
            let audience = audience(present, &command, None)?;
            let open = shop.checkouts.carts.imagined(&audience.place(), orders(&command, &audience)?).await?;
            (audience, open)
        }
    };
    let quote = open.quote.as_ref().map_err(|error| anyhow::anyhow!("there is no price: {error}"))?;
    let quote = quote_view(&audience, quote, &open, Explained::Yes);
    if command.json {
        teller.line(serde_json::to_string_pretty(&quote)?).await;
        return Ok(Ending::Done);
    }
    for line in told(&audience, &open, &quote)? {
        teller.line(line).await;
    }
    Ok(Ending::Done)
}

/// Who the reasons are told to: somebody in the market who reads the language, or else what the market has.
fn audience(shop: Arc<Shop>, command: &QuoteCommand, of_cart: Option<&MarketCode>) -> anyhow::Result<Audience> {
    let parse = |what: &str, text: &str| format!("{what} is wrong: {text:?}");
    let named =
        command.market.as_deref().map(|text| text.parse::<MarketCode>().with_context(|| parse("--market", text)));
    let named = named.transpose()?;
    if let (Some(named), Some(cart)) = (&named, of_cart)
        && named != cart
    {
        bail!("the cart is of the market {cart}");
    }
    let country =
        command.country.as_deref().map(|text| text.parse::<Country>().with_context(|| parse("--country", text)));
    let country = country.transpose()?;
    let language = command.language.as_deref().unwrap_or("en");
    let market = of_cart.or(named.as_ref());
    let mut fitting: Vec<Locale> = shop
        .locales()
        .filter(|(_, own)| market.is_none_or(|market| own.code == *market))
        .filter(|(locale, _)| country.is_none_or(|country| locale.country == country))
        .map(|(locale, _)| locale)
        .collect();
    if fitting.is_empty() {
        bail!("the shop has no such market, or the market does not sell to that country");
    }
    let first = fitting[0].country;
    fitting.retain(|locale| locale.country == first);
    let own = fitting.iter().find(|locale| locale.language.as_str() == language);
    if own.is_none() && command.language.is_some() {
        bail!("the market is not in the language {language:?}");
    }
    let locale = own.or_else(|| fitting.first()).copied().context("the market has no language")?;
    Audience::reading(shop, locale).context("the shop has no such market")
}

/// What makes a cart of what was typed.
fn orders(command: &QuoteCommand, audience: &Audience) -> anyhow::Result<Vec<CartOrder>> {
    let mut orders = Vec::new();
    for line in &command.lines {
        let (sku, quantity) = match line.rsplit_once('=') {
            Some((sku, quantity)) => (sku, Some(quantity)),
            None => (line.as_str(), None),
        };
        let sku: Sku = sku.parse().map_err(|invalid| anyhow::anyhow!("the SKU {sku:?}: {invalid}"))?;
        orders.push(match quantity {
            Some(quantity) => {
                let units: NonZeroU32 = quantity.parse().with_context(|| format!("{quantity:?} is no quantity"))?;
                CartOrder::Add(sku, units)
            }
            None => CartOrder::AddNext(sku),
        });
    }
    for coupon in &command.coupons {
        let coupon = coupon.parse().map_err(|invalid| anyhow::anyhow!("the coupon {coupon:?}: {invalid}"))?;
        orders.push(CartOrder::EnterCoupon(coupon));
    }
    let region = command.region.as_deref().map(str::parse).transpose();
    let region = region.map_err(|invalid| anyhow::anyhow!("--region: {invalid}"))?;
    let postal_code = command.postal_code.as_deref().map(str::parse).transpose();
    let postal_code = postal_code.map_err(|invalid| anyhow::anyhow!("--postal-code: {invalid}"))?;
    let destination = Destination { country: audience.locale.country, region, postal_code };
    orders.push(CartOrder::SetDestination(Some(destination)));
    if let Some(method) = &command.delivery {
        let method = method.parse().map_err(|invalid| anyhow::anyhow!("--delivery: {invalid}"))?;
        orders.push(CartOrder::ChooseDelivery(Some(method)));
    }
    Ok(orders)
}

/// Amounts as decimals in columns, each with what it is made of and the rule that made it.
struct Bill<'quote> {
    quote: &'quote view::Quote,
    reasons: &'quote [view::QuoteReason],
    currency: Currency,
    lines: Vec<String>,
    /// The rules that stand beside an amount.
    shown: Vec<usize>,
}

impl Bill<'_> {
    fn decimal(&self, minor: i64) -> String {
        Money::new(minor, self.currency).to_decimal()
    }

    fn amount(&mut self, name: &str, minor: i64) {
        let amount = self.decimal(minor);
        self.lines.push(format!("{name:<NAME_WIDTH$} {amount:>14}"));
    }

    fn because(&mut self, text: &str) {
        self.lines.push(format!("    {text}"));
    }

    /// Tells the rules that fit, as reasons of the amount before.
    fn rules(&mut self, fits: impl Fn(&view::QuoteReason) -> bool) -> bool {
        let fitting: Vec<usize> = (0..self.reasons.len()).filter(|place| fits(&self.reasons[*place])).collect();
        for place in &fitting {
            self.because(&self.reasons[*place].text.clone());
        }
        self.shown.extend(&fitting);
        !fitting.is_empty()
    }
}

fn is_applied_promotion(reason: &view::QuoteReason) -> bool {
    matches!(reason.code.as_str(), "promotion_applied" | "promotion_decided_at_checkout")
}

fn told(audience: &Audience, open: &OpenCart, quote: &view::Quote) -> anyhow::Result<Vec<String>> {
    let reasons = quote.explanation.as_deref().unwrap_or_default();
    let currency = quote.currency.parse().map_err(|invalid| anyhow::anyhow!("the currency: {invalid}"))?;
    let mut bill = Bill { quote, reasons, currency, lines: Vec::new(), shown: Vec::new() };
    let contained = if quote.tax_included { "with the tax in them" } else { "to which the tax is added" };
    bill.lines.push(format!(
        "quote {} for {}, market {}: amounts in {}, {contained}",
        quote.id, audience.locale.country, audience.market.code, quote.currency
    ));
    goods(&mut bill, audience, open);
    sums(&mut bill);
    let left: Vec<String> = (0..reasons.len())
        .filter(|place| !bill.shown.contains(place))
        .map(|place| format!("  {}  {}", reasons[place].code, reasons[place].text))
        .collect();
    if !left.is_empty() {
        bill.lines.push(String::new());
        bill.lines.push("what else was looked at:".to_owned());
        bill.lines.extend(left);
    }
    Ok(bill.lines)
}

fn goods(bill: &mut Bill<'_>, audience: &Audience, open: &OpenCart) {
    for line in &bill.quote.lines {
        let sku: Option<Sku> = line.sku.parse().ok();
        let good = open.goods.values().find(|good| sku.as_ref().is_some_and(|sku| good.variant(sku).is_some()));
        let name = good.map_or("", |good| good.name(audience.language()));
        bill.lines.push(String::new());
        bill.amount(&format!("{} × {} {name}", line.quantity, line.sku), line.total);
        let each = format!("{} × {} = {}", line.quantity, bill.decimal(line.unit_price), bill.decimal(line.base));
        bill.because(&each);
        if !bill.rules(|reason| reason.code == "price_list_applied" && reason.about.as_ref() == Some(&line.sku)) {
            bill.because("The price is the market's own.");
        }
        for share in &line.discounts {
            let name = bill.quote.discounts.iter().find(|discount| discount.promotion == share.promotion);
            let name = name.map_or(share.promotion.as_str(), |discount| discount.name.as_str());
            let share = format!("-{}  “{name}” ({})", bill.decimal(share.amount), share.promotion);
            bill.because(&share);
        }
        if line.tax > 0 {
            let tax = format!("its tax: {}", bill.decimal(line.tax));
            bill.because(&tax);
        }
    }
    for gift in &bill.quote.gifts {
        bill.lines.push(String::new());
        bill.amount(&format!("{} × {} {}", gift.quantity, gift.sku, gift.name), 0);
        bill.rules(|reason| is_applied_promotion(reason) && reason.about.as_ref() == Some(&gift.promotion));
    }
    let unsold =
        open.cart.value.lines.iter().filter(|line| !bill.quote.lines.iter().any(|sold| sold.sku == line.sku.as_str()));
    let unsold: Vec<String> = unsold
        .map(|line| format!("{} × {} is not sold here any more, and is no part of it", line.quantity, line.sku))
        .collect();
    bill.lines.extend(unsold);
}

fn sums(bill: &mut Bill<'_>) {
    let view::QuoteTotals { goods, discount, delivery, relief, tax, total, gift_cards, due } =
        bill.quote.totals.clone();
    bill.lines.push(String::new());
    bill.amount("goods", goods);
    if discount > 0 {
        bill.amount("discounts", -discount);
    }
    let given: Vec<&str> = bill.quote.gifts.iter().map(|gift| gift.promotion.as_str()).collect();
    bill.rules(|reason| {
        is_applied_promotion(reason) && !reason.about.as_deref().is_some_and(|about| given.contains(&about))
    });
    for coupon in &bill.quote.coupons {
        bill.because(&format!("coupon {}: {}", coupon.code, coupon.detail));
    }
    if let Some(chosen) = bill.quote.delivery.iter().find(|way| way.chosen) {
        bill.amount(&format!("delivery: {}", chosen.name), delivery);
        bill.rules(|reason| reason.code.starts_with("delivery_") && reason.about.as_ref() == Some(&chosen.method));
    } else if bill.quote.delivery_needed {
        bill.lines.push("no way of delivery is chosen".to_owned());
    } else {
        bill.lines.push("nothing is sent".to_owned());
    }
    for way in bill.quote.delivery.iter().filter(|way| !way.chosen) {
        let other = format!("could be sent as {} ({}): {}", way.method, way.name, bill.decimal(way.price));
        bill.because(&other);
    }
    if relief > 0 {
        bill.amount("tax that is not paid", -relief);
    }
    for line in &bill.quote.taxes {
        let contained = if bill.quote.tax_included { "in it: " } else { "" };
        bill.amount(&format!("{contained}{} {} % of {}", line.name, line.rate, bill.decimal(line.base)), line.amount);
    }
    if tax > 0 && bill.quote.taxes.len() > 1 {
        bill.amount(if bill.quote.tax_included { "in it: tax together" } else { "tax together" }, tax);
    }
    bill.rules(|reason| reason.code.starts_with("tax_"));
    bill.amount("total", total);
    for card in &bill.quote.gift_cards {
        bill.amount(&format!("gift card ending in {}: {}", card.hint, card.detail), -card.amount);
    }
    if gift_cards > 0 {
        bill.amount("to pay", due);
    }
}
