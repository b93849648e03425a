//! What the address of a list says: the twin of `apps/storefront/src/features/listing/list-search.ts`.

use super::address::encode_query_value;
use super::first_data::request_path;
use crate::parameters::{LIST_LIMIT_DEFAULT, ListParameters, SearchParameters};
use crate::view::Sort;

/// What is shown at most in one go.
const SHOWN_MAX: usize = 4 * LIST_LIMIT_DEFAULT;

const SORTS: [Sort; 5] = [Sort::Relevance, Sort::Newest, Sort::Price, Sort::PriceDescending, Sort::Name];

/// Which products, in which order, how many.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct ListSearch {
    /// The words that are searched.
    pub(super) words: String,
    /// `key:value`.
    pub(super) filters: Vec<String>,
    pub(super) sort: Option<Sort>,
    /// How many pages are shown, where it is more than the first.
    page: Option<usize>,
    /// The cursor behind which the list goes on, where it does not begin at its beginning: so every product can be
    /// reached without a script, although one page shows only so many.
    after: Option<String>,
}

impl ListSearch {
    /// Reads what stands behind the question mark. What makes no sense is passed over, as by the storefront; filters
    /// are for the API to judge.
    pub(super) fn read(query: &str) -> Self {
        let mut search = Self::default();
        let mut has_words = false;
        for (key, value) in form_urlencoded::parse(query.as_bytes()) {
            match &*key {
                "q" if !has_words => {
                    has_words = true;
                    search.words = value.into_owned();
                }
                "filter" if value.contains(':') => search.filters.push(value.into_owned()),
                "sort" if search.sort.is_none() => search.sort = SORTS.into_iter().find(|sort| sort.as_str() == value),
                "after" if search.after.is_none() && !value.is_empty() => search.after = Some(value.into_owned()),
                "page" if search.page.is_none() => search.page = value.parse().ok().filter(|page| *page > 1),
                _ => {}
            }
        }
        search
    }

    /// The parameters as they stand in an address, with the question mark.
    pub(super) fn to_query(&self) -> String {
        let mut pairs: Vec<(&str, String)> = Vec::new();
        if !self.words.is_empty() {
            pairs.push(("q", encode_query_value(&self.words)));
        }
        pairs.extend(self.filters.iter().map(|filter| ("filter", encode_query_value(filter))));
        pairs.extend(self.sort.map(|sort| ("sort", sort.as_str().to_owned())));
        pairs.extend(self.after.as_deref().map(|after| ("after", encode_query_value(after))));
        pairs.extend(self.page.map(|page| ("page", page.to_string())));
        if pairs.is_empty() {
            return String::new();
        }
        let pairs: Vec<String> = pairs.into_iter().map(|(key, value)| format!("{key}={value}")).collect();
        format!("?{}", pairs.join("&"))
    }

    /// The list without a filter, from its first page.
    pub(super) fn without(&self, filter: &str) -> Self {
        let filters = self.filters.iter().filter(|other| *other != filter).cloned().collect();
        Self { filters, page: None, after: None, ..self.clone() }
    }

    /// The list without any filter.
    pub(super) fn without_filters(&self) -> Self {
        Self { filters: Vec::new(), page: None, after: None, ..self.clone() }
    }

    /// The list from its beginning, if this is a later part of it.
    pub(super) fn at_beginning(&self) -> Option<Self> {
        self.after.is_some().then(|| Self { page: None, after: None, ..self.clone() })
    }

    /// Whether more than the beginning of the list is shown.
    pub(super) fn is_further(&self) -> bool {
        self.page.is_some() || self.after.is_some()
    }

    /// The list with one more page shown; where as many are shown as one answer holds, what comes behind them.
    pub(super) fn with_more(&self, next_cursor: &str) -> Self {
        let page = self.page.unwrap_or(1);
        if page.saturating_mul(LIST_LIMIT_DEFAULT) < SHOWN_MAX {
            Self { page: Some(page + 1), ..self.clone() }
        } else {
            Self { page: None, after: Some(next_cursor.to_owned()), ..self.clone() }
        }
    }

    fn limit(&self) -> Option<usize> {
        self.page.map(|page| page.saturating_mul(LIST_LIMIT_DEFAULT).min(SHOWN_MAX))
    }

    /// What the API is asked for the products of `source`.
    pub(super) fn parameters(&self, locale: &str, source: Source<'_>) -> ListParameters {
        ListParameters {
            locale: locale.to_owned(),
            category: if let Source::Category(slug) = source { Some(slug.to_owned()) } else { None },
            collection: if let Source::Collection(slug) = source { Some(slug.to_owned()) } else { None },
            filter: self.filters.clone(),
            sort: self.sort,
            limit: self.limit(),
            cursor: self.after.clone(),
        }
    }

    /// What the API is asked for the results of the search.
    pub(super) fn search_parameters(&self, locale: &str) -> SearchParameters {
        SearchParameters {
            locale: locale.to_owned(),
            q: self.words.clone(),
            category: None,
            collection: None,
            filter: self.filters.clone(),
            sort: self.sort,
            limit: self.limit(),
            cursor: self.after.clone(),
        }
    }

    /// The path of either request.
    pub(super) fn request(&self, locale: &str, source: Source<'_>) -> String {
        let limit = self.limit().map(|limit| limit.to_string());
        let mut parameters = vec![("locale", locale)];
        let path = match source {
            Source::Category(slug) => {
                parameters.push(("category", slug));
                "/api/products"
            }
            Source::Collection(slug) => {
                parameters.push(("collection", slug));
                "/api/products"
            }
            Source::Search => {
                parameters.push(("q", &self.words));
                "/api/search"
            }
        };
        parameters.extend(self.filters.iter().map(|filter| ("filter", filter.as_str())));
        parameters.extend(self.sort.map(|sort| ("sort", sort.as_str())));
        parameters.extend(limit.as_deref().map(|limit| ("limit", limit)));
        parameters.extend(self.after.as_deref().map(|after| ("cursor", after)));
        request_path(path, &parameters)
    }
}

/// Where the products of a list come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source<'slug> {
    /// The category with this slug.
    Category(&'slug str),
    /// The collection with this slug.
    Collection(&'slug str),
    /// The search.
    Search,
}

impl Source<'_> {
    /// The orders that are offered: relevance is to words.
    pub(super) fn sorts(self) -> &'static [Sort] {
        if self == Self::Search { &SORTS } else { &SORTS[1..] }
    }
}

/// The ends of a price filter in minor units, as texts; `None` for another filter.
pub(super) fn price_range(filter: &str) -> Option<(&str, &str)> {
    let (minimum, maximum) = filter.strip_prefix("price:")?.split_once('-')?;
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    (is_number(minimum) && is_number(maximum)).then_some((minimum, maximum))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_written_as_it_is_read() {
        let query = "?q=red+mugs&filter=brand:Acme+%26+Co&filter=price:100-&sort=price_descending&after=c-1.x_&page=3";

        assert_eq!(ListSearch::read(&query[1..]).to_query(), query);
        assert_eq!(ListSearch::read("").to_query(), "");
    }

    #[test]
    fn what_makes_no_sense_is_passed_over() {
        let search = ListSearch::read("filter=brand&sort=best&page=1&page=x&limit=5&cursor=z&after=&q=a&q=b&utm=1");

        assert_eq!(search, ListSearch { words: "a".into(), ..ListSearch::default() });
    }

    #[test]
    fn a_request_names_its_parameters_in_the_agreed_order() {
        let search = ListSearch::read("page=2&sort=name&filter=attribute.colour:red&filter=brand:A");

        assert_eq!(
            search.request("de-de", Source::Category("becher")),
            "/api/products?locale=de-de&category=becher&filter=attribute.colour%3Ared&filter=brand%3AA&sort=name&limit=48"
        );
        assert_eq!(ListSearch::read("q=a+b").request("en-gb", Source::Search), "/api/search?locale=en-gb&q=a+b");
    }

    #[test]
    fn never_more_is_asked_for_than_one_answer_holds() {
        for (page, limit) in
            [("2", Some(48)), ("4", Some(96)), ("5", Some(96)), ("18446744073709551615", Some(96)), ("1", None)]
        {
            let search = ListSearch::read(&format!("page={page}"));
            assert_eq!(search.parameters("de-de", Source::Search).limit, limit, "page {page}");
        }
        for (shown, more) in [
            ("", "?page=2"),
            ("page=3", "?page=4"),
            ("after=b&page=3", "?after=b&page=4"),
            ("page=4", "?after=c"),
            ("after=b&page=18446744073709551615", "?after=c"),
        ] {
            assert_eq!(ListSearch::read(shown).with_more("c").to_query(), more, "{shown}");
        }
    }

    #[test]
    fn a_changed_list_starts_at_its_first_page() {
        let search = ListSearch::read("filter=brand:A&filter=brand:B&page=3");

        assert_eq!(search.without("brand:A").to_query(), "?filter=brand:B");
        assert_eq!(search.without_filters().to_query(), "");
        assert_eq!(search.at_beginning(), None);
        let later = ListSearch::read("filter=brand:A&after=c&page=3");
        assert_eq!(later.at_beginning().unwrap().to_query(), "?filter=brand:A");
        assert_eq!(later.without("brand:A").to_query(), "");
        assert_eq!(
            later.request("en-gb", Source::Category("mugs")),
            "/api/products?locale=en-gb&category=mugs&filter=brand%3AA&limit=72&cursor=c"
        );
    }

    #[test]
    fn a_price_filter_has_two_ends_that_may_be_open() {
        assert_eq!(price_range("price:100-250"), Some(("100", "250")));
        assert_eq!(price_range("price:-250"), Some(("", "250")));
        for other in ["price:1", "price:a-b", "brand:1-2", "price:1-2-3"] {
            assert_eq!(price_range(other), None, "{other}");
        }
    }
}
