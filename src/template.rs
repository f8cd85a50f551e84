//! Placeholders in texts: their syntax, and the references that stay open until the plan or the apply knows them.
//!
//! `${values.host}` is a value of the environment, `${env:NAME}` an environment variable, `${clients.web.clientId}` a
//! fact of a live pool. `:-text` gives a default, `:?text` says why there must be one, and `$${` stands for `${`. In an item
//! of a list `{0..49}` is a range, and `{{0..49}}` stands for `{0..49}`.

use std::fmt;

use crate::identity::nearest;
use crate::path::Path;

mod open;

pub use open::{
    escaped, fill, fill_text, is_reserved, open, references, written, written_item, written_value,
};

/// Whether a text can hold a placeholder, an escaped one, or a range.
pub fn may_be_template(text: &str) -> bool {
    text.contains("${") || text.contains("..")
}

/// What is wrong with a placeholder, and the way out.
pub type Problem = (String, String);

/// A piece of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// Text as it is.
    Text(String),
    /// A placeholder.
    Placeholder(Placeholder),
    /// `{0..49}`: one item for each number.
    Range(Range),
}

/// `${…}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placeholder {
    /// What it stands for.
    pub name: Name,
    /// What to do where that is not defined.
    pub otherwise: Otherwise,
}

/// What a placeholder stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Name {
    /// `values.…`: a value of the environment; the path begins below `values`.
    Value(Path),
    /// `env:NAME`: an environment variable.
    Variable(String),
    /// A fact of a live pool.
    Reference(Reference),
}

/// What to do where a value is not defined.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Otherwise {
    /// It is an error.
    Error,
    /// `:-text`: this text stands in its place.
    Default(String),
    /// `:?text`: it is an error that says this.
    Required(String),
}

/// `{first..last}`, with as many digits as the wider of the two if one begins with a zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range {
    first: u64,
    last: u64,
    width: usize,
}

impl Range {
    /// How many numbers it has.
    pub fn count(self) -> u64 {
        (self.last - self.first).saturating_add(1)
    }

    /// Its numbers, as texts.
    pub fn texts(self) -> impl Iterator<Item = String> {
        (self.first..=self.last).map(move |number| format!("{number:0width$}", width = self.width))
    }
}

/// A fact of a live pool that a manifest refers to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reference {
    /// The pool's key; `None` is the pool that the reference stands in.
    pub pool: Option<String>,
    /// Which fact.
    pub fact: Fact,
}

/// What can be known of a live pool.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fact {
    /// One of [`POOL_FACTS`].
    Pool(&'static str),
    /// The id of a declared app client, by its key.
    ClientId(String),
}

/// The facts of a pool itself, by the names that `outputs` gives them.
pub const POOL_FACTS: [&str; 8] =
    ["id", "arn", "region", "issuer", "jwksUri", "discoveryUrl", "domainUrl", "customDomainUrl"];

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut path = match &self.pool {
            Some(pool) => Path::of(["pools", pool]),
            None => Path::root(),
        };
        path = match &self.fact {
            Fact::Pool(name) if self.pool.is_none() => path.key("pool").key(*name),
            Fact::Pool(name) => path.key(*name),
            Fact::ClientId(key) => path.key("clients").key(key).key("clientId"),
        };
        path.fmt(f)
    }
}

/// Cuts a text into its parts. Ranges are read only where `ranges` says so.
///
/// # Errors
/// What is wrong with a placeholder, and the way out.
pub fn parse(text: &str, ranges: bool) -> Result<Vec<Part>, Problem> {
    let mut parts = Vec::new();
    let mut plain = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(['$', '{']) {
        plain.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some(after) = rest.strip_prefix("$${") {
            plain.push_str("${");
            rest = after;
        } else if let Some(after) = rest.strip_prefix("${") {
            let end = end_of_placeholder(after).ok_or_else(|| {
                (
                    "a placeholder is not closed".to_owned(),
                    "close it with `}`; `$${` is a literal `${`".to_owned(),
                )
            })?;
            flush(&mut plain, &mut parts);
            parts.push(Part::Placeholder(placeholder(&after[..end])?));
            rest = &after[end + 1..];
        } else if let Some((literal, after)) = ranges.then(|| escaped_range(rest)).flatten() {
            plain.push_str(literal);
            rest = after;
        } else if let Some((range, after)) = ranges.then(|| range(rest)).flatten() {
            flush(&mut plain, &mut parts);
            parts.push(Part::Range(range?));
            rest = after;
        } else {
            plain.push_str(&rest[..1]);
            rest = &rest[1..];
        }
    }
    plain.push_str(rest);
    flush(&mut plain, &mut parts);
    Ok(parts)
}

fn flush(plain: &mut String, parts: &mut Vec<Part>) {
    if !plain.is_empty() {
        parts.push(Part::Text(std::mem::take(plain)));
    }
}

/// Where the brace is that closes a placeholder; one in a quoted key is none.
fn end_of_placeholder(text: &str) -> Option<usize> {
    let mut quoted = false;
    let is_name = text.split([':', '}']).next().is_some_and(|name| name.contains('['));
    text.char_indices().find_map(|(at, c)| match c {
        '"' if is_name => {
            quoted = !quoted;
            None
        }
        '}' if !quoted => Some(at),
        _ => None,
    })
}

/// The most digits of a range's numbers.
const MAX_DIGITS: usize = 20;

/// A range at the start of a text, if there is one, with what follows it.
fn range(text: &str) -> Option<(Result<Range, Problem>, &str)> {
    let (inner, after) = text.strip_prefix('{')?.split_once('}')?;
    let (first, last) = inner.split_once("..")?;
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number(first) || !is_number(last) {
        return None;
    }
    let padded = |text: &str| text.len() > 1 && text.starts_with('0');
    let width = if padded(first) || padded(last) { first.len().max(last.len()) } else { 0 };
    // More digits than any number needs are leading zeros without end.
    let is_bounded = first.len().max(last.len()) <= MAX_DIGITS;
    let read = match (first.parse(), last.parse()) {
        _ if !is_bounded => Err((
            format!("a range has numbers of at most {MAX_DIGITS} digits"),
            "use smaller numbers".to_owned(),
        )),
        (Ok(first), Ok(last)) if first <= last => Ok(Range { first, last, width }),
        (Ok(_), Ok(_)) => {
            Err((format!("the range {{{inner}}} runs backwards"), format!("write {{{last}..{first}}}")))
        }
        _ => Err((format!("the range {{{inner}}} is too large"), "use smaller numbers".to_owned())),
    };
    Some((read, after))
}

/// A range at the start of a text that stands for itself, in one pair of braces less, with what follows it.
fn escaped_range(text: &str) -> Option<(&str, &str)> {
    let pairs =
        text.bytes().take_while(|byte| *byte == b'{').count().checked_sub(1).filter(|pairs| *pairs > 0)?;
    let (_, after) = range(&text[pairs..])?;
    let closes = after.bytes().take_while(|byte| *byte == b'}').count() >= pairs;
    let end = text.len() - after.len() + pairs;
    closes.then(|| (&text[1..end - 1], &text[end..]))
}

fn placeholder(inner: &str) -> Result<Placeholder, Problem> {
    let (scheme, rest) = match inner.strip_prefix("env:") {
        Some(rest) => ("env:", rest),
        None => ("", inner),
    };
    let (name, otherwise) = match separator(rest) {
        Some((at, '-')) => (&rest[..at], Otherwise::Default(rest[at + 2..].to_owned())),
        Some((at, _)) => (&rest[..at], Otherwise::Required(rest[at + 2..].to_owned())),
        None => (rest, Otherwise::Error),
    };
    if let Otherwise::Default(text) | Otherwise::Required(text) = &otherwise
        && text.contains("${")
    {
        let help = "define a value that holds it, and name that".to_owned();
        return Err((format!("the placeholder `{scheme}{name}` holds another one"), help));
    }
    if scheme.is_empty() {
        return named(name, otherwise);
    }
    let is_variable = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if !is_variable {
        return Err((
            "a placeholder names no environment variable".to_owned(),
            "for example ${env:HOST}".to_owned(),
        ));
    }
    Ok(Placeholder { name: Name::Variable(name.to_owned()), otherwise })
}

/// Where the name of a placeholder ends and its default or its message begins.
fn separator(text: &str) -> Option<(usize, char)> {
    let mut quoted = false;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        match (c, chars.peek()) {
            ('"', _) => quoted = !quoted,
            (':', Some((_, next @ ('-' | '?')))) if !quoted => return Some((at, *next)),
            _ => {}
        }
    }
    None
}

fn named(name: &str, otherwise: Otherwise) -> Result<Placeholder, Problem> {
    let unknown = |wrong: &str, known: &[&str], what: String| {
        let near = nearest(wrong, known.iter().copied()).map(|near| format!("did you mean `{near}`?"));
        (what, near.unwrap_or_else(|| format!("there is: {}", known.join(", "))))
    };
    let path = Path::parse(name).map_err(|_| {
        let help = "for example ${values.host} or ${env:HOST}; `$${` is a literal `${`";
        ("a placeholder does not have the form it needs".to_owned(), help.to_owned())
    })?;
    let keys = path.keys().unwrap_or_default();
    if keys.first() == Some(&"values") && keys.len() > 1 {
        return Ok(Placeholder { name: Name::Value(Path::of(keys.into_iter().skip(1))), otherwise });
    }
    let (pool, rest) = match keys.as_slice() {
        ["pools", pool, rest @ ..] => (Some((*pool).to_owned()), rest),
        ["pool", rest @ ..] if rest.first() != Some(&"clients") => (None, rest),
        ["clients", ..] => (None, keys.as_slice()),
        _ => {
            let first = keys.first().copied().unwrap_or_default();
            let known = ["values", "env", "pool", "clients", "pools"];
            return Err(unknown(first, &known, format!("no placeholder is called `{name}`")));
        }
    };
    let fact = match rest {
        ["clients", key, "clientId"] => Fact::ClientId((*key).to_owned()),
        ["clients", ..] => {
            let help = "for example ${clients.web.clientId}".to_owned();
            return Err((format!("`{name}` is nothing that can be known of a client"), help));
        }
        [fact] => match POOL_FACTS.iter().find(|known| *known == fact) {
            Some(known) => Fact::Pool(known),
            None => {
                return Err(unknown(
                    fact,
                    &POOL_FACTS,
                    format!("`{name}` is nothing that can be known of a pool"),
                ));
            }
        },
        _ => {
            return Err((
                format!("`{name}` is nothing that can be known of a pool"),
                "for example ${pool.id}".to_owned(),
            ));
        }
    };
    if otherwise != Otherwise::Error {
        return Err((
            format!("`{name}` takes no default: it is always known in the end"),
            "leave the default out".to_owned(),
        ));
    }
    Ok(Placeholder { name: Name::Reference(Reference { pool, fact }), otherwise })
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn value(path: &str, otherwise: Otherwise) -> Part {
        let name = Name::Value(Path::parse(path).unwrap());
        Part::Placeholder(Placeholder { name, otherwise })
    }

    fn text(text: &str) -> Part {
        Part::Text(text.to_owned())
    }

    #[test]
    fn a_text_falls_into_its_parts() {
        assert_eq!(
            parse("https://${values.web.host}/$${x}{0..2}", true).unwrap(),
            [
                text("https://"),
                value("web.host", Otherwise::Error),
                text("/${x}"),
                Part::Range(Range { first: 0, last: 2, width: 0 })
            ]
        );
        assert_eq!(parse("{0..2}$$${a", false).map_err(|(message, _)| message), Ok(vec![text("{0..2}$${a")]));
        assert_eq!(
            parse("${values.a:-b:-c}", false).unwrap(),
            [value("a", Otherwise::Default("b:-c".into()))]
        );
        assert_eq!(
            parse("${values.a:?say}", false).unwrap(),
            [value("a", Otherwise::Required("say".into()))]
        );
        let variable =
            Placeholder { name: Name::Variable("A_1".into()), otherwise: Otherwise::Default(String::new()) };
        assert_eq!(parse("${env:A_1:-}", false).unwrap(), [Part::Placeholder(variable)]);
    }

    #[test]
    fn a_reference_reads_back_as_it_is_shown() {
        for name in [
            "pool.id",
            "clients.web.clientId",
            "clients[\"a }b\"].clientId",
            "pools.shop.issuer",
            "pools[\"a b\"].clients.web.clientId",
        ] {
            let parts = parse(&format!("${{{name}}}"), false).unwrap();
            let [Part::Placeholder(Placeholder { name: Name::Reference(reference), .. })] = &parts[..] else {
                panic!("{parts:?}");
            };
            assert_eq!(reference.to_string(), name);
            assert_eq!(
                references(&Value::from(format!("a{}b", open(reference)))),
                std::slice::from_ref(reference)
            );
        }
    }

    #[test]
    fn what_is_wrong_with_a_placeholder_is_said() {
        for bad in [
            "${values.a",
            "${}",
            "${values}",
            "${vales.a}",
            "${pool.ID}",
            "${pool}",
            "${clients.web}",
            "${env:1}",
            "${env:}",
            "${pool.id:-x}",
            "${values.a:-${values.b}}",
            "${a b}",
            "${pools.x}",
            "${values.a[0]}",
        ] {
            assert!(parse(bad, false).is_err(), "{bad}");
        }
        let zeros = format!("{{{}..1}}", "0".repeat(70_000));
        for bad in [zeros.as_str(), "{3..1}", "{0..99999999999999999999}"] {
            assert!(parse(bad, true).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_range_has_as_many_digits_as_it_is_written_with() {
        let texts = |written: &str| match &parse(written, true).unwrap()[..] {
            [Part::Range(range)] => range.texts().collect::<Vec<_>>(),
            parts => panic!("{parts:?}"),
        };
        assert_eq!(texts("{9..11}"), ["9", "10", "11"]);
        assert_eq!(texts("{09..11}"), ["09", "10", "11"]);
        for (written, literal) in [
            ("{{0..2}}", "{0..2}"),
            ("a{{{1..2}}}b", "a{{1..2}}b"),
            ("{{9..1}}}", "{9..1}}"),
            ("$${{{0..2}}", "${{0..2}"),
        ] {
            assert_eq!(parse(written, true).unwrap(), [text(literal)]);
            assert_eq!(written_item(literal), written);
            assert_eq!(parse(written, false).unwrap(), [text(&written.replace("$${", "${"))]);
        }
        for plain in ["{a..b}", "{1,2}", "{1..}", "{}", "{1..2"] {
            assert_eq!(parse(plain, true).unwrap(), [text(plain)]);
        }
    }

    proptest::proptest! {
        #[test]
        fn what_is_written_means_what_it_was(literal in "[{}$.09a]{0,24}") {
            let read = |written: &str, ranges| -> String {
                parse(written, ranges).unwrap().into_iter().map(|part| match part {
                    Part::Text(text) => text,
                    part => panic!("{part:?} in {written}"),
                }).collect()
            };
            proptest::prop_assert_eq!(read(&written_item(&literal), true), literal.clone());
            proptest::prop_assert_eq!(read(&written(&literal), false), literal);
        }
    }

    #[test]
    fn what_is_open_is_written_as_it_was() {
        let reference = Reference { pool: None, fact: Fact::Pool("id") };
        let held = format!("a ${{b}} {} c", open(&reference));
        assert_eq!(written(&held), "a $${b} ${pool.id} c");
        assert_eq!(fill_text(&held, &|_| Some("eu-west-1_A".into())), "a ${b} eu-west-1_A c");
        assert_eq!(fill_text(&held, &|_| None), held);
    }
}
