//! What every [`DocumentStore`](ecom67_app::port::DocumentStore) must do.

#![expect(missing_docs, reason = "the name of a case is the sentence that says what it is about")]

mod lists;
mod slugs;
mod versions;

pub use lists::*;
pub use slugs::*;
pub use versions::*;

/// One test per case of the contract, on the stores that the expression makes anew for each.
#[macro_export]
macro_rules! document_store_contract {
    ($stores:expr) => {
        $crate::contract_cases!($stores; document_store;
            // versions
            a_document_that_was_never_saved_is_absent
            a_document_of_each_kind_reads_back_as_it_was_saved
            a_document_cannot_be_created_twice
            a_stale_save_of_a_document_is_refused
            a_save_over_a_document_that_is_not_there_is_refused
            a_removed_document_is_gone
            a_removed_document_can_be_made_anew
            a_stale_removal_is_refused
            the_removal_of_a_document_that_is_not_there_is_refused
            of_64_savers_of_one_document_exactly_one_wins_per_version
            // slugs
            a_slug_leads_to_its_document
            the_slug_of_another_document_is_refused
            slugs_of_two_kinds_are_apart
            slugs_of_documents_and_products_are_apart
            an_old_slug_still_leads_to_its_document
            an_old_slug_is_taken_over_by_whoever_asks
            a_removed_document_frees_its_slugs_old_ones_too
            a_removed_document_leaves_slugs_to_those_who_took_them_over
            of_64_documents_that_want_one_slug_exactly_one_gets_it
            a_refused_document_leaves_nothing
            // lists
            kinds_are_kept_apart
            documents_come_in_ascending_order_of_codes
            pages_of_documents_walk_each_once
            no_more_documents_are_read_at_once_than_a_page
        );
    };
}
