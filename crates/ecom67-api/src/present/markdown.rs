//! Markdown to HTML that is safe whoever wrote it.

use pulldown_cmark::{CowStr, Event, Options, Parser, Tag, TagEnd, html};

/// Renders Markdown. HTML in it is shown as text, pictures become their text, links lead only to the web, to mail or
/// below this site, and headings begin at the second level: the page has the first.
pub(super) fn to_html(markdown: &str) -> String {
    let events = Parser::new_ext(markdown, Options::empty()).map(|event| match event {
        Event::Html(text) | Event::InlineHtml(text) => Event::Text(text),
        Event::Start(Tag::Heading { level, .. }) => {
            Event::Start(Tag::Heading { level: below(level), id: None, classes: Vec::new(), attrs: Vec::new() })
        }
        Event::End(TagEnd::Heading(level)) => Event::End(TagEnd::Heading(below(level))),
        Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
            let dest_url = if is_safe(&dest_url) { dest_url } else { CowStr::Borrowed("#") };
            Event::Start(Tag::Link { link_type, dest_url, title, id })
        }
        Event::Start(Tag::Image { .. }) => Event::Start(Tag::Emphasis),
        Event::End(TagEnd::Image) => Event::End(TagEnd::Emphasis),
        other => other,
    });
    let mut rendered = String::with_capacity(markdown.len() + markdown.len() / 4);
    html::push_html(&mut rendered, events);
    rendered
}

fn below(level: pulldown_cmark::HeadingLevel) -> pulldown_cmark::HeadingLevel {
    use pulldown_cmark::HeadingLevel::{H1, H2, H3, H4, H5, H6};
    match level {
        H1 | H2 => H2,
        H3 => H3,
        H4 => H4,
        H5 => H5,
        H6 => H6,
    }
}

fn is_safe(address: &str) -> bool {
    let lower = address.trim().to_ascii_lowercase();
    let on_this_site = lower.starts_with('/') && !lower.starts_with("//") || lower.starts_with('#');
    on_this_site || ["https://", "http://", "mailto:", "tel:"].iter().any(|scheme| lower.starts_with(scheme))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn no_text_becomes_a_script_or_a_way_to_one(
            markdown in "(<script>|<img src=x onerror=a>|\\[a\\]\\(javascript:a\\)|<a href=|\\*|_|`|\n|#|[ -~]){0,30}",
        ) {
            let html = to_html(&markdown).to_lowercase();

            for wrong in ["<script", "<img", "<iframe", "href=\"javascript", "<a href=\"data"] {
                prop_assert!(!html.contains(wrong), "{markdown:?} became {html}");
            }
        }
    }

    #[test]
    fn a_description_cannot_carry_a_script() {
        let hostile = "<script>alert(1)</script>\n\n<img src=x onerror=alert(1)> [a](javascript:alert(1)) \
                       [b](//evil.example) ![c](https://evil.example/x.png) [d](  JavaScript:x)";

        let rendered = to_html(hostile);

        for forbidden in ["<script", "<img", "javascript:", "//evil.example"] {
            assert!(!rendered.to_lowercase().contains(&format!("\"{forbidden}")), "{rendered}");
        }
        assert!(!rendered.contains("<script") && !rendered.contains("<img"), "{rendered}");
    }

    #[test]
    fn paragraphs_lists_and_headings_are_kept() {
        let rendered = to_html("# Care\n\n**Warm** water.\n\n- one\n- two");

        assert_eq!(
            rendered,
            "<h2>Care</h2>\n<p><strong>Warm</strong> water.</p>\n<ul>\n<li>one</li>\n<li>two</li>\n</ul>\n"
        );
    }
}
