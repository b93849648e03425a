//! Form bodies with nested keys, as Stripe takes them: `metadata[order_id]=…`.

use form_urlencoded::byte_serialize;

/// A form that is being written.
#[derive(Debug, Default)]
pub(crate) struct Form(String);

impl Form {
    /// With one field more; `path` is the key and the keys below it, and an empty one stands for the next of a list.
    pub(crate) fn with(mut self, path: &[&str], value: &str) -> Self {
        if !self.0.is_empty() {
            self.0.push('&');
        }
        for (depth, key) in path.iter().enumerate() {
            // Brackets written as they are: every reader of forms takes them, and the text stays legible.
            let (open, close) = if depth == 0 { ("", "") } else { ("[", "]") };
            self.0.push_str(open);
            self.0.extend(byte_serialize(key.as_bytes()));
            self.0.push_str(close);
        }
        self.0.push('=');
        self.0.extend(byte_serialize(value.as_bytes()));
        self
    }

    /// The text of it.
    pub(crate) fn into_text(self) -> String {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nested_keys_and_awkward_values_are_read_back_as_they_were() {
        let text = Form::default()
            .with(&["amount"], "1999")
            .with(&["metadata", "a[b]&c"], "ü & [x]=y+z%")
            .with(&["expand", ""], "latest_charge")
            .into_text();

        let read: Vec<_> = form_urlencoded::parse(text.as_bytes()).into_owned().collect();

        let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
        assert_eq!(
            read,
            [pair("amount", "1999"), pair("metadata[a[b]&c]", "ü & [x]=y+z%"), pair("expand[]", "latest_charge")]
        );
    }
}
