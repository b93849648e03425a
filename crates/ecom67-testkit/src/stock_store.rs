//! What every [`StockStore`](ecom67_app::port::StockStore) must do.

#![expect(missing_docs, reason = "the name of a case is the sentence that says what it is about")]

mod adjust;
mod ledger;
mod races;
mod records;

pub use adjust::*;
pub use ledger::*;
pub use races::*;
pub use records::*;

pub use crate::model::stock_does_what_the_rules_of_the_ledger_say;

/// One test per case of the contract, on the stores that the expression makes anew for each.
#[macro_export]
macro_rules! stock_store_contract {
    ($stores:expr) => {
        $crate::contract_cases!($stores; stock_store;
            // adjust
            an_adjustment_changes_record_and_ledger
            a_token_seen_before_changes_nothing
            a_token_seen_before_is_no_refusal
            a_token_names_an_adjustment_of_one_variant_only
            a_count_that_finds_what_is_known_leaves_no_trace
            counting_none_of_what_was_never_there_makes_no_record
            each_location_has_a_level_of_its_own
            units_below_zero_are_refused
            units_beyond_the_most_are_refused
            promised_units_vanish_only_by_a_recorded_loss
            a_refused_adjustment_leaves_nothing
            // races
            of_64_adjustments_at_once_all_are_entered
            of_64_buyers_of_10_units_exactly_10_get_one
            of_64_repeats_of_one_adjustment_exactly_one_is_entered
            // ledger
            pages_of_a_ledger_walk_each_entry_once
            no_more_of_a_ledger_is_read_at_once_than_a_page
            each_variant_has_a_ledger_of_its_own
            a_damaged_record_is_restated
            a_record_is_not_restated_once_there_is_a_newer_entry
            a_record_is_not_restated_over_what_was_held_meanwhile
            // records
            stock_records_come_in_the_order_asked_for_without_the_absent
            at_most_a_page_of_stock_records_is_read_by_sku
            pages_of_stock_records_walk_each_once
            // model
            stock_does_what_the_rules_of_the_ledger_say
        );
    };
}
