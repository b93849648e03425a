//! Where the shop stands on the web.

use std::str::FromStr;

use hyper::Uri;

/// The address of the site without a slash at its end, such as `https://shop.example`.
///
/// It comes from the configuration alone. A request's `Host` is chosen by whoever asks, and pages are kept for everyone:
/// a canonical link made from it would lead other shoppers, and search engines, to a stranger's site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl(String);

/// Why a text is not the address of a site.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a public address looks like https://shop.example: scheme and host, with a port where it needs one, no path")]
pub struct PublicUrlInvalid;

impl PublicUrl {
    /// Whether it is reached by HTTPS.
    pub fn is_https(&self) -> bool {
        self.0.starts_with("https:")
    }

    /// The address of a path on the site.
    pub fn join(&self, path: &str) -> String {
        format!("{}{path}", self.0)
    }
}

impl FromStr for PublicUrl {
    type Err = PublicUrlInvalid;

    fn from_str(text: &str) -> Result<Self, PublicUrlInvalid> {
        let uri: Uri = text.parse().map_err(|_| PublicUrlInvalid)?;
        let scheme = uri.scheme_str().filter(|scheme| matches!(*scheme, "http" | "https")).ok_or(PublicUrlInvalid)?;
        let authority = uri.authority().filter(|authority| !authority.host().is_empty()).ok_or(PublicUrlInvalid)?;
        let is_plain = !authority.as_str().contains('@') && uri.path() == "/" && uri.query().is_none();
        if is_plain && !text.contains('#') {
            Ok(Self(format!("{scheme}://{authority}")))
        } else {
            Err(PublicUrlInvalid)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_site_is_a_scheme_and_a_host() {
        for (text, joined) in [
            ("https://shop.example", "https://shop.example/de-de/"),
            ("http://127.0.0.1:6767/", "http://127.0.0.1:6767/de-de/"),
            ("http://[::1]:80", "http://[::1]:80/de-de/"),
        ] {
            assert_eq!(text.parse::<PublicUrl>().unwrap().join("/de-de/"), joined);
        }
        for wrong in [
            "",
            "/",
            "shop.example",
            "ftp://a",
            "https://a/b",
            "https://a?b",
            "https://u:p@a",
            "https://a#b",
            "https://",
            "https:// a",
        ] {
            assert_eq!(wrong.parse::<PublicUrl>(), Err(PublicUrlInvalid), "{wrong}");
        }
    }
}
