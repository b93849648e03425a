//! What the binary carries of the web: the storefront as it was built.

use bytes::Bytes;
use ecom67_api::route::{AssetFile, Assets};
use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../../web/apps/storefront/dist"]
struct Storefront;

/// Where the build says what it consists of.
pub(crate) const MANIFEST: &str = ".vite/manifest.json";

/// The storefront's files.
pub(crate) fn assets() -> Assets {
    let file = |path: std::borrow::Cow<'static, str>| {
        let file = Storefront::get(&path)?;
        let bytes = match file.data {
            std::borrow::Cow::Borrowed(bytes) => Bytes::from_static(bytes),
            std::borrow::Cow::Owned(bytes) => bytes.into(),
        };
        Some(AssetFile { path: path.into_owned(), bytes })
    };
    Assets::new(Storefront::iter().filter_map(file))
}
