//! What a request asks for. Each parameter is taken once; what is left over is unknown, and refused.

use std::collections::BTreeMap;

use super::problem::Problem;

/// The most parameters of a request.
const PARAMETERS_MAX: usize = 200;
/// Stripe's own limits of metadata.
const METADATA_MAX: usize = 50;
const METADATA_KEY_LENGTH_MAX: usize = 40;
const METADATA_VALUE_LENGTH_MAX: usize = 500;

#[derive(Debug)]
pub(super) struct Parameters {
    left: BTreeMap<String, Vec<String>>,
    /// A digest of them all, whatever their order.
    print: u64,
}

impl Parameters {
    pub(super) fn read(form: &[u8], operation: &str) -> Result<Self, Problem> {
        let mut left: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (count, (key, value)) in form_urlencoded::parse(form).into_owned().enumerate() {
            if count == PARAMETERS_MAX {
                return Err(Problem::invalid("parameters_too_many", "The request has too many parameters."));
            }
            // Lists are written with and without the places of their items.
            let key = if key.starts_with("expand[") { "expand[]".to_owned() } else { key };
            left.entry(key).or_default().push(value);
        }
        let mut hasher = blake3::Hasher::new();
        let mut add = |text: &str| {
            hasher.update(&(text.len() as u64).to_le_bytes());
            hasher.update(text.as_bytes());
        };
        add(operation);
        for (key, values) in &left {
            for value in values {
                add(key);
                add(value);
            }
        }
        let mut print = [0; 8];
        hasher.finalize_xof().fill(&mut print);
        Ok(Self { left, print: u64::from_le_bytes(print) })
    }

    pub(super) const fn print(&self) -> u64 {
        self.print
    }

    pub(super) fn text(&mut self, name: &str) -> Result<Option<String>, Problem> {
        let Some(values) = self.left.remove(name) else { return Ok(None) };
        match <[String; 1]>::try_from(values) {
            Ok([value]) if value.is_empty() => Err(empty(name)),
            Ok([value]) => Ok(Some(value)),
            Err(_) => Err(Problem::invalid("parameter_invalid", format!("`{name}` is given twice.")).about(name)),
        }
    }

    pub(super) fn required(&mut self, name: &str) -> Result<String, Problem> {
        self.text(name)?.ok_or_else(|| Problem::missing(name))
    }

    pub(super) fn integer(&mut self, name: &str) -> Result<Option<i64>, Problem> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        let invalid = || Problem::invalid("parameter_invalid_integer", format!("Invalid integer: {name}")).about(name);
        text.parse().map(Some).map_err(|_| invalid())
    }

    pub(super) fn flag(&mut self, name: &str) -> Result<Option<bool>, Problem> {
        match self.text(name)?.as_deref() {
            None => Ok(None),
            Some("true") => Ok(Some(true)),
            Some("false") => Ok(Some(false)),
            Some(_) => {
                Err(Problem::invalid("parameter_invalid_boolean", format!("Invalid boolean: {name}")).about(name))
            }
        }
    }

    pub(super) fn one_of(&mut self, name: &str, words: &[&str]) -> Result<Option<String>, Problem> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        if words.contains(&text.as_str()) {
            return Ok(Some(text));
        }
        let message = format!("`{name}` is one of {}.", words.join(", "));
        Err(Problem::invalid("parameter_invalid_enum", message).about(name))
    }

    /// Whether the one thing that can be expanded is to be.
    pub(super) fn expands(&mut self, path: &str) -> Result<bool, Problem> {
        let Some(paths) = self.left.remove("expand[]") else { return Ok(false) };
        if paths.iter().all(|asked| asked == path) {
            return Ok(true);
        }
        let message = format!("Only `{path}` can be expanded by the simulator here.");
        Err(Problem::invalid("property_not_expandable", message).about("expand"))
    }

    /// The fields below a key, such as those of `metadata`.
    pub(super) fn map(&mut self, name: &str) -> Result<BTreeMap<String, String>, Problem> {
        let prefix = format!("{name}[");
        let keys: Vec<String> = self.left.keys().filter(|key| key.starts_with(&prefix)).cloned().collect();
        let mut map = BTreeMap::new();
        for key in keys {
            let value = self.text(&key)?.unwrap_or_default();
            let inner = key.strip_prefix(&prefix).and_then(|rest| rest.strip_suffix(']')).unwrap_or_default();
            let fits = !inner.is_empty()
                && !inner.contains(['[', ']'])
                && inner.chars().count() <= METADATA_KEY_LENGTH_MAX
                && value.chars().count() <= METADATA_VALUE_LENGTH_MAX;
            if !fits || map.len() == METADATA_MAX {
                let message = "A key has up to 40 characters, a value up to 500, and there are up to 50 of them.";
                return Err(Problem::invalid("parameter_invalid", message).about(name));
            }
            map.insert(inner.to_owned(), value);
        }
        Ok(map)
    }

    /// Takes whatever stands below a key, and forgets it.
    pub(super) fn ignore(&mut self, name: &str) {
        let prefix = format!("{name}[");
        self.left.retain(|key, _| !key.starts_with(&prefix));
    }

    /// Refuses what nobody has asked for.
    pub(super) fn finish(self) -> Result<(), Problem> {
        let Some(name) = self.left.into_keys().next() else { return Ok(()) };
        Err(Problem::invalid("parameter_unknown", format!("Received unknown parameter: {name}")).about(&name))
    }
}

fn empty(name: &str) -> Problem {
    Problem::invalid("parameter_invalid_empty", format!("`{name}` is empty.")).about(name)
}
