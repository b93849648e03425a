//! The store ports on one `DynamoDB` table.
//!
//! # The table
//!
//! | item | `pk` | `sk` | attributes |
//! |---|---|---|---|
//! | product | `product#` shard | code | `version`, `document` |
//! | price changes of one save | `prices#` code | instant `#` version | `version`, `document` |
//! | document | `document#` kind | code | `version`, `document`, `past` |
//! | slug | `slug#` kind `#` language `#` slug | `-` | `owner`, `current` |
//! | SKU | `sku#` SKU | `-` | `owner` |
//! | contest | `contest#` product | `-` | `times` |
//! | stock record | `stock#` shard | SKU | `entries`, `levels` |
//! | ledger entry | `ledger#` SKU | number | one per field |
//! | token of an adjustment | `token#` SKU | digest | `entry` |
//! | what was searched or looked at | `counts#` day `#` language `#` market `#` kind | `=` and query or code; `-` for all others | one per count, `expires` |
//! | how many of these there are | `places#` like them | `-` | `places`, `expires` |
//! | dead letter of the index | `dead-letters` | product | one per field |
//! | dead message of a queue | `dead-messages#` queue | id of the message | one per field |
//! | cart | `cart#` id | `-` | `version`, `document`, `expires` |
//! | request that changed a cart | `cart-request#` cart | key | `digest`, `until`, `expires` |
//! | order | `order#` id | `-` | `version`, `placed`, `progress`, `listed`, `place`, `due`, `due_at` |
//! | its number | `order-number#` number | `-` | `order`, `listed`, `place` |
//! | who ordered | `order-contact#` order | `-` | `document` |
//! | what one commit told of an order | `order-events#` order | version | `version`, `at`, `document`; `outbox`, `outbox_place`, `queues` until it is published |
//! | request for an order | `checkout-request#` cart | key | `digest`, `order`, `until`, `expires` |
//! | mail that was sent, or is being sent | `sent-mail#` mail | `-` | `claimed_until`, `sent_at`, `expires` |
//! | gift card | `gift-card#` id | `-` | one per field, `listed`, `place` |
//! | its code | `gift-card-code#` digest | `-` | `card` |
//! | entry of its ledger | `gift-card-entries#` id | what it is of | `amount`, `currency`, `at`, `actor` |
//! | how often something limited was used | `meter#` meter | `-` | `used` |
//!
//! `document`, `placed` and `progress` are JSON forms of `ecom67_app::document`, compressed: a product with 500 variants in
//! three markets is a twentieth of the 400 KB that an item may have.
//!
//! **Lists.** Products and stock records lie in 16 shards by a hash of their key, in each shard by key; a list walks the
//! shards one after the other, so a place in it is nothing but the last key. An index of the engine (GSI) would need no
//! shards but lags: whoever notes the head of the change log, reads the whole store and then reads on from the head
//! would miss what was committed before the head and had not reached the index. One partition for all would bound the
//! writes of the whole catalog by the 1,000 units a second of one partition.
//!
//! **Orders** are listed by two indexes of the engine, `listed` (`listed`, `place`) and `due` (`due`, `due_at`), which have
//! keys only: nobody reads on from a list of orders as from the change log, and what is due or in a state changes with each
//! step. An order is listed among those of its state, the item of its number, which never changes, among all; one for which
//! nothing is to be done is not in `due`. Both are spread over the shards, since all that is written to one partition of an
//! index is bounded as well; ids begin with the time, so that the newest of all shards are asked for at once.
//!
//! **The outbox** is a third index, `outbox` (`outbox`, `outbox_place`), of envelopes that are to be published. It says which orders
//! have some; which these are is read from the order's own partition, so that an index that lags cannot let a later one pass.
//!
//! **Stock** has `available` beside `on_hand` and `held` of each location, as conditions cannot subtract. Buyers change these
//! by how much, on the condition that enough is left, and never by what they have read; whoever counts looks at the ledger,
//! not at what is held. So nobody has to look again because somebody bought.
//!
//! **Reads** are strongly consistent, by key or by a range of one partition, but for the indexes of orders. Nothing scans
//! the table but the recount of meters, which somebody asks for.
//!
//! **Writes** are one `TransactWriteItems` each, with conditions instead of locks. An engine that answers a conflict
//! or a throttle has written nothing; the adapter tries again with jitter until [`PATIENCE`] is used up. Each transaction
//! is sent with a token of its own, and the SDK repeats it with the same, so an answer that was lost is asked for again
//! within 10 minutes and not made twice. All tries of an order's commit have one token.

mod call;
mod carts;
mod changes;
mod dead_letters;
mod dead_messages;
mod documents;
mod gift_cards;
mod item;
mod key;
mod legal_texts;
mod meters;
mod orders;
mod products;
mod search_counts;
mod sent_mails;
mod slugs;
mod stock;
mod table;
mod transaction;
mod turns;

pub use call::PATIENCE;
pub use carts::Carts;
pub use changes::Changes;
pub use dead_letters::DeadLetterBox;
pub(crate) use dead_messages::DeadMessages;
pub use documents::{Documents, PAST_SLUGS_MAX};
pub use gift_cards::GiftCardBox;
pub use legal_texts::LegalTextBox;
pub use meters::Meters;
pub use orders::Orders;
pub use products::Products;
pub use search_counts::SearchCounts;
pub use sent_mails::MailRecords;
pub use stock::Stock;
pub use table::{Table, sdk};
