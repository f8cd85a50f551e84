//! From texts to one [`PoolManifest`] per pool.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::{Map, Value};

use super::content::{self, ReadContent};
use super::defaults::{self, BLOCKS};
use super::files;
use super::lookup::Lookup;
use super::merge::{self, Mentioned};
use super::schema::schema;
use super::shape::Shape;
use super::substitute::{self, Substitution};
use crate::diagnostic::{Code, Finding, Place};
use crate::identity::nearest;
use crate::path::Path;
use crate::source::{self, Entry, Node, NodeValue, Source, Span};
use crate::template::{self, Reference};

/// What all files together say of one pool.
#[derive(Debug, Clone)]
pub struct PoolManifest {
    /// What identifies the pool in addresses and in its owner tag: its name, else its id.
    pub key: String,
    /// `pool`: the pool's name.
    pub name: Option<String>,
    /// `poolId`: the one pool that is meant.
    pub id: Option<String>,
    /// The effective document, with places.
    pub root: Node,
    /// The effective document.
    pub value: Value,
    /// The names of the inputs that it comes from, in order.
    pub inputs: Vec<String>,
    /// The app clients of the whole project, in a run that is narrowed to some of its files: what may be referred to.
    pub all_clients: Option<Value>,
}

impl PoolManifest {
    /// The declared app clients by key, those beyond a narrowed run included.
    pub fn declared_clients(&self) -> Option<&Map<String, Value>> {
        self.all_clients.as_ref().or_else(|| self.section("clients")).and_then(Value::as_object)
    }

    /// Where the value at a path is written, or what it lies in.
    pub fn span(&self, path: &Path) -> Span {
        self.root.span_of(path)
    }

    /// Where the key at a path is written, or what it lies in.
    pub fn key_span(&self, path: &Path) -> Span {
        self.root.key_span_of(path)
    }

    /// The reference to a secret at a path, its file named from where we are and not from where it is written.
    pub fn reference(&self, path: &Path) -> Option<Value> {
        let mut reference =
            path.keys()?.into_iter().try_fold(&self.value, |value, key| value.get(key))?.clone();
        if let Some(file) = reference["file"].as_str() {
            reference["file"] = Value::from(from_here(file, &self.span(path)));
        }
        Some(reference)
    }

    /// A section's value, if it is written.
    pub fn section(&self, name: &str) -> Option<&Value> {
        self.value.get(name)
    }

    /// The same manifest with what is known in the place of its references.
    #[must_use]
    pub fn filled(&self, known: &dyn Fn(&Reference) -> Option<String>) -> Self {
        let mut filled = self.clone();
        fill(&mut filled.root, known);
        template::fill(&mut filled.value, known);
        filled
    }
}

/// The name of a file, from where we are, that stands in a text.
pub fn from_here(file: &str, place: &Span) -> String {
    match std::path::Path::new(&place.source.name).parent() {
        Some(directory) => directory.join(file).to_string_lossy().into_owned(),
        None => file.to_owned(),
    }
}

fn fill(node: &mut Node, known: &dyn Fn(&Reference) -> Option<String>) {
    match &mut node.value {
        NodeValue::String(text) if template::is_reserved(text) => *text = template::fill_text(text, known),
        NodeValue::List(items) => items.iter_mut().for_each(|item| fill(item, known)),
        NodeValue::Map(entries) => entries.values_mut().for_each(|entry| fill(&mut entry.node, known)),
        _ => {}
    }
}

/// Texts that were read: their documents, by the names of the texts.
#[derive(Debug, Default)]
pub struct Documents(BTreeMap<String, Text>);

#[derive(Debug, Default)]
struct Text {
    documents: Vec<Node>,
    findings: Vec<Finding>,
    /// Whether anything in it may have to be replaced.
    concerns_substitution: bool,
}

impl Documents {
    /// Reads texts, side by side where there are many.
    pub fn read(sources: &[Arc<Source>]) -> Self {
        let mut texts: BTreeMap<String, Text> = BTreeMap::new();
        for source in sources {
            let text = Text { concerns_substitution: substitute::concerns(source), ..Text::default() };
            texts.insert(source.name.clone(), text);
        }
        for document in source::parse_documents(sources) {
            match document {
                Ok(node) => texts.entry(node.span.source.name.clone()).or_default().documents.push(node),
                Err(error) => {
                    texts.entry(error.span.source.name.clone()).or_default().findings.push(error.into());
                }
            }
        }
        for (name, text) in &mut texts {
            if text.documents.is_empty() && text.findings.is_empty() {
                let finding = Finding::input(Code::NoManifest, name, "the file holds no manifest");
                text.findings.push(
                    finding.help("a manifest begins with `apiVersion: cognitops/v1` and `pool: <name>`"),
                );
            }
        }
        Self(texts)
    }

    /// The documents of each text, by its name.
    pub(super) fn texts(&self) -> impl Iterator<Item = (&str, &[Node])> {
        self.0.iter().map(|(name, text)| (name.as_str(), text.documents.as_slice()))
    }
}

/// What the texts of a run are to each other, and to their environment.
pub struct Setting<'a> {
    /// The environment's name.
    pub environment: &'a str,
    /// Names of texts by layer; each layer is laid over those before it.
    pub layers: &'a [Vec<String>],
    /// Whether the first layer holds all that later ones may lie over.
    pub whole: bool,
    /// The texts that the run is about, if not all of them: only what they speak of is left.
    pub only: Option<&'a BTreeSet<String>>,
    /// The environment's values.
    pub values: Option<&'a Node>,
    /// Environment variables by name.
    pub variable: &'a dyn Fn(&str) -> Option<String>,
    /// Files that hold long values.
    pub content: ReadContent<'a>,
    /// Sections that hold for every pool, from the project file.
    pub shared: &'a BTreeMap<String, Entry>,
}

/// Merges the documents that describe one pool, of texts that stand by themselves.
pub fn load(sources: &[Arc<Source>]) -> (Vec<PoolManifest>, Vec<Finding>) {
    load_alone(&Documents::read(sources), &files::read_content)
}

/// The same of texts that were read.
pub fn load_alone(documents: &Documents, content: ReadContent<'_>) -> (Vec<PoolManifest>, Vec<Finding>) {
    let names = documents.texts().map(|(name, _)| name.to_owned()).collect();
    let setting = Setting {
        environment: "default",
        layers: &[names],
        whole: true,
        only: None,
        values: None,
        variable: &|_| None,
        content,
        shared: &BTreeMap::new(),
    };
    load_environment(documents, &setting)
}

/// Merges the documents of one environment: layers, values, defaults.
pub fn load_environment(documents: &Documents, setting: &Setting<'_>) -> (Vec<PoolManifest>, Vec<Finding>) {
    let lookup = Lookup::new(setting.environment, setting.values, setting.variable);
    let mut loader = Loader {
        setting,
        substitution: Substitution::new(&lookup),
        pools: BTreeMap::new(),
        mentioned: BTreeMap::new(),
    };
    for (layer, names) in setting.layers.iter().enumerate() {
        loader.layer(layer, names.iter().filter_map(|name| documents.0.get(name)));
    }
    loader.finish()
}

struct Pool {
    key: String,
    root: Node,
    inputs: Vec<String>,
    concerns_substitution: bool,
}

struct Loader<'a> {
    setting: &'a Setting<'a>,
    substitution: Substitution<'a>,
    pools: BTreeMap<String, Pool>,
    /// What the texts speak of that the run is about, by pool.
    mentioned: BTreeMap<String, Mentioned>,
}

impl Loader<'_> {
    fn findings(&mut self) -> &mut Vec<Finding> {
        &mut self.substitution.findings
    }

    /// Adds the documents of a layer up, and lays the sum over what there is.
    fn layer<'t>(&mut self, index: usize, texts: impl Iterator<Item = &'t Text>) {
        let mut pools: BTreeMap<String, Pool> = BTreeMap::new();
        for text in texts {
            self.findings().extend(text.findings.iter().cloned());
            for document in &text.documents {
                self.document(document.clone(), text.concerns_substitution, &mut pools);
            }
        }
        for (key, pool) in pools {
            if index == 0 {
                self.pools.insert(key, pool);
            } else {
                self.lay_over(&key, pool);
            }
        }
    }

    fn document(
        &mut self,
        mut document: Node,
        concerns_substitution: bool,
        pools: &mut BTreeMap<String, Pool>,
    ) {
        if !document.is_map() {
            let finding =
                Finding::error(Code::WrongType, Place::Text(document.span), "a manifest is a mapping");
            let help = "it begins with `apiVersion: cognitops/v1` and `pool: <name>`";
            return self.findings().push(finding.help(help));
        }
        if concerns_substitution {
            self.substitution.identities(&mut document, schema());
        }
        let text = |key: &str| document.get(key).and_then(|entry| entry.node.as_str()).map(str::to_owned);
        // A document without either is validated by itself; the schema says what it lacks.
        let anonymous = || format!("\0{}", pools.len());
        let key = text("pool").or_else(|| text("poolId")).unwrap_or_else(anonymous);
        if self.setting.only.is_some_and(|only| only.contains(&document.span.source.name)) {
            self.mentioned.entry(key.clone()).or_default().note(&document);
        }
        let input = document.span.source.name.clone();
        match pools.get_mut(&key) {
            None => {
                let pool =
                    Pool { key: key.clone(), root: document, inputs: vec![input], concerns_substitution };
                pools.insert(key, pool);
            }
            Some(pool) => {
                pool.concerns_substitution |= concerns_substitution;
                if !pool.inputs.contains(&input) {
                    pool.inputs.push(input);
                }
                merge::add(&mut pool.root, document, &Path::root(), self.findings());
            }
        }
    }

    fn lay_over(&mut self, key: &str, layer: Pool) {
        // A text that could not be read may hold what a layer lies over.
        let is_read = |finding: &Finding| finding.code != Code::YamlSyntax;
        let whole = self.setting.whole && self.substitution.findings.iter().all(is_read);
        let Some(pool) = self.pools.get_mut(key) else {
            if key.starts_with('\0') {
                let place = Place::Text(layer.root.span.clone());
                let finding = Finding::error(Code::Missing, place, "a layer says which pool it lies over");
                return self.findings().push(finding.help("add `pool: <name>`"));
            }
            if whole {
                let known = self.pools.keys().map(String::as_str);
                let near = nearest(key, known).map(|near| format!("did you mean `{near}`?"));
                let help =
                    near.unwrap_or_else(|| "declare the pool in `manifests`, or mend its name".to_owned());
                let place = Place::Text(layer.root.span_of(&Path::of(["pool"])));
                let message =
                    format!("the layer lies over nothing: the layers below describe no pool `{key}`");
                self.findings().push(Finding::error(Code::BadReference, place, message).help(help));
            }
            return;
        };
        pool.concerns_substitution |= layer.concerns_substitution;
        pool.inputs.extend(layer.inputs);
        let findings = &mut self.substitution.findings;
        merge::lay_over(&mut pool.root, layer.root, &Shape::of(schema()), &Path::root(), whole, findings);
    }

    /// Inserts what the project file says for every pool; a second place for it is an error.
    fn share(&mut self, pool: &mut Pool) {
        for (section, shared) in self.setting.shared {
            let NodeValue::Map(sections) = &mut pool.root.value else { return };
            if let Some(own) = sections.get(section) {
                let finding = merge::twice(&Path::of([section]), &own.key_span, &shared.key_span);
                self.findings()
                    .push(finding.help("it stands in the project file or in one manifest of the pool"));
            } else {
                sections.insert(section.clone(), shared.clone());
                pool.concerns_substitution |= substitute::concerns(&shared.key_span.source);
            }
        }
    }

    fn finish(mut self) -> (Vec<PoolManifest>, Vec<Finding>) {
        let mut manifests = Vec::new();
        for (key, mut pool) in std::mem::take(&mut self.pools) {
            // A second policy is an error of the whole, and a narrowed run deletes nothing by a policy for all.
            self.share(&mut pool);
            let mut all_clients = None;
            if self.setting.only.is_some() {
                all_clients = pool.root.get("clients").map(|clients| clients.node.to_value());
                let Some(mentioned) = self.mentioned.get(&key) else { continue };
                mentioned.narrow(&mut pool.root);
            }
            if pool.concerns_substitution {
                self.substitution.values(&mut pool.root, schema());
            }
            defaults::fill_in(&mut pool.root, schema());
            let text =
                |key: &str| pool.root.get(key).and_then(|entry| entry.node.as_str()).map(str::to_owned);
            let mut value = pool.root.to_value();
            let findings = &mut self.substitution.findings;
            content::take_in(&pool.root, &mut value, schema(), self.setting.content, findings);
            manifests.push(PoolManifest {
                key: pool.key,
                name: text("pool"),
                id: text("poolId"),
                value,
                root: pool.root,
                inputs: pool.inputs,
                all_clients,
            });
        }
        // Of lists that are too long nothing else is worth saying.
        if self.substitution.findings.iter().any(|finding| finding.code == Code::TooLarge) {
            manifests.clear();
        }
        (manifests, self.substitution.findings)
    }
}

/// The sections of a project file that hold for every pool.
pub fn shared_sections() -> impl Iterator<Item = &'static str> {
    BLOCKS.iter().map(|(block, _)| *block).chain(["policy"])
}
