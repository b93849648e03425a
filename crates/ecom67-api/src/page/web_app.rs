//! The shop as an app that a browser can install: its manifest, its icons and its colours.

use ecom67_app::port::StoreError;
use ecom67_domain::Locale;
use serde::Serialize;

use super::Pages;
use super::address::locale_and_rest;
use crate::present::{Audience, Presenter};
use crate::problem::ApiError;

/// Where a locale's manifest stands below it.
const MANIFEST_PATH: &str = "/manifest.webmanifest";

/// The page's ground where the shop names none: that of `packages/ui/src/styles/tokens.css`.
const GROUND: &str = "#fbf8f3";
const GROUND_DARK: &str = "#171412";

/// The icons of the web build, for a shop without its own.
const FAVICON: &str = "/favicon.svg";
const TOUCH_ICON: &str = "/apple-touch-icon.png";

/// The narrowest picture that a browser installs as an icon.
const ICON_WIDTH_MIN: u32 = 144;
/// What a phone shows on its screen; the smallest picture that is at least so wide will do.
const TOUCH_ICON_WIDTH: u32 = 180;

const WEBP: &str = "image/webp";

/// An icon, as a manifest tells of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Icon {
    pub(super) src: String,
    pub(super) sizes: String,
    /// Its media type.
    #[serde(rename = "type")]
    pub(super) kind: &'static str,
    /// `any`, or `maskable` where a system may cut it.
    purpose: &'static str,
}

impl Icon {
    fn new(src: impl Into<String>, width: u32, kind: &'static str, purpose: &'static str) -> Self {
        Self { src: src.into(), sizes: format!("{width}x{width}"), kind, purpose }
    }
}

/// How a browser shows the shop around its pages.
#[derive(Clone, Debug)]
pub(super) struct AppLook {
    pub(super) ground: String,
    pub(super) ground_dark: String,
    /// For the browser's tab.
    pub(super) icon: Icon,
    /// For the screen of a phone that reads no manifest.
    pub(super) touch_icon: String,
    /// For the installed app.
    icons: Vec<Icon>,
}

#[derive(Serialize)]
struct WebAppManifest<'shop> {
    id: &'static str,
    name: &'shop str,
    short_name: &'shop str,
    description: &'shop str,
    lang: String,
    dir: &'static str,
    start_url: String,
    scope: &'static str,
    display: &'static str,
    background_color: &'shop str,
    theme_color: &'shop str,
    categories: [&'static str; 1],
    icons: &'shop [Icon],
    shortcuts: [Shortcut; 1],
}

#[derive(Serialize)]
struct Shortcut {
    name: String,
    url: String,
}

impl Pages {
    /// The manifest at a path such as `/de-de/manifest.webmanifest`; `None` where that is none of the shop's.
    ///
    /// One shop is one app (`id`, `scope`), whichever locale it was installed from: whoever changes the country stays in
    /// it. Where it starts, and in which words it is offered, is the locale's.
    pub async fn web_app_manifest(&self, path: &str) -> Result<Option<Vec<u8>>, ApiError> {
        let locale = locale_and_rest(path).filter(|(_, rest)| *rest == MANIFEST_PATH);
        let Some(locale) = locale.and_then(|(locale, _)| locale.parse::<Locale>().ok()) else { return Ok(None) };
        let Ok(audience) = self.presenter.audience(&locale.to_string()) else { return Ok(None) };
        let words = self.languages.words(audience.locale, self.presenter.navigation(&audience));
        let look = self.app_look(&audience).await;
        let identity = &words.navigation.shop;
        let short_name = audience.shop.branding.as_ref().and_then(|branding| branding.short_name.as_deref());
        let manifest = WebAppManifest {
            id: "/",
            name: &identity.name,
            short_name: short_name.unwrap_or(&identity.name),
            description: &identity.tagline,
            lang: words.tag(),
            dir: words.direction(),
            start_url: words.path("/"),
            scope: "/",
            display: "standalone",
            background_color: &look.ground,
            theme_color: &look.ground,
            categories: ["shopping"],
            icons: &look.icons,
            shortcuts: [Shortcut { name: words.t("search-label"), url: words.path("/search") }],
        };
        serde_json::to_vec(&manifest).map(Some).map_err(|error| ApiError::internal(&error))
    }

    /// What the shop's branding says, and what stands in for what it does not say.
    pub(super) async fn app_look(&self, audience: &Audience) -> AppLook {
        let branding = audience.shop.branding.as_ref();
        let colors = branding.and_then(|branding| branding.colors.as_ref());
        let own = |picture: Option<&String>| picture.and_then(|picture| picture.parse().ok());
        let icon = own(branding.and_then(|branding| branding.icon.as_ref()));
        let maskable = own(branding.and_then(|branding| branding.icon_maskable.as_ref()));
        let mut icons = Vec::new();
        for (id, purpose) in [(icon, "any"), (maskable, "maskable")] {
            let Some(id) = id else { continue };
            match square_icons(&self.presenter, &id, purpose).await {
                Ok(found) => icons.extend(found),
                // A page without its shop's icon beats no page.
                Err(error) => tracing::warn!(media = id.as_str(), %error, "the shop's icon cannot be read"),
            }
        }
        let ground = colors.map_or(GROUND, |colors| &colors.ground).to_owned();
        let ground_dark = colors.map_or(GROUND_DARK, |colors| &colors.ground_dark).to_owned();
        let of_any: Vec<_> = icons.iter().filter(|icon| icon.1.purpose == "any").collect();
        let Some((_, smallest)) = of_any.first() else {
            let icon = Icon { src: FAVICON.to_owned(), sizes: "any".to_owned(), kind: "image/svg+xml", purpose: "any" };
            let icons = built_in();
            return AppLook { ground, ground_dark, icon, touch_icon: TOUCH_ICON.to_owned(), icons };
        };
        let touch = of_any.iter().find(|(width, _)| *width >= TOUCH_ICON_WIDTH).or(of_any.last());
        AppLook {
            ground,
            ground_dark,
            icon: smallest.clone(),
            touch_icon: touch.map_or_else(|| smallest.src.clone(), |(_, icon)| icon.src.clone()),
            icons: icons.into_iter().map(|(_, icon)| icon).collect(),
        }
    }
}

/// The widths of a picture that can be icons, ascending; none where it is no square.
async fn square_icons(
    presenter: &Presenter,
    id: &ecom67_domain::catalog::MediaId,
    purpose: &'static str,
) -> Result<Vec<(u32, Icon)>, StoreError> {
    let Some(info) = presenter.media.info(id).await?.filter(|info| info.width == info.height) else {
        return Ok(Vec::new());
    };
    let icon = |width: u32| (width, Icon::new(format!("/media/{}/{width}.webp", id.as_str()), width, WEBP, purpose));
    Ok(info.widths.into_iter().filter(|width| *width >= ICON_WIDTH_MIN).map(icon).collect())
}

fn built_in() -> Vec<Icon> {
    vec![
        Icon::new("/icon-192.png", 192, "image/png", "any"),
        Icon::new("/icon-512.png", 512, "image/png", "any"),
        Icon::new("/icon-maskable-512.png", 512, "image/png", "maskable"),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ground_is_that_of_the_style_sheet() {
        let tokens = include_str!("../../../../web/packages/ui/src/styles/tokens.css");

        assert!(tokens.contains(&format!("--color-ground: light-dark({GROUND}, {GROUND_DARK});")));
    }

    #[test]
    fn the_built_in_icons_are_files_of_the_storefront() {
        let public = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../web/apps/storefront/public");

        for path in built_in().iter().map(|icon| icon.src.as_str()).chain([FAVICON, TOUCH_ICON]) {
            assert!(public.join(path.trim_start_matches('/')).is_file(), "{path}");
        }
    }
}
