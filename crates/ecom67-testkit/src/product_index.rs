//! What every [`ProductIndex`] must do.

#![expect(missing_docs, reason = "the name of a case is the sentence that says what it is about")]

mod changes;
mod entries;
mod facets;
mod lists;
mod model;
mod ruled;
mod tuned;
mod words;

use std::any::Any;
use std::sync::Arc;

use ecom67_app::search::ProductIndex;

pub use changes::*;
pub use entries::{EntryBuilder, a_list, an_entry, codes};
pub use facets::*;
pub use lists::*;
pub use model::*;
pub use ruled::*;
pub use tuned::*;
pub use words::*;

/// An empty index, for one case.
#[derive(Clone)]
pub struct EmptyIndex {
    /// The index.
    pub index: Arc<dyn ProductIndex>,
    /// Whatever must live as long as the index, such as a temporary folder.
    pub guard: Arc<dyn Any + Send + Sync>,
}

/// What a factory of indexes may answer: one, or `None` where its engine is absent and it has said so.
pub trait IntoIndex {
    /// The index, if there is one.
    fn into_index(self) -> Option<EmptyIndex>;
}

impl IntoIndex for EmptyIndex {
    fn into_index(self) -> Option<EmptyIndex> {
        Some(self)
    }
}

impl IntoIndex for Option<EmptyIndex> {
    fn into_index(self) -> Option<EmptyIndex> {
        self
    }
}

/// Makes one named test of each case.
#[doc(hidden)]
#[macro_export]
macro_rules! index_contract_cases {
    ($index:expr; $($case:ident)*) => {
        $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $case() {
                if let Some(empty) = $crate::product_index::IntoIndex::into_index($index) {
                    $crate::product_index::$case(&*empty.index).await;
                }
            }
        )*
    };
}

/// One test per case of the contract, on the index that the expression makes anew for each.
#[macro_export]
macro_rules! product_index_contract {
    ($index:expr) => {
        $crate::index_contract_cases!($index;
            // changes
            an_empty_index_has_no_position_and_lists_nothing
            what_is_applied_is_listed_when_the_call_returns
            the_position_is_the_one_that_came_last
            changes_without_a_position_mark_the_index_as_to_be_built
            a_product_put_again_replaces_its_older_self
            of_two_changes_of_one_product_the_later_counts
            a_removed_product_is_not_listed
            what_is_being_built_is_not_seen_until_it_is_finished
            a_build_that_is_given_up_leaves_no_trace
            nothing_is_applied_while_an_index_is_built
            what_the_index_has_can_be_told_product_by_product
            // lists
            a_product_is_listed_only_where_it_has_a_price
            a_category_lists_everything_below_it
            a_collection_keeps_the_order_it_was_picked_in
            each_sort_has_its_order_and_codes_decide_between_equals
            a_product_without_a_name_in_the_language_comes_first_by_name
            a_page_is_full_or_the_last
            no_page_is_longer_than_the_most
            a_list_of_none_tells_total_and_facets
            a_cursor_leads_on_when_its_product_is_gone
            a_cursor_of_another_order_is_an_error
            // facets
            values_of_one_filter_are_alternatives_and_filters_are_conditions
            the_counts_of_a_facet_exclude_its_own_filter
            a_filter_by_price_counts_in_its_market
            reductions_count_in_their_market
            a_facet_tells_its_most_frequent_values_and_those_filtered_by
            a_categorys_children_are_all_told_however_frequent_their_own_children_are
            of_thousands_of_children_the_most_frequent_and_those_filtered_by_are_told
            a_filter_that_nothing_passes_is_told_with_a_count_of_zero
            an_attribute_that_tells_no_hits_apart_is_no_facet
            attributes_that_many_hits_share_come_first
            no_more_attributes_are_told_than_the_most_beside_those_filtered_by
            facets_are_told_only_if_asked_for
            // words
            german_words_are_found_in_their_other_forms
            a_typo_never_empties_a_result_that_had_hits
            german_umlauts_are_found_however_they_are_spelled
            english_words_are_found_in_their_other_forms
            words_of_any_language_are_found_without_accents
            a_word_is_found_in_every_text_of_a_product
            texts_of_another_language_are_not_searched
            a_product_with_the_word_in_its_name_comes_before_one_that_only_tells_of_it
            two_words_must_both_be_found
            a_word_that_tells_more_than_the_others_is_enough
            where_nothing_has_both_words_what_has_one_is_told_as_such
            a_typo_finds_what_was_meant_and_says_so
            a_model_number_is_never_taken_for_a_typo_of_another
            what_is_one_word_to_some_and_two_to_others_is_found_either_way
            numbers_with_units_are_found_however_they_are_written
            a_products_place_among_the_results_is_explained
            what_somebody_types_is_completed_by_words_that_find_something
            a_word_that_nobody_has_is_passed_over
            words_that_say_nothing_are_passed_over
            a_number_is_found_whole_and_comes_first
            a_barcode_is_found_with_and_without_leading_zeros
            matches_are_told_as_places_in_the_name
            white_space_is_no_words_and_marks_alone_find_nothing
            whatever_is_typed_is_words_and_never_an_error
            words_and_filters_go_together
            // ruled
            a_rule_asks_for_values_of_attributes_all_of_which_must_be_there
            a_rule_about_prices_has_products_only_in_the_markets_it_names
            a_rule_asks_for_brands_categories_tags_and_reductions
            what_is_new_by_rule_is_so_from_the_beginning_of_a_day
            a_cursor_of_what_is_new_leads_on_after_midnight
            facets_count_within_the_rule_whatever_is_filtered_by
            a_product_comes_and_goes_by_rule_when_it_is_saved
            words_are_searched_within_a_rule
            // tuned
            a_synonym_finds_what_has_the_other_word_and_is_not_found_by_it
            a_synonym_may_be_of_several_words
            pinned_products_come_first_and_buried_ones_last
            words_that_find_nothing_still_show_what_is_pinned
            // model
            every_list_of_a_random_catalog_is_walked_once_and_in_order
            a_walk_sees_what_stays_once_while_the_index_changes
            every_facet_of_a_random_catalog_counts_what_is_there
        );
    };
}
