use std::collections::BTreeMap;
use std::path::{Path as FilePath, PathBuf};
use std::sync::{Arc, LazyLock};

use serde_json::Value;

use super::{AssumeRole, DEFAULT_NAME, Environment, SCHEMA};
use crate::diagnostic::{self, Code, Finding, Place, Severity};
use crate::manifest::files::{self, PROJECT_FILE};
use crate::manifest::limits::DeclaredLimit;
use crate::manifest::load::shared_sections;
use crate::manifest::lookup::Lookup;
use crate::manifest::merge::lay_over;
use crate::manifest::shape::Shape;
use crate::manifest::substitute::Substitution;
use crate::path::Path;
use crate::source::{self, Entry, Node, NodeValue, Source};
use crate::validate::schema::Checker;

/// Which environments a command works on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selection {
    /// The only one, or the one called `default`.
    Only,
    /// Those of these names.
    Named(Vec<String>),
    /// All of the project.
    All,
}

/// The members of an environment that say where its pools and its manifests are, and what its account has.
const OWN: [&str; 8] =
    ["region", "accountId", "profile", "assumeRole", "endpointUrl", "manifests", "layers", LIMITS];

const LIMITS: &str = "provisionedLimits";

static FILE: LazyLock<Checker> = LazyLock::new(|| Checker::new(&SCHEMA, "the project file"));

/// Finds the project file upwards from `directory`, and the selected environments in it.
///
/// Without a project file, project and environment are `default`. `variable` finds environment variables.
///
/// # Errors
/// What is wrong with the project file, or with the environments' names.
pub fn load(
    directory: &FilePath,
    selection: &Selection,
    variable: &dyn Fn(&str) -> Option<String>,
) -> Result<Vec<Environment>, Vec<Finding>> {
    for ancestor in directory.ancestors() {
        let file = ancestor.join(PROJECT_FILE);
        match files::read_file(&file) {
            Ok(None) => {}
            Ok(Some(source)) => {
                let shown = file.strip_prefix(directory).unwrap_or(&file).display().to_string();
                let source = Source::new(shown, source.text.clone());
                let shown_root = ancestor.strip_prefix(directory).unwrap_or(ancestor).to_owned();
                let project =
                    Project { root: ancestor.to_owned(), shown_root, variable, document: document(&source)? };
                return project.environments(selection);
            }
            Err(finding) => return Err(vec![*finding]),
        }
    }
    let wanted = match selection {
        Selection::Named(names) => names.iter().find(|name| *name != DEFAULT_NAME),
        Selection::Only | Selection::All => None,
    };
    match wanted {
        None => Ok(vec![nameless(directory)]),
        Some(name) => {
            let message = format!("there is no environment `{name}`: no {PROJECT_FILE} was found");
            let finding = Finding::input(Code::BadReference, PROJECT_FILE, message)
                .help("leave --env out, or create the project file");
            Err(vec![finding])
        }
    }
}

/// The environment of a directory without a project file.
fn nameless(directory: &FilePath) -> Environment {
    Environment {
        project: DEFAULT_NAME.to_owned(),
        name: DEFAULT_NAME.to_owned(),
        root: directory.to_owned(),
        region: None,
        profile: None,
        assume_role: None,
        endpoint_url: None,
        account_id: None,
        manifests: Vec::new(),
        layers: Vec::new(),
        other_layers: Vec::new(),
        limits: Vec::new(),
        values: None,
        shared: BTreeMap::new(),
    }
}

/// The one document of the project file, as its schema wants it.
fn document(source: &Arc<Source>) -> Result<Node, Vec<Finding>> {
    let mut documents = source::parse_documents(std::slice::from_ref(source));
    let input = |code, message| vec![Finding::input(code, &source.name, message)];
    let document = match documents.pop() {
        None => return Err(input(Code::NoManifest, "the project file is empty")),
        Some(_) if !documents.is_empty() => {
            return Err(input(Code::YamlSyntax, "the project file holds more than one document"));
        }
        Some(document) => document.map_err(|error| vec![Finding::from(error)])?,
    };
    let mut findings = FILE.check(&document.to_value(), &document);
    // What a placeholder stands for is checked where it is known. The project's name has none.
    let is_template = |path: &Path| {
        let text = document.at(path).and_then(Node::as_str);
        text.is_some_and(|text| text.contains("${")) && *path != Path::of(["project"])
    };
    let is_of_form = |finding: &Finding| matches!(finding.code, Code::Form | Code::Bound);
    findings.retain(|finding| !(is_of_form(finding) && finding.path.as_ref().is_some_and(is_template)));
    // What an environment and the base need, they may have from each other.
    findings.retain(|finding| finding.code != Code::Missing);
    diagnostic::sort(&mut findings);
    if findings.iter().any(|finding| finding.severity == Severity::Error) {
        Err(findings)
    } else {
        Ok(document)
    }
}

struct Project<'a> {
    root: PathBuf,
    /// The same, as it is named from the working directory.
    shown_root: PathBuf,
    variable: &'a dyn Fn(&str) -> Option<String>,
    document: Node,
}

impl Project<'_> {
    fn environments(&self, selection: &Selection) -> Result<Vec<Environment>, Vec<Finding>> {
        let selected = self.selected(selection)?;
        // The others are read for their layers only; what is wrong with them is no matter here.
        let unselected = self.names().into_iter().filter(|name| selected.iter().all(|chosen| chosen != name));
        let others: Vec<Environment> = unselected.filter_map(|name| self.environment(name).ok()).collect();
        let mut environments = Vec::new();
        let mut findings = Vec::new();
        for name in &selected {
            match self.environment(name) {
                Ok(environment) => environments.push(environment),
                Err(found) => findings.extend(found),
            }
        }
        let layers: Vec<(String, Vec<PathBuf>)> = environments
            .iter()
            .chain(&others)
            .map(|environment| (environment.name.clone(), environment.layers.clone()))
            .collect();
        for environment in &mut environments {
            let of_others = layers.iter().filter(|(name, _)| *name != environment.name);
            environment.other_layers = of_others.flat_map(|(_, layers)| layers.clone()).collect();
        }
        if findings.is_empty() { Ok(environments) } else { Err(findings) }
    }

    fn names(&self) -> Vec<&str> {
        match self.document.get("environments").map(|entry| &entry.node.value) {
            Some(NodeValue::Map(environments)) => environments.keys().map(String::as_str).collect(),
            _ => Vec::new(),
        }
    }

    /// The names of the environments that are meant.
    fn selected(&self, selection: &Selection) -> Result<Vec<String>, Vec<Finding>> {
        let names = self.names();
        let place = || Place::Text(self.document.key_span_of(&Path::of(["environments"])));
        let stands_by_itself = names.is_empty();
        match selection {
            Selection::Named(wanted) => {
                let unknown = |name: &&String| {
                    !(names.contains(&name.as_str()) || stands_by_itself && *name == DEFAULT_NAME)
                };
                let mut findings = Vec::new();
                for name in wanted.iter().filter(unknown) {
                    let help = crate::validate::nearest(name, names.iter().copied()).map_or_else(
                        || match names.as_slice() {
                            [] => "the project has none; leave --env out, or add it to `environments`"
                                .to_owned(),
                            names => format!("the project has: {}", names.join(", ")),
                        },
                        |near| format!("did you mean `{near}`?"),
                    );
                    let message = format!("there is no environment `{name}`");
                    findings.push(Finding::error(Code::BadReference, place(), message).help(help));
                }
                if !findings.is_empty() {
                    return Err(findings);
                }
                let mut distinct: Vec<String> = Vec::new();
                for name in wanted {
                    if !distinct.contains(name) {
                        distinct.push(name.clone());
                    }
                }
                Ok(distinct)
            }
            _ if stands_by_itself => Ok(vec![DEFAULT_NAME.to_owned()]),
            Selection::All => Ok(names.into_iter().map(str::to_owned).collect()),
            Selection::Only if names.contains(&DEFAULT_NAME) => Ok(vec![DEFAULT_NAME.to_owned()]),
            Selection::Only if names.len() == 1 => Ok(vec![names[0].to_owned()]),
            Selection::Only => {
                let message = "the project has several environments, and none was chosen";
                let help = format!("choose with --env ({}), or take --all-envs", names.join(", "));
                Err(vec![Finding::error(Code::Missing, place(), message).help(help)])
            }
        }
    }

    /// One environment, laid over what all share, its placeholders replaced.
    fn environment(&self, name: &str) -> Result<Environment, Vec<Finding>> {
        let schema = &SCHEMA["properties"]["base"];
        let mut at = Path::of(["environments", name]);
        let empty = || Node::new(NodeValue::Map(BTreeMap::new()), self.document.span.clone());
        let mut findings = Vec::new();
        let mut entry = self.document.get("base").map_or_else(empty, |base| base.node.clone());
        if let Some(own) = self.document.at(&at) {
            lay_over(&mut entry, own.clone(), &Shape::of(schema), &at, true, &mut findings);
        } else {
            at = Path::of(["base"]); // which is an environment by itself where there is no other
        }
        let values = entry.get("values").map(|values| values.node.clone());
        let lookup = Lookup::new(name, values.as_ref(), self.variable);
        let mut substitution = Substitution::new(&lookup);
        let mut ids = empty();
        if let (NodeValue::Map(members), NodeValue::Map(ids)) = (&mut entry.value, &mut ids.value) {
            for id in OWN {
                if let Some(mut member) = members.remove(id) {
                    substitution.known(&mut member.node, &Shape::of(schema).member(id), &at.key(id));
                    ids.insert(id.to_owned(), member);
                }
            }
        }
        findings.append(&mut substitution.findings);
        if findings.is_empty() {
            findings = check(&ids, &at);
        }
        if findings.is_empty() { Ok(self.read(name, &ids, &entry, values)) } else { Err(findings) }
    }

    fn read(&self, name: &str, ids: &Node, entry: &Node, values: Option<Node>) -> Environment {
        let limits = limits(ids);
        let ids = ids.to_value();
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let paths = |key: &str| -> Vec<PathBuf> {
            let paths = ids[key].as_array().into_iter().flatten();
            paths.filter_map(|path| Some(self.shown_root.join(path.as_str()?))).collect()
        };
        let shared =
            shared_sections().filter_map(|section| Some((section.to_owned(), entry.get(section)?.clone())));
        let role = &ids["assumeRole"];
        Environment {
            project: self
                .document
                .get("project")
                .and_then(|entry| entry.node.as_str())
                .unwrap_or(DEFAULT_NAME)
                .to_owned(),
            name: name.to_owned(),
            root: self.root.clone(),
            region: text(&ids["region"]),
            profile: text(&ids["profile"]),
            assume_role: text(&role["roleArn"]).map(|role_arn| AssumeRole {
                role_arn,
                external_id: text(&role["externalId"]),
                session_name: text(&role["sessionName"]),
            }),
            endpoint_url: text(&ids["endpointUrl"]),
            account_id: text(&ids["accountId"]),
            manifests: paths("manifests"),
            layers: paths("layers"),
            other_layers: Vec::new(),
            limits,
            values,
            shared: shared.collect(),
        }
    }
}

/// The limits that are declared; `null` declares none.
fn limits(ids: &Node) -> Vec<DeclaredLimit> {
    let NodeValue::Map(declared) = ids.get(LIMITS).map_or(&NodeValue::Null, |entry| &entry.node.value) else {
        return Vec::new();
    };
    let limits = declared.iter().filter_map(|(category, Entry { key_span, node })| {
        let NodeValue::Number(number) = &node.value else { return None };
        #[allow(clippy::cast_possible_truncation)] // `200.0` is whole too, and the schema bounds both
        let value = number.as_i64().or_else(|| number.as_f64().map(|value| value as i64))?;
        Some(DeclaredLimit { category: category.clone(), value, place: key_span.clone() })
    });
    limits.collect()
}

/// What placeholders stand for has the form that is needed in their place.
fn check(ids: &Node, at: &Path) -> Vec<Finding> {
    let keys = at.keys().unwrap_or_default().into_iter().rev();
    let file = keys.fold(ids.clone(), |node, key| {
        let span = node.span.clone();
        let entry = Entry { key_span: span.clone(), node };
        Node::new(NodeValue::Map(BTreeMap::from([(key.to_owned(), entry)])), span)
    });
    let mut findings = FILE.check(&file.to_value(), &file);
    for finding in &mut findings {
        let node = finding.path.as_ref().and_then(|path| file.at(path));
        finding.note_origin(node.map(|node| node.inserted.as_slice()).unwrap_or_default());
    }
    findings
}
