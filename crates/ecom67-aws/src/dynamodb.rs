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
//! | cart | `cart#` id | `-` | `version`, `document`, `expires` |
//! | request that changed a cart | `cart-request#` cart | key | `digest`, `until`, `expires` |
//!
//! `document` is the JSON form of `ecom67_app::document`, compressed: a product with 500 variants in three markets is
//! a twentieth of the 400 KB that an item may have.
//!
//! **Lists.** Products and stock records lie in 16 shards by a hash of their key, in each shard by key; a list walks the
//! shards one after the other, so a place in it is nothing but the last key. An index of the engine (GSI) would need no
//! shards but lags: whoever notes the head of the change log, reads the whole store and then reads on from the head
//! would miss what was committed before the head and had not reached the index. One partition for all would bound the
//! writes of the whole catalog by the 1,000 units a second of one partition.
//!
//! **Reads** are strongly consistent, by key or by a range of one partition. Nothing scans the table.
//!
//! **Writes** are one `TransactWriteItems` each, with conditions instead of locks. An engine that answers a conflict
//! or a throttle has written nothing; the adapter tries again with jitter until [`PATIENCE`] is used up. The SDK sends
//! each transaction with a token of its own and repeats it with the same, so an answer that was lost is asked for
//! again within 10 minutes and not made twice.

mod call;
mod carts;
mod changes;
mod dead_letters;
mod documents;
mod item;
mod key;
mod products;
mod search_counts;
mod slugs;
mod stock;
mod table;
mod transaction;
mod turns;

pub use call::PATIENCE;
pub use carts::Carts;
pub use changes::Changes;
pub use dead_letters::DeadLetterBox;
pub use documents::{Documents, PAST_SLUGS_MAX};
pub use products::Products;
pub use search_counts::SearchCounts;
pub use stock::Stock;
pub use table::{Table, sdk};
