//! The project file `cognitops.yaml`: which environments there are, and where each one's manifests lie.

use std::collections::BTreeMap;
use std::path::{Path as FilePath, PathBuf};
use std::sync::{Arc, LazyLock};

use schemars::JsonSchema;
use serde_json::{Map, Value};

use crate::diagnostic::{Code, Finding, Place, Severity};
use crate::manifest::files::{self, PROJECT_FILE};
use crate::path::Path;
use crate::source::{self, Node, Source};
use crate::validate::schema::Checker;

/// The name of project and environment where nothing names them.
pub const DEFAULT_NAME: &str = "default";

/// The project file.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields, title = "cognitops project")]
pub struct ProjectFile {
    /// The project's name: the first part of the tag that names a pool's owner.
    #[schemars(length(min = 1, max = 64), extend("pattern" = "[A-Za-z0-9_-]+", "examples" = ["customers"]))]
    pub project: Option<String>,
    /// The environments by name; `--env` selects one.
    #[schemars(extend("propertyNames" = {"pattern": "[A-Za-z0-9_-]+", "maxLength": 64}))]
    pub environments: Option<BTreeMap<String, EnvironmentEntry>>,
}

/// One environment: an account and a Region with the manifests that belong there.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct EnvironmentEntry {
    /// The AWS Region of its pools.
    #[schemars(length(min = 5, max = 32), extend("examples" = ["eu-west-1"]))]
    pub region: Option<String>,
    /// The one account that its pools live in; any other is refused.
    #[schemars(extend("pattern" = "[0-9]{12}", "examples" = ["111111111111"]))]
    pub account_id: Option<String>,
    /// The AWS profile to take credentials from.
    #[schemars(extend("examples" = ["customers-prod"]))]
    pub profile: Option<String>,
    /// The endpoint of a Cognito-compatible server, in place of AWS's own.
    #[schemars(extend("pattern" = "https?://.+", "examples" = ["http://127.0.0.1:5000"]))]
    pub endpoint_url: Option<String>,
    /// Manifest files and directories, relative to the project file.
    #[schemars(extend("examples" = [["pools/"]]))]
    pub manifests: Option<Vec<String>>,
}

static SCHEMA: LazyLock<Value> = LazyLock::new(crate::manifest::schema::generate::<ProjectFile>);

/// The schema of the project file as a file: indented, with a line break at its end.
pub fn schema_text() -> String {
    format!("{:#}\n", *SCHEMA)
}

/// A project with the environment that a command works on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Project {
    /// The project's name.
    pub name: String,
    /// The environment's name.
    pub environment: String,
    /// The directory of the project file, or the working directory where there is none.
    pub root: PathBuf,
    /// The environment's Region, if one is named.
    pub region: Option<String>,
    /// The environment's profile, if one is named.
    pub profile: Option<String>,
    /// The environment's endpoint, if one is named.
    pub endpoint_url: Option<String>,
    /// The environment's account, if one is named.
    pub account_id: Option<String>,
    /// The environment's manifests, as paths that can be opened from the working directory.
    pub manifests: Vec<PathBuf>,
}

/// Finds the project file upwards from `directory`, and the environment in it.
///
/// Without a project file, project and environment are `default`.
///
/// # Errors
/// What is wrong with the project file, or with the environment's name.
pub fn load(directory: &FilePath, environment: Option<&str>) -> Result<Project, Vec<Finding>> {
    for ancestor in directory.ancestors() {
        let file = ancestor.join(PROJECT_FILE);
        match files::read_file(&file) {
            Ok(None) => {}
            Ok(Some(source)) => {
                let shown = file.strip_prefix(directory).unwrap_or(&file).display().to_string();
                return read(&Source::new(shown, source.text.clone()), ancestor, directory, environment);
            }
            Err(finding) => return Err(vec![*finding]),
        }
    }
    match environment {
        None | Some(DEFAULT_NAME) => Ok(Project {
            name: DEFAULT_NAME.to_owned(),
            environment: DEFAULT_NAME.to_owned(),
            root: directory.to_owned(),
            region: None,
            profile: None,
            endpoint_url: None,
            account_id: None,
            manifests: Vec::new(),
        }),
        Some(name) => {
            let message = format!("there is no environment `{name}`: no {PROJECT_FILE} was found");
            let finding = Finding::input(Code::BadReference, PROJECT_FILE, message)
                .help("leave --env out, or create the project file");
            Err(vec![finding])
        }
    }
}

fn read(
    source: &Arc<Source>,
    root: &FilePath,
    directory: &FilePath,
    environment: Option<&str>,
) -> Result<Project, Vec<Finding>> {
    let node = document(source).map_err(|finding| vec![finding])?;
    let value = node.to_value();
    let findings = Checker::new(&SCHEMA, "the project file").check(&value, &node);
    if findings.iter().any(|finding| finding.severity == Severity::Error) {
        return Err(findings);
    }
    let name = chosen(&value["environments"], environment, &node)?;
    let entry = &value["environments"][&name];
    let text = |key: &str| entry[key].as_str().map(str::to_owned);
    let shown_root = root.strip_prefix(directory).unwrap_or(root);
    Ok(Project {
        name: value["project"].as_str().unwrap_or(DEFAULT_NAME).to_owned(),
        environment: name,
        root: root.to_owned(),
        region: text("region"),
        profile: text("profile"),
        endpoint_url: text("endpointUrl"),
        account_id: text("accountId"),
        manifests: entry["manifests"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|path| Some(shown_root.join(path.as_str()?)))
            .collect(),
    })
}

/// The one document of the project file.
fn document(source: &Arc<Source>) -> Result<Node, Finding> {
    let mut documents = source::parse_documents(std::slice::from_ref(source));
    let input = |code, message| Finding::input(code, &source.name, message);
    match documents.pop() {
        None => Err(input(Code::NoManifest, "the project file is empty")),
        Some(_) if !documents.is_empty() => {
            Err(input(Code::YamlSyntax, "the project file holds more than one document"))
        }
        Some(document) => document.map_err(Finding::from),
    }
}

/// The name of the environment that is meant: the one asked for, or the only one.
fn chosen(environments: &Value, environment: Option<&str>, node: &Node) -> Result<String, Vec<Finding>> {
    let empty = Map::new();
    let environments = environments.as_object().unwrap_or(&empty);
    let name = match environment {
        Some(name) => name.to_owned(),
        None if environments.is_empty() || environments.contains_key(DEFAULT_NAME) => DEFAULT_NAME.to_owned(),
        None if environments.len() == 1 => environments.keys().next().cloned().unwrap_or_default(),
        None => {
            let names = environments.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
            let message = "the project has several environments, and none was chosen";
            let place = Place::Text(node.key_span_of(&Path::of(["environments"])));
            return Err(vec![
                Finding::error(Code::Missing, place, message).help(format!("choose one with --env: {names}")),
            ]);
        }
    };
    let stands_by_itself = environments.is_empty() && name == DEFAULT_NAME;
    if !environments.contains_key(&name) && !stands_by_itself {
        let place = Place::Text(node.key_span_of(&Path::of(["environments"])));
        let known = environments.keys().map(String::as_str);
        let help = crate::validate::nearest(&name, known.clone()).map_or_else(
            || format!("the project has: {}", known.collect::<Vec<_>>().join(", ")),
            |near| format!("did you mean `{near}`?"),
        );
        let message = format!("there is no environment `{name}`");
        return Err(vec![Finding::error(Code::BadReference, place, message).help(help)]);
    }
    Ok(name)
}
