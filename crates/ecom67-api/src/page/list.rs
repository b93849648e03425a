//! Lists: categories, collections and the search.

use askama::Template;
use ecom67_app::document::DocumentKind;
use ecom67_app::kept::Dependency;

use super::first_data::request_path;
use super::head::{Alternates, PageFacts, PageHead};
use super::list_search::{ListSearch, Source, price_range};
use super::manifest::{PageFiles, PageKind};
use super::nothing_found::WaysOn;
use super::structured;
use super::visit::{Frame, Outcome, Setting, rendered};
use super::words::ShopWords;
use crate::present::Searched;
use crate::problem::ApiError;
use crate::view;

#[derive(Template)]
#[template(path = "list.html")]
struct ListTemplate<'page> {
    shop: &'page ShopWords<'page>,
    page: &'page PageHead,
    assets: &'page PageFiles,
    first_data: &'page str,
    is_category: bool,
    head: Option<ListHead<'page>>,
    breadcrumbs: &'page [&'page view::Category],
    subcategories: &'page [view::Category],
    list: Option<&'page view::ProductList>,
    notice: Option<String>,
    /// What is offered where a search found nothing.
    ways_on: Option<WaysOn>,
    chips: Vec<Chip>,
    clear_href: String,
    sorts: Vec<SortChoice>,
    more_href: Option<String>,
    /// The way to the beginning of the list, from a later part of it.
    beginning_href: Option<String>,
    /// Whether to say how many of all are shown: not where it is all of them at once.
    tells_shown: bool,
}

struct ListHead<'page> {
    name: &'page str,
    description: &'page str,
    tint: &'page str,
    picture: Option<&'page view::Picture>,
}

/// A filter that is chosen, and the way to the list without it.
struct Chip {
    label: String,
    href: String,
}

struct SortChoice {
    value: &'static str,
    label: String,
    is_chosen: bool,
}

/// What is to be shown around a list.
struct Around<'page> {
    kind: PageKind,
    source: Source<'page>,
    head: Option<ListHead<'page>>,
    breadcrumbs: &'page [&'page view::Category],
    subcategories: &'page [view::Category],
    /// What is to be said of how the words were understood.
    notice: Option<String>,
    ways_on: Option<WaysOn>,
}

impl Setting<'_> {
    pub(super) async fn category(&mut self, slug: &str) -> Result<Outcome, ApiError> {
        let categories = self.pages.presenter.category_way(&self.audience, slug).await;
        if categories.is_err()
            && let Some(present) = self.present_slug(DocumentKind::Category, slug).await?
        {
            return Ok(Outcome::Moved(self.shop.path_of("/c/", &present)));
        }
        let path = request_path("/api/categories", &[("locale", &self.locale), ("category", slug)]);
        let categories = self.noted(path, categories);
        let search = self.list_search();
        // Told even where the category is missing, since React asks for both at once.
        let (list, dependency) = self.listed(&search, Source::Category(slug)).await?;
        let categories = categories?;
        let way = way_to(&categories.categories, slug);
        let Some((category, above)) = way.split_last() else {
            return Err(ApiError::not_found("category_not_found", "There is no such category."));
        };
        let crumbs = above.iter().map(|category| (category.slug.as_str(), category.name.as_str()));
        let own_path = format!("/c/{slug}");
        let facts = PageFacts {
            title: category.name.clone(),
            description: category.description.clone(),
            alternates: Alternates::of("/c/", &category.alternates),
            picture: category.picture.as_ref(),
            structured: vec![structured::breadcrumbs(self.addresses(), crumbs, &category.name, &own_path)],
            path: own_path,
            ..PageFacts::default()
        };
        let around = Around {
            kind: PageKind::Category,
            source: Source::Category(slug),
            head: Some(ListHead {
                name: &category.name,
                description: &category.description,
                tint: &category.tint,
                picture: category.picture.as_ref(),
            }),
            breadcrumbs: above,
            subcategories: &category.children,
            notice: None,
            ways_on: None,
        };
        Ok(Outcome::Page(self.list_page(facts, &search, around, Some(&list))?, dependency))
    }

    pub(super) async fn collection(&mut self, slug: &str) -> Result<Outcome, ApiError> {
        let collection = self.pages.presenter.collection(&self.audience, slug).await;
        if collection.is_err()
            && let Some(present) = self.present_slug(DocumentKind::Collection, slug).await?
        {
            return Ok(Outcome::Moved(self.shop.path_of("/l/", &present)));
        }
        let path = request_path(&format!("/api/collections/{slug}"), &[("locale", &self.locale)]);
        let collection = self.noted(path, collection);
        let search = self.list_search();
        let (list, dependency) = self.listed(&search, Source::Collection(slug)).await?;
        let collection = collection?;
        let facts = PageFacts {
            title: collection.name.clone(),
            description: collection.description.clone(),
            path: format!("/l/{slug}"),
            alternates: Alternates::of("/l/", &collection.alternates),
            picture: collection.picture.as_ref(),
            ..PageFacts::default()
        };
        let around = Around {
            kind: PageKind::Collection,
            source: Source::Collection(slug),
            head: Some(ListHead {
                name: &collection.name,
                description: &collection.description,
                tint: &collection.tint,
                picture: collection.picture.as_ref(),
            }),
            breadcrumbs: &[],
            subcategories: &[],
            notice: None,
            ways_on: None,
        };
        Ok(Outcome::Page(self.list_page(facts, &search, around, Some(&list))?, dependency))
    }

    pub(super) async fn search(&mut self) -> Result<Outcome, ApiError> {
        let search = ListSearch::read(self.address.query);
        let found = if search.words.is_empty() { None } else { Some(self.found(&search).await?) };
        let title = if search.words.is_empty() {
            self.shop.t("search-title")
        } else {
            self.shop.t_with("search-title-query", "query", &search.words)
        };
        let facts = PageFacts {
            title,
            path: "/search".to_owned(),
            alternates: Alternates::Same,
            is_hidden: true,
            words: search.words.clone(),
            ..PageFacts::default()
        };
        let around = Around {
            kind: PageKind::Search,
            source: Source::Search,
            head: None,
            breadcrumbs: &[],
            subcategories: &[],
            notice: None,
            ways_on: None,
        };
        let (results, dependency) = match found {
            Some((results, dependency)) => (Some(results), dependency),
            None => (None, Dependency::Shop),
        };
        let list = results.as_ref().map(|results| &results.list);
        let has_nothing = list.is_some_and(|list| list.products.is_empty()) && search.filters.is_empty();
        let around = Around {
            notice: results.as_ref().and_then(|results| self.notice(results)),
            ways_on: if has_nothing { Some(self.ways_on(&search.words).await) } else { None },
            ..around
        };
        let dependency = match dependency {
            // It shows what people look at, and what they search.
            Dependency::Index(generation) if has_nothing => self.pages.presenter.popularity_dependency(generation),
            dependency => dependency,
        };
        Ok(Outcome::Page(self.list_page(facts, &search, around, list)?, dependency))
    }

    /// What a shopper must know of how the words were understood.
    fn notice(&self, results: &view::SearchResults) -> Option<String> {
        match (&results.corrected, results.partial) {
            (Some(corrected), _) => Some(self.shop.t_with("search-corrected", "query", corrected)),
            (None, true) => Some(self.shop.t("search-partial")),
            (None, false) => None,
        }
    }

    /// What the address says of a category's or collection's list: words are the search's alone.
    fn list_search(&self) -> ListSearch {
        let mut search = ListSearch::read(self.address.query);
        search.words.clear();
        search
    }

    async fn listed(
        &mut self,
        search: &ListSearch,
        source: Source<'_>,
    ) -> Result<(view::ProductList, Dependency), ApiError> {
        let parameters = search.parameters(&self.locale, source);
        let path = search.request(&self.locale, source);
        match self.pages.presenter.list(&self.audience, &parameters, "").await {
            Ok(listed) => {
                self.first_data.add(path, &listed.list);
                Ok((listed.list, listed.dependency))
            }
            Err(error) => {
                self.note_refusal(path, &error);
                Err(error)
            }
        }
    }

    async fn found(&mut self, search: &ListSearch) -> Result<(view::SearchResults, Dependency), ApiError> {
        let parameters = search.search_parameters(&self.locale);
        let path = search.request(&self.locale, Source::Search);
        match self.pages.presenter.search(&self.audience, &parameters).await {
            Ok(Searched { results, dependency, counted }) => {
                self.first_data.add(path, &results);
                // Whoever comes back to a list that they had opened further has searched before.
                self.searched = counted.filter(|_| !search.is_further());
                Ok((results, dependency))
            }
            Err(error) => {
                self.note_refusal(path, &error);
                Err(error)
            }
        }
    }

    fn list_page(
        &self,
        facts: PageFacts<'_>,
        search: &ListSearch,
        around: Around<'_>,
        list: Option<&view::ProductList>,
    ) -> Result<String, ApiError> {
        let own = self.shop.path(&facts.path);
        let facts = PageFacts {
            query_text: self.address.query,
            is_hidden: facts.is_hidden || !search.filters.is_empty(),
            ..facts
        };
        let chosen = search.sort.or_else(|| list.map(|list| list.sort));
        let sort = |sort: &view::Sort| SortChoice {
            value: sort.as_str(),
            label: self.shop.t(&format!("sort-{}", sort.as_str().replace('_', "-"))),
            is_chosen: Some(*sort) == chosen,
        };
        let offered = list.map(|list| list.facets.as_slice()).unwrap_or_default();
        let chip = |filter: &String| Chip {
            label: filter_label(&self.shop, filter, offered),
            href: format!("{own}{}", search.without(filter).to_query()),
        };
        let more = list.and_then(|list| list.next_cursor.as_deref()).map(|cursor| search.with_more(cursor));
        let href = |search: ListSearch| format!("{own}{}", search.to_query());
        let Frame { page, assets, first_data } = self.frame(around.kind, facts);
        let template = ListTemplate {
            shop: &self.shop,
            page: &page,
            assets: &assets,
            first_data: &first_data,
            is_category: matches!(around.source, Source::Category(_)),
            head: around.head,
            breadcrumbs: around.breadcrumbs,
            subcategories: around.subcategories,
            list,
            notice: around.notice,
            ways_on: around.ways_on,
            chips: search.filters.iter().map(chip).collect(),
            clear_href: format!("{own}{}", search.without_filters().to_query()),
            sorts: around.source.sorts().iter().map(sort).collect(),
            tells_shown: more.is_some() || search.is_further(),
            more_href: more.map(href),
            beginning_href: search.at_beginning().map(href),
        };
        rendered(&template)
    }
}

/// The categories from the top to the one with `slug`; empty where there is none.
fn way_to<'tree>(categories: &'tree [view::Category], slug: &str) -> Vec<&'tree view::Category> {
    for category in categories {
        if category.slug == slug {
            return vec![category];
        }
        let mut below = way_to(&category.children, slug);
        if !below.is_empty() {
            below.insert(0, category);
            return below;
        }
    }
    Vec::new()
}

/// What a shopper reads of a chosen filter; its value where the facets do not know it.
fn filter_label(shop: &ShopWords<'_>, filter: &str, facets: &[view::Facet]) -> String {
    if let Some((minimum, maximum)) = price_range(filter) {
        let money = |minor: &str| shop.money(minor, &shop.navigation.currency);
        match (minimum.is_empty(), maximum.is_empty()) {
            (false, false) => {
                let (minimum, maximum) = (money(minimum), money(maximum));
                return shop.t_with_two("filter-price-between", "minimum", minimum, "maximum", maximum);
            }
            (false, true) => return shop.t_with("filter-price-at-least", "price", money(minimum)),
            (true, false) => return shop.t_with("filter-price-at-most", "price", money(maximum)),
            (true, true) => {}
        }
    }
    let (key, value) = filter.split_once(':').unwrap_or(("", filter));
    let facet = facets.iter().find(|facet| facet.key == key);
    let known = facet.and_then(|facet| facet.values.iter().find(|known| known.value == value));
    known.map_or_else(|| value.to_owned(), |known| known.label.clone())
}
