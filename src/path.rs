//! Paths in a manifest and the patterns that select them.
//!
//! One grammar serves findings, addresses, `policy.ignore`, `policy.delete` and `--allow-reset`: keys of
//! `[A-Za-z0-9_-]` are bare, all others stand as `["…"]`, list items as `[0]`. In a [`Pattern`], `*`
//! stands for one key and `**` for any number of them.

use std::fmt;

mod patterns;

pub use patterns::Patterns;

/// One step of a [`Path`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Segment {
    /// A key of a mapping.
    Key(String),
    /// A position in a list, from 0.
    Index(usize),
}

/// Where something stands in a document, from its root.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Path(Vec<Segment>);

impl Path {
    /// The root of a document.
    pub const fn root() -> Self {
        Self(Vec::new())
    }

    /// A path of keys.
    pub fn of<S: Into<String>>(keys: impl IntoIterator<Item = S>) -> Self {
        Self(keys.into_iter().map(|key| Segment::Key(key.into())).collect())
    }

    /// The path one key further down.
    #[must_use]
    pub fn key(&self, key: impl Into<String>) -> Self {
        self.with(Segment::Key(key.into()))
    }

    /// The path one list item further down.
    #[must_use]
    pub fn index(&self, index: usize) -> Self {
        self.with(Segment::Index(index))
    }

    /// The path one step further down.
    #[must_use]
    pub fn with(&self, segment: Segment) -> Self {
        let mut segments = Vec::with_capacity(self.0.len() + 1);
        segments.extend_from_slice(&self.0);
        segments.push(segment);
        Self(segments)
    }

    /// This path continued by `rest`.
    #[must_use]
    pub fn join(&self, rest: &Self) -> Self {
        Self(self.0.iter().chain(&rest.0).cloned().collect())
    }

    /// The path without its last step; the root stays the root.
    #[must_use]
    pub fn parent(&self) -> Self {
        Self(self.0[..self.0.len().saturating_sub(1)].to_vec())
    }

    /// The steps from the root.
    pub fn segments(&self) -> &[Segment] {
        &self.0
    }

    /// The last step, if it is a key.
    pub fn last_key(&self) -> Option<&str> {
        match self.0.last() {
            Some(Segment::Key(key)) => Some(key),
            _ => None,
        }
    }

    /// The keys of the path, or `None` where it passes through a list.
    pub fn keys(&self) -> Option<Vec<&str>> {
        self.0
            .iter()
            .map(|segment| match segment {
                Segment::Key(key) => Some(key.as_str()),
                Segment::Index(_) => None,
            })
            .collect()
    }

    /// Reads a path in the grammar of this module.
    ///
    /// # Errors
    /// A sentence that says what is wrong with `text`.
    pub fn parse(text: &str) -> Result<Self, String> {
        let steps = parse_steps(text)?;
        steps
            .into_iter()
            .map(|step| match step {
                Step::One(segment) => Ok(segment),
                Step::Like(_) | Step::AnyKey | Step::AnyKeys => {
                    Err(format!("`{text}` is a pattern, a path is needed here"))
                }
            })
            .collect::<Result<_, _>>()
            .map(Self)
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, segment) in self.0.iter().enumerate() {
            match segment {
                Segment::Index(index) => write!(f, "[{index}]")?,
                Segment::Key(key) if is_bare(key) => {
                    write!(f, "{}{key}", if position == 0 { "" } else { "." })?;
                }
                Segment::Key(key) => {
                    write!(f, "[\"{}\"]", key.replace('\\', "\\\\").replace('"', "\\\""))?;
                }
            }
        }
        Ok(())
    }
}

fn is_bare(key: &str) -> bool {
    !key.is_empty() && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
}

/// A path in which `*` and `**` may stand for keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    text: String,
    steps: Vec<Step>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    One(Segment),
    /// A key with `*` for any part of it.
    Like(String),
    AnyKey,
    AnyKeys,
}

impl Pattern {
    /// Reads a pattern in the grammar of this module.
    ///
    /// # Errors
    /// A sentence that says what is wrong with `text`.
    pub fn parse(text: &str) -> Result<Self, String> {
        Ok(Self { text: text.to_owned(), steps: parse_steps(text)? })
    }

    /// Whether the pattern selects `path` itself or something that `path` lies in.
    pub fn covers(&self, path: &Path) -> bool {
        (0..=path.0.len()).rev().any(|length| matches(&self.steps, &path.0[..length]))
    }

    /// How literal the pattern is: the number of keys that it names, then whether it names how many there are.
    pub fn precision(&self) -> (usize, bool) {
        let named = self.steps.iter().filter(|step| matches!(step, Step::One(_))).count();
        (named, !self.steps.contains(&Step::AnyKeys))
    }

    /// Its keys in order, `None` for any one, up to the first place where any number may stand.
    pub fn keys(&self) -> Vec<Option<&str>> {
        let keys = self.steps.iter().map_while(|step| match step {
            Step::One(Segment::Key(key)) => Some(Some(key.as_str())),
            Step::AnyKey | Step::Like(_) => Some(None),
            Step::One(Segment::Index(_)) | Step::AnyKeys => None,
        });
        keys.collect()
    }

    /// The keys that everything that it selects begins with, up to `most`.
    pub fn beginning(&self, most: usize) -> Vec<&str> {
        let keys = self.steps.iter().map_while(|step| match step {
            Step::One(Segment::Key(key)) => Some(key.as_str()),
            Step::One(Segment::Index(_)) | Step::Like(_) | Step::AnyKey | Step::AnyKeys => None,
        });
        keys.take(most).collect()
    }

    /// Whether the pattern selects exactly `path`.
    pub fn matches(&self, path: &Path) -> bool {
        matches(&self.steps, &path.0)
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

fn matches(steps: &[Step], path: &[Segment]) -> bool {
    match (steps.split_first(), path.split_first()) {
        (None, rest) => rest.is_none(),
        (Some((Step::AnyKeys, further)), _) => {
            (0..=path.len()).any(|skipped| matches(further, &path[skipped..]))
        }
        (Some(_), None) | (Some((Step::Like(_), _)), Some((Segment::Index(_), _))) => false,
        (Some((Step::AnyKey, further)), Some((_, rest))) => matches(further, rest),
        (Some((Step::Like(wanted), further)), Some((Segment::Key(key), rest))) => {
            is_like(wanted, key) && matches(further, rest)
        }
        (Some((Step::One(wanted), further)), Some((segment, rest))) => {
            wanted == segment && matches(further, rest)
        }
    }
}

/// Whether a key is like a text in which `*` stands for any part.
fn is_like(wanted: &str, key: &str) -> bool {
    let mut parts = wanted.split('*');
    let (first, last) = (parts.next().unwrap_or_default(), parts.next_back());
    let Some(last) = last else { return wanted == key };
    let Some(rest) = key.strip_prefix(first).and_then(|rest| rest.strip_suffix(last)) else { return false };
    // The earliest place of each part leaves the most for those after it.
    parts.try_fold(rest, |rest, part| rest.split_once(part).map(|(_, after)| after)).is_some()
}

fn parse_steps(text: &str) -> Result<Vec<Step>, String> {
    let problem = |what: &str| format!("`{text}` is not a path: {what}");
    if text.is_empty() {
        return Err(problem("it is empty"));
    }
    if text.contains('/') && !text.contains('[') {
        return Err(problem("keys are separated by dots, and a key with a slash is written [\"…\"]"));
    }
    let mut steps = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        if let Some(inner) = rest.strip_prefix('[') {
            let (step, after) =
                bracketed(inner).ok_or_else(|| problem("a bracket holds a number or a quoted key"))?;
            steps.push(step);
            rest = after;
        } else {
            let bare = if steps.is_empty() {
                rest
            } else {
                rest.strip_prefix('.').ok_or_else(|| problem("a dot is missing"))?
            };
            let end = bare.find(['.', '[']).unwrap_or(bare.len());
            steps.push(match &bare[..end] {
                "*" => Step::AnyKey,
                "**" => Step::AnyKeys,
                key if is_bare(key) => Step::One(Segment::Key(key.to_owned())),
                key if is_bare(&key.replace('*', "-")) => Step::Like(key.to_owned()),
                "" => return Err(problem("a key is empty")),
                key => return Err(problem(&format!("the key `{key}` is written [\"{key}\"]"))),
            });
            rest = &bare[end..];
        }
    }
    Ok(steps)
}

/// Reads what follows an opening bracket, up to and with the closing one.
fn bracketed(inner: &str) -> Option<(Step, &str)> {
    if let Some(quoted) = inner.strip_prefix('"') {
        let mut key = String::new();
        let mut chars = quoted.char_indices();
        while let Some((at, c)) = chars.next() {
            match c {
                '\\' => key.push(chars.next()?.1),
                '"' => {
                    let after = quoted[at + 1..].strip_prefix(']')?;
                    return Some((Step::One(Segment::Key(key)), after));
                }
                other => key.push(other),
            }
        }
        return None;
    }
    let (number, after) = inner.split_once(']')?;
    Some((Step::One(Segment::Index(number.parse().ok()?)), after))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> Path {
        Path::parse(text).unwrap()
    }

    #[test]
    fn a_star_stands_for_any_part_of_a_key() {
        let covers = |pattern: &str, key: &str| Pattern::parse(pattern).unwrap().covers(&path(key));
        for (pattern, key, expected) in [
            ("clients.preview-*", "clients.preview-1", true),
            ("clients.preview-*", "clients.preview-", true),
            ("clients.preview-*", "clients.web", false),
            ("clients.*-web-*", "clients.a-web-b.callbackURLs", true),
            ("clients.*a*a", "clients.a", false),
            ("clients.*a*a", "clients.aa", true),
        ] {
            assert_eq!(covers(pattern, key), expected, "{pattern} {key}");
        }
    }

    #[test]
    fn what_is_written_reads_back_equal() {
        for keys in [vec!["clients", "web", "callbackURLs"], vec!["a b", "https://x.y/z", "q\"uote\\", ""]] {
            let original = Path::of(keys).index(3);
            assert_eq!(Path::parse(&original.to_string()), Ok(original));
        }
    }

    #[test]
    fn a_star_is_one_key_and_two_are_any_number() {
        let one = Pattern::parse("clients.*.callbackURLs").unwrap();
        assert!(one.matches(&path("clients.web.callbackURLs")));
        assert!(!one.matches(&path("clients.callbackURLs")));
        let any = Pattern::parse("**.callbackURLs").unwrap();
        assert!(any.matches(&path("callbackURLs")));
        assert!(any.matches(&path("customers.clients.web.callbackURLs")));
    }

    #[test]
    fn a_pattern_covers_what_lies_below_it() {
        let pattern = Pattern::parse("clients[\"a b\"]").unwrap();
        assert!(pattern.covers(&path("clients[\"a b\"].callbackURLs[0]")));
        assert!(!pattern.covers(&path("clients")));
    }

    #[test]
    fn a_malformed_path_says_why() {
        for text in ["", "a..b", "a[", "a[\"b]", "a b", "clients/web", "a]"] {
            assert!(Pattern::parse(text).is_err(), "{text}");
        }
        assert!(Path::parse("clients.*").is_err());
    }
}
