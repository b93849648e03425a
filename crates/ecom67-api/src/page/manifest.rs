//! Which files of the web build a page needs, from the manifest that Vite writes beside them.

use std::collections::{BTreeMap, BTreeSet};

use ecom67_domain::Language;
use serde::Deserialize;

const ENTRY: &str = "src/main.tsx";
const BOOT: &str = "src/boot.ts";

/// The kinds of pages, each with a part of the program of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PageKind {
    /// The home page.
    Home,
    /// A category.
    Category,
    /// A collection.
    Collection,
    /// The search.
    Search,
    /// A product.
    Product,
    /// A page of text.
    Content,
    /// The cart.
    Cart,
    /// Where a cart is ordered.
    Checkout,
    /// An order, or where one is looked up.
    Order,
    /// A page that is missing or failed: its part comes with the entry.
    Trouble,
}

impl PageKind {
    const fn chunk(self) -> Option<&'static str> {
        match self {
            Self::Home => Some("src/routes/home.page.tsx"),
            Self::Category => Some("src/routes/category.page.tsx"),
            Self::Collection => Some("src/routes/collection.page.tsx"),
            Self::Search => Some("src/routes/search.page.tsx"),
            Self::Product => Some("src/routes/product.page.tsx"),
            Self::Content => Some("src/routes/content.page.tsx"),
            Self::Cart => Some("src/routes/cart.page.tsx"),
            Self::Checkout => Some("src/routes/checkout.page.tsx"),
            Self::Order => Some("src/routes/order.page.tsx"),
            Self::Trouble => None,
        }
    }
}

/// The files of a web build. Without one, pages come without scripts and styles.
#[derive(Clone, Debug, Default)]
pub struct Manifest {
    chunks: BTreeMap<String, Chunk>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Chunk {
    file: String,
    imports: Vec<String>,
    css: Vec<String>,
    assets: Vec<String>,
}

/// The files of one page, by their paths on the site.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct PageFiles {
    /// The script that React starts with.
    pub(super) entry: Option<String>,
    /// The script that runs before the first paint.
    pub(super) boot: Option<String>,
    pub(super) styles: Vec<String>,
    pub(super) fonts: Vec<String>,
    /// What the entry will import next.
    pub(super) modules: Vec<String>,
}

impl Manifest {
    /// Reads `.vite/manifest.json`.
    pub fn read(json: &[u8]) -> serde_json::Result<Self> {
        Ok(Self { chunks: serde_json::from_slice(json)? })
    }

    /// The files of a page in a language.
    pub(super) fn files(&self, kind: PageKind, language: Language) -> PageFiles {
        let boot = self.chunks.get(BOOT).map(|chunk| public_path(&chunk.file));
        let mut files = PageFiles { boot, ..PageFiles::default() };
        let Some(entry) = self.chunks.get(ENTRY) else { return files };
        files.entry = Some(public_path(&entry.file));
        files.fonts = entry.assets.iter().filter(|file| is_font(file)).map(public_path).collect();
        let words = format!("../../messages/{language}.ftl?raw");
        let mut wanted = Wanted { manifest: self, seen: BTreeSet::from([ENTRY.to_owned()]), files };
        wanted.styles_of(entry);
        for import in &entry.imports {
            wanted.add(import);
        }
        for chunk in kind.chunk().into_iter().chain([words.as_str()]) {
            wanted.add(chunk);
        }
        wanted.files
    }
}

/// Collects chunks with all they import, each once.
struct Wanted<'manifest> {
    manifest: &'manifest Manifest,
    seen: BTreeSet<String>,
    files: PageFiles,
}

impl Wanted<'_> {
    fn add(&mut self, key: &str) {
        let Some(chunk) = self.manifest.chunks.get(key) else { return };
        if !self.seen.insert(key.to_owned()) {
            return;
        }
        self.files.modules.push(public_path(&chunk.file));
        self.styles_of(chunk);
        for import in &chunk.imports {
            self.add(import);
        }
    }

    fn styles_of(&mut self, chunk: &Chunk) {
        for style in chunk.css.iter().map(public_path) {
            if !self.files.styles.contains(&style) {
                self.files.styles.push(style);
            }
        }
    }
}

fn is_font(file: &str) -> bool {
    file.rsplit_once('.').is_some_and(|(_, extension)| extension == "woff2")
}

fn public_path(file: impl AsRef<str>) -> String {
    format!("/{}", file.as_ref())
}

#[cfg(test)]
mod tests {
    use super::*;

    const MANIFEST: &str = r#"{
        "../../messages/de.ftl?raw": {"file": "assets/de-1.js", "isDynamicEntry": true},
        "_card-2.js": {"file": "assets/card-2.js", "imports": ["src/main.tsx", "_ui-3.js"], "css": ["assets/card-2.css"]},
        "_ui-3.js": {"file": "assets/ui-3.js", "imports": ["_card-2.js"]},
        "src/main.tsx": {"file": "assets/main-4.js", "isEntry": true, "imports": ["_ui-3.js"], "css": ["assets/main-4.css"],
            "assets": ["assets/plain-5.woff2", "assets/picture-6.png"]},
        "src/routes/home.page.tsx": {"file": "assets/home-7.js", "imports": ["_card-2.js", "src/main.tsx"]},
        "src/boot.ts": {"file": "assets/boot-8.js", "isEntry": true}
    }"#;

    #[test]
    fn a_page_names_everything_that_its_program_will_load() {
        let files = Manifest::read(MANIFEST.as_bytes()).unwrap().files(PageKind::Home, Language::GERMAN);

        assert_eq!(files.entry.as_deref(), Some("/assets/main-4.js"));
        assert_eq!(files.boot.as_deref(), Some("/assets/boot-8.js"));
        assert_eq!(files.styles, ["/assets/main-4.css", "/assets/card-2.css"]);
        assert_eq!(files.fonts, ["/assets/plain-5.woff2"]);
        assert_eq!(files.modules, ["/assets/ui-3.js", "/assets/card-2.js", "/assets/home-7.js", "/assets/de-1.js"]);
    }

    #[test]
    fn without_a_web_build_a_page_has_no_scripts() {
        let files = Manifest::default().files(PageKind::Product, Language::ENGLISH);

        assert_eq!(files, PageFiles::default());
    }
}
