//! Whether a request is somebody's, as far as it says so itself: what is counted is what people do.

use hyper::header::{HeaderMap, HeaderValue, USER_AGENT};

/// What programs that read the whole web call themselves.
const ROBOTS: [&[u8]; 4] = [b"bot", b"crawl", b"spider", b"preview"];

/// Whether nothing in the headers tells of a robot, or of a browser that fetches what may never be looked at.
pub(crate) fn is_somebody(headers: &HeaderMap) -> bool {
    let is_ahead = headers.contains_key("sec-purpose") || headers.contains_key("purpose");
    let agent = headers.get(USER_AGENT).map(HeaderValue::as_bytes).unwrap_or_default();
    let is_robot = ROBOTS.iter().any(|name| agent.windows(name.len()).any(|part| part.eq_ignore_ascii_case(name)));
    !is_ahead && !is_robot
}

#[cfg(test)]
mod tests {
    use hyper::header::HeaderName;

    use super::*;

    fn with(name: &'static str, value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(HeaderName::from_static(name), HeaderValue::from_static(value))])
    }

    #[test]
    fn robots_and_what_is_fetched_ahead_are_nobody() {
        for headers in [
            with("user-agent", "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"),
            with("user-agent", "some Spider"),
            with("sec-purpose", "prefetch;prerender"),
            with("purpose", "prefetch"),
        ] {
            assert!(!is_somebody(&headers), "{headers:?}");
        }
        assert!(is_somebody(&with("user-agent", "Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/140.0")));
        assert!(is_somebody(&HeaderMap::new()));
    }
}
