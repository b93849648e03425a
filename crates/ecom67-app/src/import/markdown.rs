//! Markdown out of plain text and out of the HTML of other shops.

/// The longest tag in bytes. What goes on for longer without its `>` is text: looking further for every `<` would make
/// a long text of nothing else take hours.
const TAG_BYTES_MAX: usize = 2_000;

/// Plain text as Markdown that shows just that: what would be mark-up is escaped.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + text.len() / 16);
    let mut at_line_start = true;
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let is_mark_up = match character {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '~' | '|' => true,
            // Lists, headings and quotations begin only where a line does.
            '-' | '+' | '=' | '#' | '>' => at_line_start,
            '&' => characters.peek().is_some_and(|next| next.is_ascii_alphanumeric() || *next == '#'),
            _ => false,
        };
        if is_mark_up {
            escaped.push('\\');
        }
        escaped.push(character);
        at_line_start = character == '\n' || (at_line_start && character.is_whitespace());
    }
    escape_numbered_line(escaped)
}

/// `1.` at the beginning of a line would be a list.
fn escape_numbered_line(text: String) -> String {
    let is_numbered = |line: &str| {
        let rest = line.trim_start().trim_start_matches(|character: char| character.is_ascii_digit());
        rest.len() < line.trim_start().len() && (rest.starts_with(". ") || rest.starts_with(") "))
    };
    if !text.lines().any(is_numbered) {
        return text;
    }
    let escaped = |line: &str| {
        if is_numbered(line) { line.replacen(". ", "\\. ", 1).replacen(") ", "\\) ", 1) } else { line.to_owned() }
    };
    text.lines().map(escaped).collect::<Vec<_>>().join("\n")
}

/// HTML as Markdown: paragraphs, line breaks, lists, strong and emphasised text. Everything else is left out, and the
/// content of scripts and styles with it. Lines that begin with a bullet become a list.
pub(super) fn from_html(html: &str) -> String {
    let mut writer = Writer::default();
    let mut rest = html;
    while !rest.is_empty() {
        let (text, tag) = rest.split_at(rest.find('<').unwrap_or(rest.len()));
        writer.text(text);
        if tag.is_empty() {
            break;
        }
        match read_tag(tag) {
            Some((name, behind)) => {
                rest = if matches!(name.as_str(), "script" | "style") { behind_end_of(behind, &name) } else { behind };
                writer.tag(&name);
            }
            None => {
                writer.text("<");
                rest = &tag[1..];
            }
        }
    }
    writer.finish()
}

/// HTML as plain text on one line.
pub(super) fn plain_text(html: &str) -> String {
    let mut text = String::new();
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        text.push_str(&rest[..start]);
        match read_tag(&rest[start..]) {
            Some((_, behind)) => {
                text.push(' ');
                rest = behind;
            }
            None => {
                text.push('<');
                rest = &rest[start + 1..];
            }
        }
    }
    text.push_str(rest);
    decode_entities(&text).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The name of the tag that `html` begins with, a slash before it where it ends an element, and what stands behind it.
fn read_tag(html: &str) -> Option<(String, &str)> {
    if let Some(comment) = html.strip_prefix("<!--") {
        let end = comment.find("-->").map_or(comment.len(), |end| end + 3);
        return Some(("!".into(), &comment[end..]));
    }
    let inner = &html[1..];
    let begins_tag = |byte: u8| byte.is_ascii_alphabetic() || matches!(byte, b'/' | b'!' | b'?');
    if !inner.bytes().next().is_some_and(begins_tag) {
        return None;
    }
    let mut quote = None;
    let mut end = None;
    for (index, byte) in inner.bytes().enumerate().take(TAG_BYTES_MAX) {
        match (quote, byte) {
            (Some(open), byte) if open == byte => quote = None,
            (None, b'"' | b'\'') => quote = Some(byte),
            (None, b'>') => {
                end = Some(index);
                break;
            }
            // Another tag begins, so that this was none.
            (None, b'<') => break,
            _ => {}
        }
    }
    let end = end?;
    let name = inner[..end].split([' ', '\t', '\n', '\r']).next().unwrap_or_default();
    let name = name.strip_suffix('/').unwrap_or(name).to_ascii_lowercase();
    Some((name, &inner[end + 1..]))
}

/// What stands behind the tag that ends the element `name`; nothing where it is never ended.
fn behind_end_of<'html>(html: &'html str, name: &str) -> &'html str {
    let mut rest = html;
    while let Some(start) = rest.find("</") {
        rest = &rest[start + 2..];
        if rest.as_bytes().get(..name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name.as_bytes())) {
            return rest.split_once('>').map_or("", |(_, behind)| behind);
        }
    }
    ""
}

/// Gathers lines into paragraphs and lists.
#[derive(Default)]
struct Writer {
    blocks: Vec<String>,
    lines: Vec<String>,
    line: String,
    /// How long the line was behind the last `**` and the last `*` that began something in it.
    strong_since: Option<usize>,
    emphasis_since: Option<usize>,
    in_item: bool,
}

impl Writer {
    fn text(&mut self, text: &str) {
        let decoded = decode_entities(text);
        let mut words = decoded.split_whitespace().peekable();
        let begins_with_space = decoded.starts_with(char::is_whitespace);
        if (begins_with_space || words.peek().is_none()) && !decoded.is_empty() {
            self.space();
        }
        while let Some(word) = words.next() {
            self.line.push_str(&escape(word));
            if words.peek().is_some() || decoded.ends_with(char::is_whitespace) {
                self.line.push(' ');
            }
        }
    }

    fn space(&mut self) {
        if !self.line.is_empty() && !self.line.ends_with(' ') {
            self.line.push(' ');
        }
    }

    fn tag(&mut self, name: &str) {
        match name {
            "strong" | "b" | "/strong" | "/b" => self.mark("**", name.starts_with('/')),
            "em" | "i" | "/em" | "/i" => self.mark("*", name.starts_with('/')),
            "br" | "/br" => self.end_line(),
            "li" => {
                self.end_line();
                self.in_item = true;
            }
            "/li" => {
                self.end_line();
                self.in_item = false;
            }
            "span" | "/span" | "a" | "/a" | "small" | "/small" | "sup" | "/sup" | "sub" | "/sub" | "u" | "/u"
            | "font" | "/font" | "!" => {}
            // Whatever else there is stands apart from what is around it.
            _ => self.end_block(),
        }
    }

    /// A mark sticks to its words: with a space on its inner side it would be shown as it is.
    fn mark(&mut self, mark: &str, closes: bool) {
        let since = if mark == "**" { &mut self.strong_since } else { &mut self.emphasis_since };
        if !closes {
            self.line.push_str(mark);
            *since = Some(self.line.len());
            return;
        }
        let had_space = self.line.ends_with(' ');
        self.line.truncate(self.line.trim_end().len());
        if since.take() == Some(self.line.len()) {
            // Nothing stood inside.
            self.line.truncate(self.line.len() - mark.len());
        } else {
            self.line.push_str(mark);
        }
        if had_space {
            self.line.push(' ');
        }
    }

    fn end_line(&mut self) {
        let line = self.line.trim();
        let item = line.strip_prefix('•').map(str::trim_start).or(if self.in_item { Some(line) } else { None });
        let line = match item {
            Some(item) if !item.is_empty() => format!("- {item}"),
            Some(_) => String::new(),
            None => line.to_owned(),
        };
        if !line.is_empty() {
            self.lines.push(line);
        }
        self.line.clear();
        (self.strong_since, self.emphasis_since) = (None, None);
    }

    fn end_block(&mut self) {
        self.end_line();
        let mut block = String::new();
        let mut was_item = false;
        for line in self.lines.drain(..) {
            let is_item = line.starts_with("- ");
            if !block.is_empty() {
                block.push_str(match (was_item, is_item) {
                    (true, true) => "\n",
                    (false, false) => "  \n",
                    _ => "\n\n",
                });
            }
            block.push_str(&line);
            was_item = is_item;
        }
        if !block.is_empty() {
            self.blocks.push(block);
        }
    }

    fn finish(mut self) -> String {
        self.end_block();
        self.blocks.join("\n\n")
    }
}

/// The characters that entities stand for. What is none stays as it is.
fn decode_entities(text: &str) -> String {
    let mut decoded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('&') {
        decoded.push_str(&rest[..start]);
        rest = &rest[start..];
        // The longest name that is known has fewer letters.
        let end = rest.bytes().take(12).position(|byte| byte == b';');
        match end.and_then(|end| Some((entity(&rest[1..end])?, end))) {
            Some((character, end)) => {
                decoded.push(character);
                rest = &rest[end + 1..];
            }
            None => {
                decoded.push('&');
                rest = &rest[1..];
            }
        }
    }
    decoded.push_str(rest);
    decoded
}

fn entity(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let hexadecimal = number.strip_prefix(['x', 'X']);
        let code = hexadecimal.map_or_else(|| number.parse(), |digits| u32::from_str_radix(digits, 16)).ok()?;
        return char::from_u32(code).filter(|character| !character.is_control());
    }
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => '\u{a0}',
        "bull" => '•',
        "trade" => '™',
        "reg" => '®',
        "copy" => '©',
        "ndash" => '–',
        "mdash" => '—',
        "lsquo" => '‘',
        "rsquo" => '’',
        "sbquo" => '‚',
        "ldquo" => '“',
        "rdquo" => '”',
        "bdquo" => '„',
        "laquo" => '«',
        "raquo" => '»',
        "hellip" => '…',
        "frac12" => '½',
        "frac14" => '¼',
        "frac34" => '¾',
        "deg" => '°',
        "times" => '×',
        "middot" => '·',
        "plusmn" => '±',
        "euro" => '€',
        "pound" => '£',
        "cent" => '¢',
        "yen" => '¥',
        "eacute" => 'é',
        "egrave" => 'è',
        "agrave" => 'à',
        "ccedil" => 'ç',
        "ntilde" => 'ñ',
        "auml" => 'ä',
        "ouml" => 'ö',
        "uuml" => 'ü',
        "Auml" => 'Ä',
        "Ouml" => 'Ö',
        "Uuml" => 'Ü',
        "szlig" => 'ß',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn paragraphs_and_bullets_become_paragraphs_and_a_list() {
        let html = "<p>Ideal for cold &ndash; or <strong>wet</strong>\nweather.</p>\n<p>&bull; Two-tone.<br />&bull; Hood. <br />&bull; 5&quot; &amp; up.</p>";

        assert_eq!(from_html(html), "Ideal for cold – or **wet** weather.\n\n- Two-tone.\n- Hood.\n- 5\" & up.");
    }

    #[test]
    fn lists_breaks_and_emphasis_survive_and_nothing_else_does() {
        let html = "<div class=\"a>b\">One<br>two</div><ul><li>first <em>really </em>good</li><li>second</li></ul>\
                    <script>alert('x < y')</script><style>p{}</style><img src=x onerror=alert(1)><a href=\"javascript:1\">link</a>";

        assert_eq!(from_html(html), "One  \ntwo\n\n- first *really* good\n- second\n\nlink");
    }

    #[test]
    fn what_looks_like_mark_up_is_shown_as_it_is() {
        assert_eq!(from_html("1 < 2 *not* [a](b) a_b"), "1 \\< 2 \\*not\\* \\[a\\](b) a\\_b");
        assert_eq!(escape("- no list\n# no heading"), "\\- no list\n\\# no heading");
        assert_eq!(escape("1. no list\nVersion 1. is fine"), "1\\. no list\nVersion 1. is fine");
        assert_eq!(escape("2 x 3.5\" (HDD)"), "2 x 3.5\" (HDD)");
        assert_eq!(from_html("&lt;script&gt;"), "\\<script>");
    }

    #[test]
    fn broken_html_ends_somewhere() {
        for broken in
            ["<", "<p", "a <b", "<p title=\"", "</", "&#xffffffff;", "&;", "<!-- never closed", "<script>never"]
        {
            from_html(broken);
            plain_text(broken);
        }
        assert_eq!(from_html("<strong></strong>x"), "x");
    }

    #[test]
    fn a_tag_that_does_not_end_is_text_and_the_next_one_is_read() {
        let long = format!("<p title=\"{}\">x", "y".repeat(TAG_BYTES_MAX));

        assert_eq!(from_html("a <b <em>c</em>"), "a \\<b *c*");
        assert!(from_html(&long).starts_with("\\<p title="));
        assert_eq!(from_html("<SCRIPT>1</scr></Script >2"), "2");
    }

    #[test]
    fn a_megabyte_made_to_be_slow_is_read_at_once() {
        // Each of them took longer with the square of its length: hours, where this takes a moment.
        for piece in ["<a ", "<a \"", "<a '\"", "<script></script>", "<script></", "</", "<!--", "<b>", "&", "&#", "• "]
        {
            let hostile = piece.repeat(1024 * 1024 / piece.len());
            from_html(&hostile);
            plain_text(&hostile);
        }
        from_html(&("<b>".repeat(150_000) + &"</b>".repeat(150_000)));
    }

    proptest! {
        #[test]
        fn any_text_becomes_markdown_that_begins_no_html(text in "(?s:.{0,200})", html in "(<|>|/|\"|'|&|#|;|!--|b|em|li|br|script| |•|ß){0,60}") {
            for any in [&text, &html] {
                plain_text(any);
                let markdown = from_html(any);
                let opens = markdown.match_indices('<').all(|(place, _)| markdown[..place].ends_with('\\'));
                prop_assert!(opens, "{markdown}");
            }
        }
    }

    #[test]
    fn a_summary_is_one_line_of_text() {
        assert_eq!(plain_text("<p>Soft &amp; warm.</p>\n<p>Really.</p>"), "Soft & warm. Really.");
    }
}
