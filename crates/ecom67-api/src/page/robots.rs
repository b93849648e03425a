//! What robots are asked to leave alone.

use super::Pages;

/// Results of searches and filtered lists have no end, and each of their products has a page of its own.
const RULES: &str = "User-agent: *\n\
    Disallow: /api/\n\
    Disallow: /*/search\n\
    Disallow: /*?filter=\n\
    Disallow: /*&filter=\n\
    Disallow: /*?sort=\n\
    Disallow: /*&sort=\n";

impl Pages {
    /// `/robots.txt`.
    pub fn robots(&self) -> String {
        let sitemap = self.site.as_ref().map(|site| format!("\nSitemap: {}\n", site.join("/sitemap.xml")));
        format!("{RULES}{}", sitemap.unwrap_or_default())
    }
}
