//! Many environments from one definition: layers, values, references, and runs over several of them.

mod layers;
mod references;
mod several;
mod values;
mod wrong;

use crate::runner::{Project, Ran};

const HEAD: &str = "apiVersion: cognitops/v1\npool: shop\n";

/// A project with an environment `dev` of these values and one manifest, `pools/shop.yaml`.
fn with_values(values: &str, manifest: &str) -> Project {
    let file = format!("environments:\n  dev:\n    manifests: [pools/]\n    values: {values}\n");
    Project::new().file("cognitops.yaml", file).file("pools/shop.yaml", format!("{HEAD}{manifest}"))
}

/// What the effective manifests are without their headers.
fn rendered(project: &Project, line: &str) -> String {
    let ran = project.run(line);
    assert_eq!(ran.code, 0, "{ran}");
    ran.stdout.replace(HEAD, "")
}

/// Output without the ids of pools, whatever their Region.
fn shown(ran: &Ran) -> String {
    let pool = regex::Regex::new(r"\beu-(west|central)-1_[A-Za-z0-9]{9}\b").unwrap();
    pool.replace_all(&ran.to_string(), "[POOL]").into_owned()
}

/// Output of a command that must fail.
fn refused(project: &Project, line: &str) -> Ran {
    let before = project.files();
    let ran = project.run(line);
    assert_ne!(ran.code, 0, "{ran}");
    assert!(project.files() == before, "`{line}` changed a file");
    ran
}
