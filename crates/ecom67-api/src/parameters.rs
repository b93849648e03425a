//! Query parameters: read strictly, with the field and what would be right in each refusal.

use std::hash::{DefaultHasher, Hash, Hasher};

use axum::extract::{FromRequestParts, Path};
use ecom67_app::search::{FILTERS_MAX, FacetKey, Filter, LIST_LIMIT_MAX, QUERY_LENGTH_MAX};
use ecom67_domain::stock::Availability;
use ecom67_domain::{AttributeCode, CategoryCode};
use hyper::http::request::Parts;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use utoipa::IntoParams;

use crate::problem::ApiError;
use crate::view::Sort;

/// How many products a page has where nobody says.
pub const LIST_LIMIT_DEFAULT: usize = 24;

/// The locale every read of the catalog names.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct LocaleParameters {
    /// Language and country, such as `de-de`: texts are in the language, prices are those of the country's market.
    #[param(pattern = "^[a-z]{2}-[a-z]{2}$", example = "en-gb")]
    pub locale: String,
}

/// Which categories.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CategoriesParameters {
    /// Language and country, such as `de-de`.
    #[param(pattern = "^[a-z]{2}-[a-z]{2}$", example = "en-gb")]
    pub locale: String,
    /// Only the way from the top to the category with this slug, and up to 200 categories directly below it.
    pub category: Option<String>,
}

/// Which products, in which order, from where.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListParameters {
    /// Language and country, such as `de-de`.
    #[param(pattern = "^[a-z]{2}-[a-z]{2}$", example = "en-gb")]
    pub locale: String,
    /// Only products below the category with this slug.
    pub category: Option<String>,
    /// Only products of the collection with this slug.
    pub collection: Option<String>,
    /// `key:value`, any number of times; the keys are those of the facets. Values of one key are alternatives, different
    /// keys must all be met. A range is written `price:1000-5000`, in minor units; either end may be left out.
    #[serde(default)]
    #[param(example = json!(["brand:Acme", "price:1000-5000"]), max_items = 50)]
    pub filter: Vec<String>,
    /// The order. Without it: relevance.
    #[param(inline)]
    pub sort: Option<Sort>,
    /// How many products, 24 without it.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<usize>,
    /// `next_cursor` of the page before. It belongs to the very same list.
    #[param(max_length = 2400)]
    pub cursor: Option<String>,
}

/// What is searched, in which order, from where.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct SearchParameters {
    /// Language and country, such as `de-de`.
    #[param(pattern = "^[a-z]{2}-[a-z]{2}$", example = "en-gb")]
    pub locale: String,
    /// The words. What is beyond 200 characters is ignored.
    pub q: String,
    /// Only products below the category with this slug.
    pub category: Option<String>,
    /// Only products of the collection with this slug.
    pub collection: Option<String>,
    /// `key:value`, any number of times, as in lists.
    #[serde(default)]
    #[param(max_items = 50)]
    pub filter: Vec<String>,
    /// The order. Without it: relevance.
    #[param(inline)]
    pub sort: Option<Sort>,
    /// How many products, 24 without it.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<usize>,
    /// `next_cursor` of the page before.
    #[param(max_length = 2400)]
    pub cursor: Option<String>,
}

/// How many products that people look at.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PopularParameters {
    /// Language and country, such as `de-de`.
    #[param(pattern = "^[a-z]{2}-[a-z]{2}$", example = "en-gb")]
    pub locale: String,
    /// How many products, 24 without it.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<usize>,
}

impl PopularParameters {
    /// How many products are told.
    pub fn checked_limit(&self) -> Result<usize, ApiError> {
        checked_limit(self.limit)
    }
}

/// What was typed so far.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct SuggestParameters {
    /// Language and country, such as `de-de`.
    #[param(pattern = "^[a-z]{2}-[a-z]{2}$", example = "en-gb")]
    pub locale: String,
    /// What was typed so far; its last word may be a part of one. What is beyond 200 characters is ignored.
    pub q: String,
}

impl SuggestParameters {
    /// What was typed, without space before it and cut to its bound: a space behind it ends a word.
    pub fn text(&self) -> String {
        self.q.trim_start().chars().take(QUERY_LENGTH_MAX).collect()
    }
}

impl SearchParameters {
    /// The words, without space around and cut to their bound.
    pub fn words(&self) -> String {
        self.q.trim().chars().take(QUERY_LENGTH_MAX).collect()
    }

    /// Whether this is a search of its own: from its beginning, of the whole shop, in the order of relevance. Filters,
    /// orders and further pages are looks at one that was made before.
    pub fn is_search_of_its_own(&self) -> bool {
        !self.words().is_empty()
            && self.category.is_none()
            && self.collection.is_none()
            && self.filter.is_empty()
            && self.sort.is_none_or(|sort| sort == Sort::Relevance)
            && self.cursor.is_none()
    }

    /// What a search has in common with a list.
    pub fn list(&self) -> ListParameters {
        ListParameters {
            locale: self.locale.clone(),
            category: self.category.clone(),
            collection: self.collection.clone(),
            filter: self.filter.clone(),
            sort: self.sort,
            limit: self.limit,
            cursor: self.cursor.clone(),
        }
    }
}

/// Reads a request's query parameters.
pub struct Parameters<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Parameters<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        parse_query(parts.uri.query().unwrap_or_default()).map(Self)
    }
}

/// The parts of a path; what is no text there leads nowhere.
pub struct Segments<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Segments<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let path = Path::from_request_parts(parts, state).await;
        path.map(|Path(segments)| Self(segments))
            .map_err(|_| ApiError::not_found("route_not_found", "There is no such address."))
    }
}

/// Reads parameters from the part of an address behind the question mark.
pub fn parse_query<T: DeserializeOwned>(query: &str) -> Result<T, ApiError> {
    let deserializer = serde_html_form::Deserializer::new(form_urlencoded(query));
    serde_path_to_error::deserialize(deserializer).map_err(|error| {
        let (path, detail) = (error.path().to_string(), error.inner().to_string());
        // What is missing stands nowhere: only the message names it.
        let missing = detail.strip_prefix("missing field `").and_then(|rest| rest.strip_suffix('`'));
        let field = match missing {
            Some(missing) => missing.to_owned(),
            None if path == "." => "query".to_owned(),
            None => path,
        };
        ApiError::invalid(field, "parameter_invalid", detail)
    })
}

fn form_urlencoded(query: &str) -> form_urlencoded::Parse<'_> {
    form_urlencoded::parse(query.as_bytes())
}

impl ListParameters {
    /// How many products a page has.
    pub fn checked_limit(&self) -> Result<usize, ApiError> {
        checked_limit(self.limit)
    }

    /// Names this very list, whatever its page: what a cursor is bound to.
    pub fn digest(&self, words: &str) -> u64 {
        let mut hasher = DefaultHasher::new();
        (&self.locale, &self.category, &self.collection, &self.filter, self.sort.map(Sort::as_str), words)
            .hash(&mut hasher);
        hasher.finish()
    }
}

fn checked_limit(limit: Option<usize>) -> Result<usize, ApiError> {
    let limit = limit.unwrap_or(LIST_LIMIT_DEFAULT);
    if (1..=LIST_LIMIT_MAX).contains(&limit) {
        Ok(limit)
    } else {
        Err(ApiError::invalid("limit", "limit_invalid", format!("A limit is a number from 1 to {LIST_LIMIT_MAX}.")))
    }
}

/// Reads filters as they stand in an address. `category` turns a category's slug into its code.
pub fn parse_filters(
    filters: &[String],
    category: impl Fn(&str) -> Option<CategoryCode>,
) -> Result<Vec<Filter>, ApiError> {
    if filters.len() > FILTERS_MAX {
        return Err(ApiError::invalid("filter", "filter_too_many", format!("At most {FILTERS_MAX} filters.")));
    }
    let mut parsed: Vec<Filter> = Vec::new();
    for (index, text) in filters.iter().enumerate() {
        let filter = parse_filter(text, &category)
            .map_err(|(code, detail)| ApiError::invalid(format!("filter[{index}]"), code, detail))?;
        let key = filter.key();
        match parsed.iter_mut().find(|known| known.key() == key) {
            Some(known) => join(known, filter),
            None => parsed.push(filter),
        }
    }
    Ok(parsed)
}

/// The values of one key are alternatives; of two price ranges the later counts.
fn join(known: &mut Filter, more: Filter) {
    match (known, more) {
        (Filter::Category(values), Filter::Category(more)) => values.extend(more),
        (Filter::Availability(values), Filter::Availability(more)) => values.extend(more),
        (Filter::Brand(values), Filter::Brand(more)) | (Filter::Attribute(_, values), Filter::Attribute(_, more)) => {
            values.extend(more);
        }
        (known, more) => *known = more,
    }
}

type FilterRefusal = (&'static str, String);

fn parse_filter(text: &str, category: impl Fn(&str) -> Option<CategoryCode>) -> Result<Filter, FilterRefusal> {
    let Some((key, value)) = text.split_once(':') else {
        return Err(("filter_invalid", "A filter is written key:value, such as brand:Acme.".into()));
    };
    match parse_key(key) {
        Some(FacetKey::Brand) => Ok(Filter::Brand(vec![value.to_owned()])),
        // An unknown category is a filter that nothing passes, not a mistake: it may have been removed since.
        Some(FacetKey::Category) => Ok(Filter::Category(category(value).into_iter().collect())),
        Some(FacetKey::Availability) => parse_availability(value).map(Filter::Availability),
        Some(FacetKey::Reduced) if value == "yes" => Ok(Filter::Reduced),
        Some(FacetKey::Reduced) => Err(("filter_invalid", "It is written reduced:yes.".into())),
        Some(FacetKey::Price) => parse_price(value),
        Some(FacetKey::Attribute(code)) => Ok(Filter::Attribute(code, vec![value.to_owned()])),
        None => Err((
            "filter_unknown",
            "A filter's key is category, brand, price, availability, reduced, or attribute. and an attribute's code."
                .into(),
        )),
    }
}

/// The key of a facet as it stands before the colon.
pub fn parse_key(key: &str) -> Option<FacetKey> {
    Some(match key {
        "category" => FacetKey::Category,
        "brand" => FacetKey::Brand,
        "price" => FacetKey::Price,
        "availability" => FacetKey::Availability,
        "reduced" => FacetKey::Reduced,
        _ => FacetKey::Attribute(key.strip_prefix("attribute.")?.parse::<AttributeCode>().ok()?),
    })
}

/// How the key of a facet stands before the colon.
pub fn key_text(key: &FacetKey) -> String {
    match key {
        FacetKey::Category => "category".into(),
        FacetKey::Brand => "brand".into(),
        FacetKey::Price => "price".into(),
        FacetKey::Availability => "availability".into(),
        FacetKey::Reduced => "reduced".into(),
        FacetKey::Attribute(code) => format!("attribute.{code}"),
    }
}

/// What is in stock may be low in stock: shoppers do not tell these apart when they filter.
fn parse_availability(value: &str) -> Result<Vec<Availability>, FilterRefusal> {
    match value {
        "in_stock" => Ok(vec![Availability::InStock, Availability::LowStock]),
        "back_order" => Ok(vec![Availability::BackOrder]),
        "sold_out" => Ok(vec![Availability::SoldOut]),
        _ => Err(("filter_invalid", "An availability is in_stock, back_order or sold_out.".into())),
    }
}

fn parse_price(value: &str) -> Result<Filter, FilterRefusal> {
    let invalid = || ("filter_invalid", "A price range is written 1000-5000, in minor units.".to_owned());
    let (minimum, maximum) = value.split_once('-').ok_or_else(invalid)?;
    let end = |text: &str| -> Result<Option<i64>, FilterRefusal> {
        if text.is_empty() {
            return Ok(None);
        }
        text.parse().ok().filter(|end| *end >= 0).map(Some).ok_or_else(invalid)
    };
    Ok(Filter::Price { minimum: end(minimum)?, maximum: end(maximum)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(filters: &[&str]) -> Result<Vec<Filter>, ApiError> {
        let filters: Vec<_> = filters.iter().map(|filter| (*filter).to_owned()).collect();
        parse_filters(&filters, |slug| slug.parse().ok())
    }

    #[test]
    fn values_of_one_key_are_alternatives() {
        let filters = parse(&["brand:Acme", "attribute.colour:red", "brand:Foo: Bar", "price:100-"]).unwrap();

        assert_eq!(
            filters,
            [
                Filter::Brand(vec!["Acme".into(), "Foo: Bar".into()]),
                Filter::Attribute("colour".parse().unwrap(), vec!["red".into()]),
                Filter::Price { minimum: Some(100), maximum: None },
            ]
        );
    }

    #[test]
    fn a_filter_that_makes_no_sense_is_refused_with_what_would() {
        for wrong in ["brand", "colour:red", "price:5", "price:a-b", "price:-5-3", "availability:maybe", "attribute.:x"]
        {
            let problem = parse(&[wrong]).unwrap_err().problem();
            assert_eq!((problem.status, problem.field.as_deref()), (400, Some("filter[0]")), "{wrong}");
        }
    }
}
