//! What every [`ProductStore`](ecom67_app::port::ProductStore) must do.

#![expect(missing_docs, reason = "the name of a case is the sentence that says what it is about")]

mod history;
mod large;
mod lists;
mod races;
mod skus;
mod slugs;
mod versions;

pub use history::*;
pub use large::*;
pub use lists::*;
pub use races::*;
pub use skus::*;
pub use slugs::*;
pub use versions::*;

pub use crate::model::products_do_what_a_simple_model_says;

/// One test per case of the contract, on the stores that the expression makes anew for each.
#[macro_export]
macro_rules! product_store_contract {
    ($stores:expr) => {
        $crate::contract_cases!($stores; product_store;
            // versions
            a_product_that_was_never_saved_is_absent
            a_product_reads_back_as_it_was_saved
            a_product_cannot_be_created_twice
            a_stale_save_is_refused
            a_save_over_a_product_that_is_not_there_is_refused
            a_stale_save_is_called_stale_whatever_else_it_wants
            each_save_makes_the_next_version
            // slugs
            a_slug_leads_to_its_product
            the_slug_of_another_product_is_refused
            an_old_slug_still_leads_to_its_product
            an_old_slug_of_another_product_is_respected
            an_old_slug_of_another_product_is_taken_over_on_demand
            a_present_slug_is_never_taken_over
            a_product_may_return_to_its_own_old_slug
            slugs_of_two_languages_are_apart
            a_product_that_drops_a_language_keeps_its_slug_as_an_old_one
            slugs_asked_for_together_are_answered_in_that_order
            // skus
            a_sku_leads_to_its_product
            a_sku_of_another_product_is_refused
            a_sku_that_was_freed_leads_nowhere
            a_sku_that_was_freed_can_be_used_by_another_product
            a_sku_can_move_to_another_product_and_back
            skus_that_differ_in_case_are_two
            // lists
            products_come_in_the_order_asked_for_without_the_absent
            a_product_asked_for_twice_comes_twice
            nothing_asked_for_is_nothing_found
            at_most_a_page_of_products_is_read_by_code
            pages_of_products_walk_each_once
            a_list_of_products_can_begin_after_a_code_that_is_not_there
            a_product_saved_again_stays_where_it_stands_in_the_list
            // history
            a_price_change_enters_the_history_with_the_save
            the_history_is_read_back_since_an_instant
            the_history_ascends_even_where_one_save_brought_many_instants
            each_product_has_a_history_of_its_own
            histories_asked_for_together_are_answered_in_that_order
            a_refused_save_leaves_nothing
            // races
            of_64_creators_of_one_product_exactly_one_wins
            of_64_savers_of_one_product_exactly_one_wins_per_version
            of_64_products_that_want_one_slug_exactly_one_gets_it
            of_64_products_that_want_one_sku_exactly_one_gets_it
            a_sku_given_up_while_others_want_it_never_has_two_owners
            // large
            a_product_with_500_variants_in_3_markets_reads_back_as_it_was_saved
            every_sku_of_a_large_product_leads_to_it
            a_large_product_refused_for_one_sku_leaves_the_others_free
            of_two_large_products_that_share_a_sku_only_one_is_saved
            skus_freed_by_a_large_product_can_be_used_by_others
            a_large_product_can_exchange_all_its_skus_at_once
            // model
            products_do_what_a_simple_model_says
        );
    };
}
