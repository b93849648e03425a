//! Answers of the API that come with the page, so that React need not ask for what the page already shows.

use serde::Serialize;

/// Answers by the path of their request.
#[derive(Clone, Debug, Default)]
pub(super) struct FirstData {
    answers: Vec<(String, String)>,
}

impl FirstData {
    /// Adds the answer to a request.
    pub(super) fn add(&mut self, path: impl Into<String>, answer: &impl Serialize) {
        // Views and problems have text keys and no refusing values; a request that is missing here is made by React.
        if let Ok(json) = serde_json::to_string(answer) {
            self.answers.push((path.into(), json));
        }
    }

    /// The JSON object, to stand in a script element.
    pub(super) fn to_json(&self) -> String {
        let length: usize = self.answers.iter().map(|(path, json)| path.len() + json.len() + 8).sum();
        let mut object = String::with_capacity(length + length / 16);
        object.push('{');
        for (index, (path, json)) in self.answers.iter().enumerate() {
            if index > 0 {
                object.push(',');
            }
            object.push_str(&serde_json::Value::from(path.as_str()).to_string());
            object.push(':');
            object.push_str(json);
        }
        object.push('}');
        for_script(&object)
    }
}

/// JSON that may stand in a script element: nothing in it ends the element or begins a comment, and it is also
/// JavaScript. The signs that are replaced stand in strings only.
pub(super) fn for_script(json: &str) -> String {
    let mut safe = String::with_capacity(json.len());
    for character in json.chars() {
        match character {
            '<' => safe.push_str("\\u003c"),
            '\u{2028}' => safe.push_str("\\u2028"),
            '\u{2029}' => safe.push_str("\\u2029"),
            _ => safe.push(character),
        }
    }
    safe
}

/// The path of a request with its parameters, in the order given.
pub(super) fn request_path(path: &str, parameters: &[(&str, &str)]) -> String {
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish();
    format!("{path}?{query}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_answer_can_end_the_script_element_it_stands_in() {
        let hostile = "</script><script>alert(1)</script><!--\u{2028}\u{2029}\\u003c\"";
        let mut data = FirstData::default();
        data.add("/api/a?q=</script>", &[hostile]);
        data.add("/api/b", &1);

        let json = data.to_json();

        assert!(!json.contains(['<', '\u{2028}', '\u{2029}']), "{json}");
        let read: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!(read["/api/a?q=</script>"][0], hostile);
        assert_eq!(read["/api/b"], 1);
    }

    #[test]
    fn a_request_is_named_by_its_path_and_its_parameters_in_order() {
        let path = request_path("/api/search", &[("locale", "de-de"), ("q", "a b&c"), ("filter", "brand:X")]);

        assert_eq!(path, "/api/search?locale=de-de&q=a+b%26c&filter=brand%3AX");
    }
}
