//! From what a mail says to its two parts.
//!
//! The page is MJML, since mail programs understand tables and little else. It is filled in first, every value escaped, and
//! then turned into HTML; what a shopper typed is text in both languages.

use std::collections::HashMap;
use std::sync::LazyLock;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Serde, Value};
use minijinja::{AutoEscape, Environment, Output, State, UndefinedBehavior};
use mrml::prelude::parser::ParserOptions;
use mrml::prelude::render::RenderOptions;

use crate::view::View;

const PAGE: &str = "mail.mjml";
const TEXT: &str = "mail.txt";

static TEMPLATES: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut templates = Environment::new();
    templates.set_undefined_behavior(UndefinedBehavior::Strict);
    // A tag on a line of its own leaves no line behind.
    let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
    templates.set_syntax(syntax.expect("the marks are the usual ones"));
    templates.set_auto_escape_callback(|name| if name == PAGE { AutoEscape::Html } else { AutoEscape::None });
    templates.set_formatter(write_escaped);
    // A test renders both.
    let built_in = [(PAGE, include_str!("../templates/mail.mjml")), (TEXT, include_str!("../templates/mail.txt"))];
    for (name, source) in built_in {
        templates.add_template(name, source).expect("the templates that are built in can be read");
    }
    templates
});

/// Writes a value as text of the page. The engine's own way writes slashes as entities too, and links that are written so
/// look to filters of spam like something to be hidden.
fn write_escaped(out: &mut Output, state: &mut State, value: &Value) -> Result<(), minijinja::Error> {
    if !matches!(state.auto_escape(), AutoEscape::Html) || value.is_safe() {
        return minijinja::escape_formatter(out, state, value);
    }
    if value.is_undefined() {
        return Err(minijinja::ErrorKind::UndefinedError.into());
    }
    let text = value.to_string();
    let mut rest = text.as_str();
    while let Some(place) = rest.find(['&', '<', '>', '"', '\'']) {
        let (before, from) = rest.split_at(place);
        out.write_str(before)?;
        out.write_str(match from.as_bytes()[0] {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'"' => "&quot;",
            _ => "&#x27;",
        })?;
        rest = &from[1..];
    }
    out.write_str(rest)?;
    Ok(())
}

/// Why a mail has no parts: the templates and the view do not fit, which a test would have shown.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TemplateError {
    /// A template could not be filled in.
    #[error("a template could not be filled in")]
    Fill(#[from] minijinja::Error),
    /// What was filled in is no MJML.
    #[error("a template is no MJML")]
    Parse(#[source] mrml::prelude::parser::Error),
    /// It could not be turned into HTML.
    #[error("a template could not be turned into HTML")]
    Render(#[source] mrml::prelude::render::Error),
}

/// The mail as a page.
pub(crate) fn html(view: &View) -> Result<String, TemplateError> {
    let filled = TEMPLATES.get_template(PAGE)?.render(Serde(view))?;
    let page = mrml::parse_with_options(filled, &ParserOptions::default()).map_err(TemplateError::Parse)?;
    // No fonts: each would be fetched from its maker, who learns who reads the mail and when.
    let options = RenderOptions { fonts: HashMap::new(), ..RenderOptions::default() };
    page.element.render(&options).map_err(TemplateError::Render)
}

/// The mail as text.
pub(crate) fn text(view: &View) -> Result<String, TemplateError> {
    Ok(TEMPLATES.get_template(TEXT)?.render(Serde(view))?)
}
