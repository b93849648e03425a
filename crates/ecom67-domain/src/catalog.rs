//! Categories in a tree, and collections: picked by hand or by a rule.

mod rule;

use std::collections::{BTreeMap, BTreeSet};

use crate::code::{CategoryCode, CollectionCode, ProductCode};
use crate::slug::Slug;
use crate::text::{ByLanguage, LocalizedText};
use crate::violation::{Invalid, Violations};

pub use rule::{CollectionRule, PriceRange, RULE_ATTRIBUTES_MAX, RULE_DAYS_MAX, RULE_TEXT_LENGTH_MAX, RULE_VALUES_MAX};

/// The quiet colour behind the pictures of a category.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tint {
    /// Pale yellow.
    Butter,
    /// Pale red.
    Rose,
    /// Pale green.
    Mint,
    /// Pale blue.
    Sky,
    /// Pale violet.
    Lilac,
    /// Pale orange.
    Peach,
    /// Warm grey: what stands where no other was chosen.
    #[default]
    Sand,
    /// Grey green.
    Sage,
}

impl Tint {
    /// Every tint.
    pub const ALL: [Self; 8] =
        [Self::Butter, Self::Rose, Self::Mint, Self::Sky, Self::Lilac, Self::Peach, Self::Sand, Self::Sage];

    /// The tint's name in data and style sheets.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Butter => "butter",
            Self::Rose => "rose",
            Self::Mint => "mint",
            Self::Sky => "sky",
            Self::Lilac => "lilac",
            Self::Peach => "peach",
            Self::Sand => "sand",
            Self::Sage => "sage",
        }
    }
}

impl std::str::FromStr for Tint {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        Self::ALL
            .into_iter()
            .find(|tint| tint.as_str() == text)
            .ok_or_else(|| Invalid::new("tint_unknown", "one of butter, rose, mint, sky, lilac, peach, sand, sage"))
    }
}

/// A category: a place in the tree that products hang on.
#[derive(Clone, Debug, PartialEq)]
pub struct Category {
    /// The category's code.
    pub code: CategoryCode,
    /// The category above it; `None` at the top.
    pub parent: Option<CategoryCode>,
    /// What a shopper reads.
    pub name: LocalizedText,
    /// The category's part of the address, per language.
    pub slug: ByLanguage<Slug>,
    /// A sentence or two.
    pub description: LocalizedText,
    /// The quiet colour behind its pictures.
    pub tint: Tint,
    /// A picture's file.
    pub picture: Option<MediaId>,
    /// Where it stands among its siblings: lower comes first.
    pub position: u32,
}

/// The digest by which a picture's file is known: its content decides, not its name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MediaId(String);

impl MediaId {
    /// The hexadecimal digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// How many hexadecimal digits a [`MediaId`] has: 160 bits, so that nobody finds two pictures with one name.
pub const MEDIA_ID_LENGTH: usize = 40;

impl std::str::FromStr for MediaId {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let plain = text.len() == MEDIA_ID_LENGTH && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        if plain {
            Ok(Self(text.to_owned()))
        } else {
            Err(Invalid::new("media_id_invalid", "a media id is 40 lower-case hexadecimal digits"))
        }
    }
}

/// A list of products: picked by hand, in order, or all that a rule says.
#[derive(Clone, Debug, PartialEq)]
pub struct Collection {
    /// The collection's code.
    pub code: CollectionCode,
    /// What a shopper reads.
    pub name: LocalizedText,
    /// The collection's part of the address, per language.
    pub slug: ByLanguage<Slug>,
    /// A sentence or two.
    pub description: LocalizedText,
    /// The quiet colour behind its pictures.
    pub tint: Tint,
    /// A picture's file.
    pub picture: Option<MediaId>,
    /// The products in the order they were picked; none where there is a rule.
    pub products: Vec<ProductCode>,
    /// What its products are, where nobody picks them.
    pub rule: Option<CollectionRule>,
}

/// The most products a collection may hold: more is a category.
pub const COLLECTION_PRODUCTS_MAX: usize = 500;

impl Collection {
    /// Checks the length, that no product stands twice, and the rule: one has either products or a rule.
    pub fn check(&self) -> Result<(), Violations> {
        let mut violations = Violations::new();
        if self.products.len() > COLLECTION_PRODUCTS_MAX {
            violations.add("products", "collection_too_long", format!("at most {COLLECTION_PRODUCTS_MAX} products"));
        }
        let mut seen = BTreeSet::new();
        for (index, product) in self.products.iter().enumerate() {
            if !seen.insert(product) {
                violations.add(format!("products[{index}]"), "collection_product_twice", "each product once");
            }
        }
        if let Some(rule) = &self.rule {
            if !self.products.is_empty() {
                violations.add("rule", "collection_picked_and_ruled", "either products or a rule");
            }
            if let Err(wrong) = rule.check() {
                for violation in wrong.as_slice() {
                    let field = ["rule", &violation.field].into_iter().filter(|part| !part.is_empty());
                    let field = field.collect::<Vec<_>>().join(".");
                    violations.add(field, violation.code, &violation.expected);
                }
            }
        }
        violations.or(|| ())
    }
}

/// The deepest a category may stand below the top.
pub const CATEGORY_DEPTH_MAX: usize = 10;

/// The categories of a shop, with what follows from their parents.
#[derive(Clone, Debug, Default)]
pub struct CategoryTree {
    by_code: BTreeMap<CategoryCode, Category>,
    children: BTreeMap<Option<CategoryCode>, Vec<CategoryCode>>,
    /// Those that stand at the top because their parent is missing.
    orphans: BTreeSet<CategoryCode>,
}

impl CategoryTree {
    /// Builds the tree. A category whose parent is missing stands at the top; one in a cycle is left out, since no
    /// walk from the top reaches it.
    pub fn new(categories: impl IntoIterator<Item = Category>) -> Self {
        let by_code: BTreeMap<_, _> =
            categories.into_iter().map(|category| (category.code.clone(), category)).collect();
        let mut children: BTreeMap<Option<CategoryCode>, Vec<CategoryCode>> = BTreeMap::new();
        let mut orphans = BTreeSet::new();
        for category in by_code.values() {
            let parent = category.parent.clone().filter(|parent| by_code.contains_key(parent));
            if parent != category.parent {
                orphans.insert(category.code.clone());
            }
            children.entry(parent).or_default().push(category.code.clone());
        }
        for siblings in children.values_mut() {
            siblings
                .sort_unstable_by(|left, right| (by_code[left].position, left).cmp(&(by_code[right].position, right)));
        }
        Self { by_code, children, orphans }
    }

    /// Puts a category in its place, or moves it there. Those that stood at the top for want of it go below it.
    ///
    /// What this costs does not grow with the tree, but for the siblings that move aside: a shop is imported category by
    /// category.
    pub fn insert(&mut self, category: Category) {
        let code = category.code.clone();
        self.take_out(&code);
        self.by_code.insert(code.clone(), category);
        let of_parent = |orphan: &&CategoryCode| self.by_code[*orphan].parent.as_ref() == Some(&code);
        let claimed: Vec<_> = self.orphans.iter().filter(of_parent).cloned().collect();
        for orphan in &claimed {
            self.take_out(orphan);
        }
        claimed.into_iter().chain([code]).for_each(|moved| self.put_in(moved));
    }

    /// Removes a category from among its siblings, if it stands anywhere.
    fn take_out(&mut self, code: &CategoryCode) {
        let Some(category) = self.by_code.get(code) else { return };
        let parent = if self.orphans.remove(code) { None } else { category.parent.clone() };
        if let Some(siblings) = self.children.get_mut(&parent) {
            siblings.retain(|sibling| sibling != code);
        }
    }

    /// Puts a category, which stands nowhere, among its siblings.
    fn put_in(&mut self, code: CategoryCode) {
        let category = &self.by_code[&code];
        let parent = category.parent.clone().filter(|parent| self.by_code.contains_key(parent));
        if parent != category.parent {
            self.orphans.insert(code.clone());
        }
        let siblings = self.children.entry(parent).or_default();
        let own = (category.position, &code);
        let place = siblings.partition_point(|sibling| (self.by_code[sibling].position, sibling) < own);
        siblings.insert(place, code);
    }

    /// The category with this code.
    pub fn get(&self, code: &str) -> Option<&Category> {
        self.by_code.get(code)
    }

    /// The categories directly below `parent`, in order; those at the top for `None`.
    pub fn children(&self, parent: Option<&CategoryCode>) -> impl Iterator<Item = &Category> {
        self.children.get(&parent.cloned()).into_iter().flatten().map(|code| &self.by_code[code])
    }

    /// The way from the top to `code`, both included; empty for an unknown category.
    pub fn path(&self, code: &CategoryCode) -> Vec<&Category> {
        let mut path = Vec::new();
        let mut next = self.by_code.get(code);
        while let Some(category) = next {
            path.push(category);
            if path.len() > CATEGORY_DEPTH_MAX {
                break;
            }
            next = category.parent.as_ref().and_then(|parent| self.by_code.get(parent));
        }
        path.reverse();
        path
    }

    /// Whether `category` may stand where it says: its parent is known, it would not stand below itself, and neither it
    /// nor what stands below it is too deep.
    pub fn check_place(&self, category: &Category) -> Result<(), Invalid> {
        let mut depth = 1;
        let mut next = category.parent.as_ref();
        while let Some(parent) = next {
            if *parent == category.code {
                return Err(Invalid::new("category_cycle", "a category cannot stand below itself"));
            }
            let Some(above) = self.by_code.get(parent) else {
                return Err(Invalid::new("category_unknown", "the code of a category that exists"));
            };
            depth += 1;
            if depth > CATEGORY_DEPTH_MAX {
                return Err(too_deep());
            }
            next = above.parent.as_ref();
        }
        // What stands below it moves with it.
        if depth + self.levels_below(&category.code) > CATEGORY_DEPTH_MAX { Err(too_deep()) } else { Ok(()) }
    }

    /// How many levels there are below a category; counted to the most there may be, since damage may have closed a
    /// cycle.
    fn levels_below(&self, code: &CategoryCode) -> usize {
        let mut levels = 0;
        let mut level = vec![code];
        while levels < CATEGORY_DEPTH_MAX {
            let below = level.into_iter().flat_map(|code| self.children(Some(code)));
            level = below.map(|category| &category.code).collect();
            if level.is_empty() {
                break;
            }
            levels += 1;
        }
        levels
    }

    /// All categories in the order of their codes.
    pub fn iter(&self) -> impl Iterator<Item = &Category> {
        self.by_code.values()
    }
}

fn too_deep() -> Invalid {
    Invalid::new("category_too_deep", format!("at most {CATEGORY_DEPTH_MAX} levels, with all that stands below it"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn category(code: &str, parent: Option<&str>) -> Category {
        Category {
            code: code.parse().unwrap(),
            parent: parent.map(|parent| parent.parse().unwrap()),
            name: LocalizedText::default(),
            slug: BTreeMap::new(),
            description: LocalizedText::default(),
            tint: Tint::Butter,
            picture: None,
            position: 0,
        }
    }

    #[test]
    fn a_category_cannot_be_put_below_itself() {
        let tree = CategoryTree::new([category("a", None), category("b", Some("a")), category("c", Some("b"))]);

        let moved = category("a", Some("c"));

        assert_eq!(tree.check_place(&moved).unwrap_err().code, "category_cycle");
        assert_eq!(tree.check_place(&category("d", Some("d"))).unwrap_err().code, "category_cycle");
        assert_eq!(tree.check_place(&category("d", Some("x"))).unwrap_err().code, "category_unknown");
        assert!(tree.check_place(&category("d", Some("c"))).is_ok());
    }

    #[test]
    fn a_category_moves_only_where_all_that_is_below_it_fits() {
        let chain = |prefix: &str, levels: usize| -> Vec<Category> {
            let code = |level: usize| format!("{prefix}{level}");
            let parent = |level: usize| level.checked_sub(1).map(code);
            (0..levels).map(|level| category(&code(level), parent(level).as_deref())).collect()
        };
        let tree = CategoryTree::new(chain("a", 6).into_iter().chain(chain("b", 5)));

        assert!(tree.check_place(&category("b0", Some("a4"))).is_ok());
        assert_eq!(tree.check_place(&category("b0", Some("a5"))).unwrap_err().code, "category_too_deep");
        assert!(tree.check_place(&category("b4", Some("a5"))).is_ok());
    }

    #[test]
    fn a_cycle_that_got_into_the_store_all_the_same_hangs_nobody() {
        let tree = CategoryTree::new([category("a", Some("b")), category("b", Some("a"))]);

        assert!(tree.path(&"a".parse().unwrap()).len() <= CATEGORY_DEPTH_MAX + 1);
        assert_eq!(tree.children(None).count(), 0);
    }

    #[test]
    fn a_tree_that_grows_is_the_tree_that_is_built_at_once() {
        let categories =
            [category("c", Some("b")), category("b", Some("a")), category("a", None), category("d", Some("a"))];
        let mut grown = CategoryTree::default();

        for category in categories.clone() {
            grown.insert(category);
        }
        grown.insert(category("d", Some("b")));

        let built = CategoryTree::new(categories.into_iter().take(3).chain([category("d", Some("b"))]));
        let below = |tree: &CategoryTree, parent: Option<&str>| {
            let parent = parent.map(|code| code.parse().unwrap());
            tree.children(parent.as_ref()).map(|category| category.code.to_string()).collect::<Vec<_>>()
        };
        for parent in [None, Some("a"), Some("b"), Some("c"), Some("d")] {
            assert_eq!(below(&grown, parent), below(&built, parent), "below {parent:?}");
        }
        assert_eq!(below(&grown, Some("b")), ["c", "d"]);
    }

    proptest! {
        #[test]
        fn however_a_tree_grows_and_is_moved_about_it_is_the_tree_that_is_built_at_once(
            steps in proptest::collection::vec((0_u8..12, proptest::option::of(0_u8..12), 0_u32..3), 0..60),
        ) {
            let code = |number: u8| format!("c{number}");
            let steps = steps.into_iter().map(|(own, parent, position)| {
                Category { position, ..category(&code(own), parent.map(code).as_deref()) }
            });
            let mut grown = CategoryTree::default();
            let mut last = BTreeMap::new();
            for category in steps {
                last.insert(category.code.clone(), category.clone());
                grown.insert(category);
            }

            let built = CategoryTree::new(last.into_values());

            let below = |tree: &CategoryTree, parent: Option<&CategoryCode>| -> Vec<CategoryCode> {
                tree.children(parent).map(|category| category.code.clone()).collect()
            };
            prop_assert_eq!(below(&grown, None), below(&built, None));
            for category in built.iter() {
                prop_assert_eq!(below(&grown, Some(&category.code)), below(&built, Some(&category.code)));
            }
        }
    }

    #[test]
    fn breadcrumbs_lead_from_the_top_down() {
        let tree = CategoryTree::new([category("a", None), category("b", Some("a")), category("c", Some("b"))]);

        let codes: Vec<_> = tree.path(&"c".parse().unwrap()).iter().map(|step| step.code.as_str()).collect();

        assert_eq!(codes, ["a", "b", "c"]);
    }
}
