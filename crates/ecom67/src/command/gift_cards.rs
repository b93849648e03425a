//! `ecom67 gift-card …`: gift cards, from the shell.

use std::fmt;

use anyhow::{Context, bail};
use ecom67_app::gift_cards::NewGiftCard;
use ecom67_app::port::{GIFT_CARDS_PAGE_MAX, GiftCardChange, GiftCardStore};
use ecom67_domain::cart::Note;
use ecom67_domain::gift_card::{GiftCard, GiftCardCode};
use ecom67_domain::violation::Invalid;
use ecom67_domain::{Currency, GiftCardId, Money};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Ending, Teller};
use crate::local::LocalShop;

/// Who issues a card at the shell.
const ACTOR: &str = "command line";

/// What is asked for.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "action", rename_all = "snake_case")]
pub(crate) enum GiftCardCommand {
    /// A new card.
    Issue {
        /// How much is on it, as a decimal.
        amount: String,
        /// In which currency, ISO 4217.
        currency: String,
        /// The last day on which it pays.
        expires: Option<Date>,
        /// What is to be remembered of it.
        note: Option<String>,
        /// Whether to tell it as JSON.
        json: bool,
    },
    /// One card, with its ledger.
    Show {
        /// Its id or code.
        card: String,
        /// Whether to tell it as JSON.
        json: bool,
    },
    /// A card is blocked, so that nobody pays with it.
    Block {
        /// Its id or code.
        card: String,
        /// Why.
        reason: String,
    },
    /// A card is not blocked any more.
    Unblock {
        /// Its id or code.
        card: String,
        /// Why.
        reason: Option<String>,
    },
    /// The newest cards.
    List {
        /// So many.
        limit: usize,
    },
}

impl fmt::Debug for GiftCardCommand {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // What is shown may be named by its code.
        let action = match self {
            Self::Issue { .. } => "Issue",
            Self::Show { .. } => "Show",
            Self::Block { .. } => "Block",
            Self::Unblock { .. } => "Unblock",
            Self::List { .. } => "List",
        };
        write!(formatter, "GiftCardCommand::{action}")
    }
}

pub(super) async fn run(shop: &LocalShop, command: GiftCardCommand, teller: &Teller) -> anyhow::Result<Ending> {
    match command {
        GiftCardCommand::Issue { amount, currency, expires, note, json } => {
            let currency: Currency =
                currency.parse().map_err(|_| anyhow::anyhow!("{currency:?} is no currency, such as EUR"))?;
            let amount = Money::from_decimal(&amount, currency)
                .map_err(|invalid| anyhow::anyhow!("the amount is wrong: {}", invalid.expected))?;
            let note = parsed_note(note)?;
            let expires_at = expires.map(end_of).transpose()?;
            let new = NewGiftCard { amount, expires_at, note, actor: ACTOR.into() };
            let (code, card) = shop.checkouts.carts.gift_cards.issue(new).await?;
            tell_issued(&code, &card, json, teller).await;
            Ok(Ending::Done)
        }
        GiftCardCommand::Show { card, json } => show(shop, &card, json, teller).await,
        GiftCardCommand::Block { card, reason } => {
            change(shop, &card, GiftCardChange::Block, Some(reason), teller).await
        }
        GiftCardCommand::Unblock { card, reason } => change(shop, &card, GiftCardChange::Unblock, reason, teller).await,
        GiftCardCommand::List { limit } => list(shop, limit, teller).await,
    }
}

fn parsed_note(note: Option<String>) -> anyhow::Result<Option<Note>> {
    let note = note.map(|note| note.parse()).transpose();
    note.map_err(|invalid: Invalid| anyhow::anyhow!("the note is wrong: {}", invalid.expected))
}

async fn change(
    shop: &LocalShop,
    card: &str,
    change: GiftCardChange,
    reason: Option<String>,
    teller: &Teller,
) -> anyhow::Result<Ending> {
    let (note, card) = (parsed_note(reason)?, found(shop, card).await?);
    let cards = &shop.checkouts.carts.gift_cards;
    let is_changed = cards.change(&card, change, note, ACTOR.into()).await?;
    let already = match change {
        GiftCardChange::Block => "it is blocked already",
        GiftCardChange::Unblock => "it is not blocked",
    };
    if !is_changed {
        teller.line(already).await;
    }
    let card = cards.find(card.id).await?.unwrap_or(card);
    teller.line(line(&card)).await;
    Ok(Ending::Done)
}

/// The first instant after the day, by universal time.
fn end_of(day: Date) -> anyhow::Result<jiff::Timestamp> {
    let next = day.tomorrow().context("that day is too far away")?;
    Ok(next.to_zoned(TimeZone::UTC)?.timestamp())
}

async fn tell_issued(code: &GiftCardCode, card: &GiftCard, is_json: bool, teller: &Teller) {
    if is_json {
        let mut told = as_json(card);
        told["code"] = code.reveal().into();
        teller.line(told.to_string()).await;
        return;
    }
    teller.line(code.reveal()).await;
    teller.line("This is the code of the gift card. It is told this once and kept nowhere: write it down now.").await;
    teller.line(line(card)).await;
}

fn as_json(card: &GiftCard) -> serde_json::Value {
    json!({
        "id": card.id.to_string(),
        "hint": card.hint.to_string(),
        "currency": card.issued.currency().code(),
        "issued": card.issued.minor(),
        "balance": card.balance.minor(),
        "issued_at": card.issued_at.to_string(),
        "spendable_until": card.spendable_until().map(|until| until.to_string()),
        "blocked_at": card.blocked_at.map(|at| at.to_string()),
        "note": card.note.as_ref().map(ToString::to_string),
    })
}

/// A note behind something else in a line.
fn in_line(note: Option<&Note>) -> String {
    note.map(|note| format!("  {note}").replace('\n', " ")).unwrap_or_default()
}

/// A card in a line.
fn line(card: &GiftCard) -> String {
    let until = card.spendable_until().map_or_else(|| "without end".to_owned(), |until| format!("until {until}"));
    let until = if card.blocked_at.is_some() { format!("{until}, blocked") } else { until };
    let note = in_line(card.note.as_ref());
    format!(
        "{}  •••• {}  {:>12} of {} {}  {until}{note}",
        card.id,
        card.hint,
        card.balance.to_decimal(),
        card.issued.to_decimal(),
        card.issued.currency().code(),
    )
}

async fn found(shop: &LocalShop, card: &str) -> anyhow::Result<GiftCard> {
    let cards = &shop.checkouts.carts.gift_cards;
    let found = match (card.parse::<GiftCardId>(), card.parse::<GiftCardCode>()) {
        (Ok(id), _) => cards.find(id).await?,
        (_, Ok(code)) => cards.store.find_by_digest(&cards.digest(&code)).await?,
        // What was typed is not told again: it may be a code with a slip in it.
        (Err(_), Err(invalid)) => bail!("neither the id of a gift card nor its code: {}", invalid.expected),
    };
    found.context("there is no such gift card")
}

async fn show(shop: &LocalShop, card: &str, is_json: bool, teller: &Teller) -> anyhow::Result<Ending> {
    let card = found(shop, card).await?;
    if is_json {
        teller.line(as_json(&card).to_string()).await;
    } else {
        teller.line(line(&card)).await;
    }
    let mut after = None;
    loop {
        let page = shop.database.entries(card.id, after, GIFT_CARDS_PAGE_MAX).await?;
        for entry in &page {
            let told = if is_json {
                json!({
                    "what": entry.what.as_str(),
                    "order": entry.what.order().map(|order| order.to_string()),
                    "amount": entry.amount.minor(),
                    "at": entry.at.to_string(),
                    "actor": &*entry.actor,
                    "note": entry.note.as_ref().map(ToString::to_string),
                })
                .to_string()
            } else {
                let at = entry.at.strftime("%Y-%m-%d %H:%M:%S");
                let (amount, note) = (entry.amount.to_decimal(), in_line(entry.note.as_ref()));
                format!("  {at}  {amount:>12}  {}, by {}{note}", entry.what, entry.actor)
            };
            teller.line(told).await;
        }
        if page.len() < GIFT_CARDS_PAGE_MAX {
            return Ok(Ending::Done);
        }
        after = page.last().map(|entry| entry.what);
    }
}

async fn list(shop: &LocalShop, limit: usize, teller: &Teller) -> anyhow::Result<Ending> {
    let (mut before, mut left) = (None, limit);
    while left > 0 {
        let wanted = left.min(GIFT_CARDS_PAGE_MAX);
        let page = shop.checkouts.carts.gift_cards.store.list(before, wanted).await?;
        for card in &page {
            teller.line(line(card)).await;
        }
        left -= page.len();
        before = page.last().map(|card| card.id);
        if page.len() < wanted {
            break;
        }
    }
    Ok(Ending::Done)
}
