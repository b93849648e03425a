//! Addresses and headers that nobody's shop has: each leads to a page or to none, and nothing breaks.

use proptest::prelude::*;

use crate::page::address::{Address, is_page};
use crate::page::language::accepted;
use crate::page::list_search::ListSearch;

proptest! {
    #[test]
    fn every_address_leads_somewhere(path in "(/|%|[a-z]{2}-[a-z]{2}|p|c|l|pages|search|[ -~]|\\PC){0,30}") {
        let path = format!("/{path}");
        let address = Address::new(&path);
        address.place();
        address.parameter("q");
        is_page(&path);
    }

    #[test]
    fn every_list_of_languages_is_read(header in "(de|en-GB|\\*|[a-z-]{0,12}|;q=[0-9.]{0,5}|,| ){0,20}") {
        drop(accepted(Some(&header)));
    }

    #[test]
    fn a_list_read_from_an_address_is_the_same_when_read_again(
        query in "(filter=|sort=|page=|q=|price:|brand:|&|[a-z0-9:%-]{0,8}){0,12}",
    ) {
        let read = ListSearch::read(&query).to_query();

        prop_assert_eq!(ListSearch::read(read.trim_start_matches('?')).to_query(), read);
    }
}
