//! Orders, and what goes with them, as they are written down.

use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue;
use ecom67_app::document::{OrderContactDocument, OrderDocument, OrderEventDocument, OrderProgressDocument, from_json};
use ecom67_app::port::{CheckoutRequest, IdempotencyKey, OrderCommit, OrderEnvelope, StoreError, Stored};
use ecom67_domain::order::{Contact, WorkflowVersion};
use ecom67_domain::{CartId, Order, OrderId, Version};
use jiff::Timestamp;

use super::index::{DUE_ATTRIBUTES, WORKFLOW, among_all, among_its_state, among_the_due};
use super::outbox::entering;
use crate::dynamodb::carts::seconds;
use crate::dynamodb::item::{DOCUMENT, Item, Reader, VERSION, document, number, text};
use crate::dynamodb::key::Key;
use crate::dynamodb::table::EXPIRES;
use crate::dynamodb::transaction::Condition;

const PLACED: &str = "placed";
const PROGRESS: &str = "progress";
const ORDER: &str = "order";
const DIGEST: &str = "digest";
const UNTIL: &str = "until";
const AT: &str = "at";
pub(in crate::dynamodb) const USED: &str = "used";

/// An instant as a number that is compared as instants are: in nanoseconds since 1970, of which nothing is lost.
fn instant(at: Timestamp) -> AttributeValue {
    AttributeValue::N(at.as_nanosecond().to_string())
}

fn read_instant(reader: &Reader<'_>, name: &str) -> Result<Timestamp, StoreError> {
    Timestamp::from_nanosecond(reader.number(name)?).map_err(|error| reader.unreadable(error.to_string()))
}

/// The order as it is placed.
pub(super) fn order_item(order: &Order, version: Version) -> Result<Item, StoreError> {
    let mut item = Key::order(order.id).item();
    item.insert(VERSION.to_owned(), number(version.0));
    item.insert(PLACED.to_owned(), document(&OrderDocument::from(order))?);
    item.insert(PROGRESS.to_owned(), document(&OrderProgressDocument::from(order))?);
    if order.workflow != WorkflowVersion::FIRST {
        item.insert(WORKFLOW.to_owned(), number(u64::from(order.workflow.0)));
    }
    let places = among_its_state(order).into_iter().chain(among_the_due(order).into_iter().flatten());
    item.extend(places.map(|(name, value)| (name.to_owned(), value)));
    Ok(item)
}

/// The change of an order by a step, if it still has the version it was read at. What was placed is not sent again.
pub(super) fn step(order: &Order, read_at: Version) -> Result<(String, Condition), StoreError> {
    let mut condition = Condition::new("#version = :read_at").value(":read_at", number(read_at.0));
    let progress = document(&OrderProgressDocument::from(order))?;
    let due = among_the_due(order);
    let set = [(VERSION, number(read_at.next().0)), (PROGRESS, progress)].into_iter();
    let set = set.chain(among_its_state(order)).chain(due.iter().flatten().cloned());
    let mut changes = Vec::new();
    for (name, value) in set {
        changes.push(format!("#{name} = :{name}"));
        condition = condition.name(format!("#{name}"), name).value(format!(":{name}"), value);
    }
    let mut change = format!("SET {}", changes.join(", "));
    if due.is_none() {
        change.push_str(" REMOVE #partition, #place_of_due");
        let [partition, place] = DUE_ATTRIBUTES;
        condition = condition.name("#partition", partition).name("#place_of_due", place);
    }
    Ok((change, condition))
}

pub(super) fn read_order(item: &Item) -> Result<Stored<Order>, StoreError> {
    let reader = Reader::new(item);
    let mut value = read_placed(item)?;
    let progress: OrderProgressDocument =
        from_json(&reader.json(PROGRESS)?).map_err(|violations| reader.unreadable(violations.to_string()))?;
    progress.bring(&mut value).map_err(|invalid| reader.unreadable(invalid.to_string()))?;
    Ok(Stored { value, version: reader.version()? })
}

/// The order as it was placed.
pub(super) fn read_placed(item: &Item) -> Result<Order, StoreError> {
    let reader = Reader::new(item);
    let document: OrderDocument =
        from_json(&reader.json(PLACED)?).map_err(|violations| reader.unreadable(violations.to_string()))?;
    let order = document.to_order().map_err(|invalid| reader.unreadable(invalid.to_string()))?;
    let is_its_own = reader.key().order_id() == Some(order.id);
    if is_its_own { Ok(order) } else { Err(reader.unreadable("its record is another order's")) }
}

pub(super) fn contact_item(id: OrderId, contact: &Contact) -> Result<Item, StoreError> {
    let mut item = Key::order_contact(id).item();
    item.insert(DOCUMENT.to_owned(), document(&OrderContactDocument::from(contact))?);
    Ok(item)
}

pub(super) fn read_contact(item: &Item) -> Result<Contact, StoreError> {
    let reader = Reader::new(item);
    let document: OrderContactDocument =
        from_json(&reader.document()?).map_err(|violations| reader.unreadable(violations.to_string()))?;
    document.to_contact().map_err(|violations| reader.unreadable(violations.to_string()))
}

pub(super) fn number_item(order: &Order) -> Item {
    let mut item = Key::order_number(order.number).item();
    item.insert(ORDER.to_owned(), text(&order.id.to_string()));
    item.extend(among_all(order.id).map(|(name, value)| (name.to_owned(), value)));
    item
}

/// The order that has the number, or came of the request, that the item is about.
pub(super) fn read_owner(item: &Item) -> Result<OrderId, StoreError> {
    Reader::new(item).parsed(ORDER)
}

pub(super) fn request_item(request: &CheckoutRequest) -> Item {
    let mut item = Key::checkout_request(request.cart, &request.key).item();
    item.extend(
        [
            (DIGEST, AttributeValue::B(Blob::new(request.digest))),
            (ORDER, text(&request.order.to_string())),
            (UNTIL, instant(request.expires_at)),
            (EXPIRES, number(seconds(request.expires_at))),
        ]
        .map(|(name, value)| (name.to_owned(), value)),
    );
    item
}

/// Nobody has made the request, or it is no longer remembered at `now`, though the engine has not taken it away yet.
pub(super) fn is_not_remembered(now: Timestamp) -> Condition {
    Condition::new("attribute_not_exists(pk) OR #until <= :now").name("#until", UNTIL).value(":now", instant(now))
}

/// The request, with the time until which it is remembered.
pub(super) fn read_request(cart: CartId, key: &IdempotencyKey, item: &Item) -> Result<CheckoutRequest, StoreError> {
    let reader = Reader::new(item);
    let digest = <[u8; 32]>::try_from(reader.bytes(DIGEST)?);
    Ok(CheckoutRequest {
        cart,
        key: key.clone(),
        digest: digest.map_err(|_| reader.unreadable("its digest has not 32 bytes"))?,
        order: read_owner(item)?,
        expires_at: read_instant(&reader, UNTIL)?,
    })
}

/// What a commit told, or `None` where it told nothing.
pub(super) fn envelope_item(asked: &OrderCommit, version: Version) -> Result<Option<Item>, StoreError> {
    if asked.events.is_empty() {
        return Ok(None);
    }
    let events: Vec<_> = asked.events.iter().map(OrderEventDocument::from).collect();
    let mut item = Key::order_events(asked.order.id, version).item();
    item.insert(VERSION.to_owned(), number(version.0));
    item.insert(AT.to_owned(), instant(asked.at));
    item.insert(DOCUMENT.to_owned(), document(&events)?);
    item.extend(entering(asked, version).into_iter().flatten().map(|(name, value)| (name.to_owned(), value)));
    Ok(Some(item))
}

pub(super) fn read_envelope(placed: &Order, item: &Item) -> Result<OrderEnvelope, StoreError> {
    let reader = Reader::new(item);
    let documents: Vec<OrderEventDocument> =
        from_json(&reader.document()?).map_err(|violations| reader.unreadable(violations.to_string()))?;
    let events = documents.iter().map(|document| document.to_event(placed));
    Ok(OrderEnvelope {
        order: placed.id,
        version: reader.version()?,
        at: read_instant(&reader, AT)?,
        events: events.collect::<Result<_, _>>().map_err(|invalid| reader.unreadable(invalid.to_string()))?,
    })
}

/// How often something was used.
pub(super) fn read_used(item: Option<&Item>) -> Result<u32, StoreError> {
    item.map_or(Ok(0), |item| Reader::new(item).number(USED))
}
