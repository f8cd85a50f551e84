//! What placeholders stand for: the environment's values and environment variables.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use crate::diagnostic::{Code, Finding, Place};
use crate::identity::nearest;
use crate::path::Path;
use crate::source::{Inserted, Node, NodeValue, Span};
use crate::template::{self, Name, Otherwise, Part, Placeholder, Reference};

/// The most items that one list unfolds into.
pub const MAX_ITEMS_OF_A_LIST: u64 = 10_000;
/// The most items that all lists of an environment unfold into.
pub const MAX_ITEMS_OF_AN_ENVIRONMENT: u64 = 1_000_000;
/// The most text that all placeholders of an environment unfold into, in bytes.
pub const MAX_BYTES_OF_AN_ENVIRONMENT: u64 = 64 << 20;
/// How long a chain of values may be of which each refers to the next.
const MAX_CHAIN: usize = 64;

/// A text with the placeholders that went into it.
#[derive(Debug, Clone)]
pub struct Filled {
    /// The text, in which references to live pools are still open.
    pub text: String,
    /// What was put in the place of its placeholders.
    pub inserted: Vec<Inserted>,
}

/// Why a placeholder cannot be replaced.
#[derive(Debug, Clone)]
pub struct Problem {
    code: Code,
    message: String,
    help: Option<String>,
    /// Where the value stands that is wrong, if it is not the placeholder.
    place: Option<Span>,
}

impl Problem {
    fn new(code: Code, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { code, message: message.into(), help: Some(help.into()), place: None }
    }

    /// The finding about a text at a place.
    pub fn finding(self, at: &Span, path: Path) -> Finding {
        let Self { code, message, help, place } = self;
        let elsewhere = place.is_some();
        let place = place.unwrap_or_else(|| at.clone());
        let mut finding = Finding::error(code, Place::Text(place), message);
        finding.help = help;
        finding.silences = Some(at.clone());
        if elsewhere { finding } else { finding.at(path) }
    }
}

/// What a value of the environment is.
enum Found {
    Text(Filled),
    List(Vec<Filled>),
}

/// Looks values and variables up, each once.
pub struct Lookup<'a> {
    environment: &'a str,
    values: Option<&'a Node>,
    variable: &'a dyn Fn(&str) -> Option<String>,
    found: RefCell<BTreeMap<Path, Result<Rc<Found>, Problem>>>,
    /// The values that are being looked up, of which none may refer to another of them.
    under_way: RefCell<Vec<Path>>,
    items: Cell<u64>,
    bytes: Cell<u64>,
}

impl<'a> Lookup<'a> {
    /// Looks into the values of an environment, and into variables by their names.
    pub fn new(
        environment: &'a str,
        values: Option<&'a Node>,
        variable: &'a dyn Fn(&str) -> Option<String>,
    ) -> Self {
        let (found, under_way) = (RefCell::default(), RefCell::default());
        let (items, bytes) = (Cell::new(0), Cell::new(0));
        Self { environment, values, variable, found, under_way, items, bytes }
    }

    /// A text with what its placeholders stand for.
    ///
    /// # Errors
    /// A placeholder that is malformed, or stands for nothing or for a list.
    pub fn text(&self, text: &str) -> Result<Filled, Problem> {
        let mut filled = Filled { text: String::new(), inserted: Vec::new() };
        for part in Self::parts(text, false)? {
            match part {
                Part::Text(text) => filled.text.push_str(&text),
                Part::Placeholder(placeholder) => match &*self.placeholder(&placeholder)? {
                    Found::Text(inner) => {
                        self.spend(inner.text.len() as u64)?;
                        filled.text.push_str(&inner.text);
                        filled.inserted.extend(inner.inserted.iter().cloned());
                    }
                    Found::List(_) => {
                        return Err(Problem::new(
                            Code::WrongType,
                            format!("`{}` is a list, and a text is needed here", shown(&placeholder)),
                            "name a list in an item of a list: it then stands for one item per element",
                        ));
                    }
                },
                Part::Range(_) => {}
            }
        }
        Ok(filled)
    }

    /// The items that one item of a list stands for: one for each element of its lists and each number of its ranges,
    /// in every combination.
    ///
    /// # Errors
    /// The same as for a text, and too many items.
    pub fn items(&self, text: &str) -> Result<Vec<Filled>, Problem> {
        let mut parts = Vec::new();
        let mut count: u64 = 1;
        for part in Self::parts(text, true)? {
            let choices = match part {
                Part::Text(text) => vec![Filled { text, inserted: Vec::new() }],
                Part::Range(range) => {
                    count = Self::counted(count, range.count())?;
                    range.texts().map(|text| Filled { text, inserted: Vec::new() }).collect()
                }
                Part::Placeholder(placeholder) => match &*self.placeholder(&placeholder)? {
                    Found::Text(filled) => vec![filled.clone()],
                    Found::List(items) => {
                        count = Self::counted(count, items.len() as u64)?;
                        items.clone()
                    }
                },
            };
            parts.push(choices);
        }
        self.items.set(self.items.get() + count);
        if self.items.get() > MAX_ITEMS_OF_AN_ENVIRONMENT {
            let message = format!(
                "the lists of this environment unfold into more than {MAX_ITEMS_OF_AN_ENVIRONMENT} items"
            );
            return Err(Problem::new(Code::TooLarge, message, "use shorter lists or smaller ranges"));
        }
        let mut all = vec![Filled { text: String::new(), inserted: Vec::new() }];
        for choices in parts {
            let bytes = |filled: &[Filled]| filled.iter().map(|filled| filled.text.len() as u64).sum::<u64>();
            let count = |filled: &[Filled]| filled.len() as u64;
            self.spend(
                bytes(&all).saturating_mul(count(&choices)) + bytes(&choices).saturating_mul(count(&all)),
            )?;
            let with = |begun: &Filled, choice: &Filled| Filled {
                text: format!("{}{}", begun.text, choice.text),
                inserted: begun.inserted.iter().chain(&choice.inserted).cloned().collect(),
            };
            all =
                all.iter().flat_map(|begun| choices.iter().map(move |choice| with(begun, choice))).collect();
        }
        Ok(all)
    }

    /// Counts text that is made.
    fn spend(&self, bytes: u64) -> Result<(), Problem> {
        let all = self.bytes.get().saturating_add(bytes);
        self.bytes.set(all);
        if all > MAX_BYTES_OF_AN_ENVIRONMENT {
            let message = format!(
                "the placeholders of this environment unfold into more than {} MiB",
                MAX_BYTES_OF_AN_ENVIRONMENT >> 20
            );
            return Err(Problem::new(Code::TooLarge, message, "use shorter values or fewer items"));
        }
        Ok(())
    }

    /// The number of items so far times that of one more list.
    fn counted(count: u64, more: u64) -> Result<u64, Problem> {
        let product = count.saturating_mul(more).max(more);
        if product > MAX_ITEMS_OF_A_LIST {
            let number = if product == u64::MAX { "endlessly many".to_owned() } else { product.to_string() };
            let message = format!(
                "this item stands for {number} items; a list unfolds into at most {MAX_ITEMS_OF_A_LIST}"
            );
            return Err(Problem::new(Code::TooLarge, message, "use shorter lists or smaller ranges"));
        }
        Ok(count * more)
    }

    fn parts(text: &str, ranges: bool) -> Result<Vec<Part>, Problem> {
        template::parse(text, ranges).map_err(|(message, help)| Problem::new(Code::Form, message, help))
    }

    fn placeholder(&self, placeholder: &Placeholder) -> Result<Rc<Found>, Problem> {
        let text =
            |text: &str, inserted| Ok(Rc::new(Found::Text(Filled { text: text.to_owned(), inserted })));
        let name = shown(placeholder);
        let defined = match &placeholder.name {
            Name::Reference(reference) => {
                let (reference, inserted) = self.of_pool(reference)?;
                return text(&template::open(&reference), inserted);
            }
            Name::Value(path) => self.value(path)?,
            Name::Variable(variable) => {
                match (self.variable)(variable).filter(|value| !template::is_reserved(value)) {
                    Some(value) => {
                        let inserted = Inserted { name: name.clone(), place: None };
                        Some(Rc::new(Found::Text(Filled { text: value, inserted: vec![inserted] })))
                    }
                    None => None,
                }
            }
        };
        // As in a shell, what is empty needs its default too.
        let is_empty = |found: &Rc<Found>| matches!(&**found, Found::Text(filled) if filled.text.is_empty());
        let is_enough = |found: &Rc<Found>| placeholder.otherwise == Otherwise::Error || !is_empty(found);
        if let Some(found) = defined.filter(is_enough) {
            return Ok(found);
        }
        let message = match (&placeholder.otherwise, &placeholder.name) {
            (Otherwise::Default(default), _) => return text(default, Vec::new()),
            (Otherwise::Required(message), _) => format!("`{name}` is not defined: {message}"),
            (Otherwise::Error, Name::Variable(variable)) => {
                format!("the environment variable {variable} is not set, or is not text")
            }
            (Otherwise::Error, _) => {
                format!("`{name}` is not defined in the environment `{}`", self.environment)
            }
        };
        Err(Problem::new(Code::BadReference, message, self.way_out(&placeholder.name)))
    }

    /// A reference with what stands for the placeholders in the key of its pool.
    fn of_pool(&self, reference: &Reference) -> Result<(Reference, Vec<Inserted>), Problem> {
        let Some(pool) = reference.pool.as_ref().filter(|pool| pool.contains("${")) else {
            return Ok((reference.clone(), Vec::new()));
        };
        let Filled { text, inserted } = self.text(pool)?;
        if template::is_reserved(&text) {
            let message = format!("the pool of `{reference}` is named by what only a live pool knows");
            return Err(Problem::new(Code::WrongType, message, "name it by values of the environment"));
        }
        Ok((Reference { pool: Some(text), ..reference.clone() }, inserted))
    }

    /// What defines a name.
    fn way_out(&self, name: &Name) -> String {
        let Name::Value(path) = name else {
            return "set it, or give a default: ${env:NAME:-default}".to_owned();
        };
        let siblings = self.values.and_then(|values| values.at(&path.parent()));
        let known: Vec<&str> = match siblings.map(|node| &node.value) {
            Some(NodeValue::Map(entries)) => entries.keys().map(String::as_str).collect(),
            _ => Vec::new(),
        };
        match nearest(path.last_key().unwrap_or_default(), known) {
            Some(near) => {
                let near = Path::of(["values"]).join(&path.parent()).key(near);
                format!("did you mean `{near}`?")
            }
            None => format!(
                "define it under `values` of the environment `{}` in cognitops.yaml, or give a default: ${{values.{path}:-default}}",
                self.environment
            ),
        }
    }

    /// A value of the environment; `None` if it is not there, or null.
    fn value(&self, path: &Path) -> Result<Option<Rc<Found>>, Problem> {
        let Some(node) = self.values.and_then(|values| values.at(path)) else { return Ok(None) };
        if matches!(node.value, NodeValue::Null) {
            return Ok(None);
        }
        if let Some(known) = self.found.borrow().get(path) {
            return known.clone().map(Some);
        }
        let name = |path: &Path| Path::of(["values"]).join(path).to_string();
        let begun = self.under_way.borrow().iter().position(|other| other == path);
        if let Some(first) = begun {
            let round = self.under_way.borrow()[first..].iter().chain([path]).map(name).collect::<Vec<_>>();
            let message = format!("values refer to each other in a circle: {}", round.join(" → "));
            let place = Some(node.span.clone());
            return Err(Problem { place, ..Problem::new(Code::BadReference, message, "break the circle") });
        }
        if self.under_way.borrow().len() == MAX_CHAIN {
            let message = format!("values refer to each other in a chain of more than {MAX_CHAIN}");
            let place = Some(node.span.clone());
            return Err(Problem {
                place,
                ..Problem::new(Code::TooLarge, message, "refer to the first of them")
            });
        }
        self.under_way.borrow_mut().push(path.clone());
        let found = self.evaluated(node, &name(path));
        self.under_way.borrow_mut().pop();
        self.found.borrow_mut().insert(path.clone(), found.clone());
        found.map(Some)
    }

    fn evaluated(&self, node: &Node, name: &str) -> Result<Rc<Found>, Problem> {
        let inserted = || vec![Inserted { name: name.to_owned(), place: Some(node.span.clone()) }];
        let here = |problem: Problem, node: &Node| {
            let place = problem.place.clone().or_else(|| Some(node.span.clone()));
            Problem { place, ..problem }
        };
        let wrong =
            |what: &str, help: String| Problem::new(Code::WrongType, format!("`{name}` is {what}"), help);
        let found = match &node.value {
            NodeValue::String(text) if template::is_reserved(text) => {
                let help = "Unicode gives them no meaning; leave them out";
                let message = format!("`{name}` holds U+FDD0 or U+FDD1");
                return Err(here(Problem::new(Code::Form, message, help), node));
            }
            NodeValue::String(text) => {
                let text = self.text(text).map_err(|problem| here(problem, node))?.text;
                Found::Text(Filled { text, inserted: inserted() })
            }
            NodeValue::Number(_) => Found::Text(Filled { text: as_written(node), inserted: inserted() }),
            NodeValue::Bool(flag) => Found::Text(Filled { text: flag.to_string(), inserted: inserted() }),
            NodeValue::List(items) => {
                let mut all = Vec::new();
                for item in items {
                    let texts = match &item.value {
                        NodeValue::String(text) => self.items(text).map_err(|problem| here(problem, item))?,
                        NodeValue::Number(_) => {
                            vec![Filled { text: as_written(item), inserted: Vec::new() }]
                        }
                        _ => {
                            let problem =
                                wrong("a list of more than texts and numbers", "list texts".to_owned());
                            return Err(here(problem, item));
                        }
                    };
                    let of_it = |filled: Filled| Filled {
                        inserted: vec![Inserted { name: name.to_owned(), place: Some(item.span.clone()) }],
                        ..filled
                    };
                    all.extend(texts.into_iter().map(of_it));
                }
                if all.len() as u64 > MAX_ITEMS_OF_A_LIST {
                    let message = format!("`{name}` has more than {MAX_ITEMS_OF_A_LIST} items");
                    return Err(here(
                        Problem::new(Code::TooLarge, message, "use shorter lists or smaller ranges"),
                        node,
                    ));
                }
                Found::List(all)
            }
            NodeValue::Map(entries) => {
                let first = entries.keys().next().map_or("name", String::as_str);
                return Err(wrong(
                    "a map, and a text is needed here",
                    format!("name a member of it: ${{{name}.{first}}}"),
                ));
            }
            NodeValue::Null => return Err(wrong("null", "give it a value".to_owned())),
        };
        Ok(Rc::new(found))
    }
}

/// A number as it stands in its text: 1.10 is not 1.1 where it is a version.
fn as_written(node: &Node) -> String {
    node.span.source.text[node.span.bytes.clone()].trim().to_owned()
}

/// The name of a placeholder, as in it.
fn shown(placeholder: &Placeholder) -> String {
    match &placeholder.name {
        Name::Value(path) => Path::of(["values"]).join(path).to_string(),
        Name::Variable(name) => format!("env:{name}"),
        Name::Reference(reference) => reference.to_string(),
    }
}
