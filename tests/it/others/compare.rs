//! What Cognito is known to do, asked of the sandbox and of the servers that others wrote.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Deserialize;

use super::Other;

/// Where the sandbox does not do as Cognito, and why. A line that no longer holds is an error.
const KNOWN: [(&str, &str); 3] = [
    ("a text by code and a text by link", "real pools hold both, and an update sends back what a pool holds"),
    (
        "an invitation by mail without an identity that sends it",
        "the same is documented of codes by mail, and real pools have those without an identity",
    ),
    (
        "messages to a group of another account",
        "manifests for real accounts are tried in the sandbox's own, so it looks at the account of no ARN",
    ),
];

/// The share of behaviours in which the sandbox must do as Cognito, in percent.
const LEAST: usize = 95;

const DOCUMENT: &str = "docs/servers.md";

/// Where the figures stand in words.
const PROSE: &str = "docs/sandbox.md";

const MEND: &str = "COGNITOPS_BLESS=1 cargo nextest run others::compare";

/// A behaviour, what Cognito does, how that is known, and what a server does.
#[derive(Deserialize)]
struct Row {
    area: String,
    about: String,
    behaviour: String,
    documented: String,
    by: String,
    answer: String,
}

impl Row {
    fn agrees(&self) -> bool {
        self.answer == self.documented
    }
}

fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn ask(url: &str) -> Vec<Row> {
    let mut command = Command::new("python3");
    let command = command.arg("-B").arg(path("tests/servers/compare.py")).arg(url);
    let output = command.env_clear().env("PATH", "/usr/bin:/bin").output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let lines = String::from_utf8(output.stdout).unwrap();
    lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn the_sandbox_does_as_cognito_where_others_do_not() {
    let sandbox = crate::serve::started();
    let all = std::thread::scope(|scope| {
        let other = |name: &'static str| move || ask(&Other::start(name).url());
        let all = [
            scope.spawn(|| ask(&sandbox.url())),
            scope.spawn(other("moto")),
            scope.spawn(other("ministack")),
        ];
        all.map(|one| one.join().unwrap())
    });
    check(&all[0]);
    let text = document(&all);
    if std::env::var_os("COGNITOPS_BLESS").is_some() {
        std::fs::write(path(DOCUMENT), &text).unwrap();
    }
    let written = std::fs::read_to_string(path(DOCUMENT)).unwrap_or_default();
    let differs = text.lines().zip(written.lines()).find(|(now, then)| now != then);
    assert!(written == text, "{DOCUMENT} is out of date; run: {MEND}\n{differs:#?}");
    let figures = figures(&all);
    let words = std::fs::read_to_string(path(PROSE)).unwrap();
    assert!(
        words.split_whitespace().collect::<Vec<_>>().join(" ").contains(&figures),
        "{PROSE} does not say {figures:?}"
    );
}

/// How many behaviours each server does as Cognito, in a sentence.
fn figures(all: &[Vec<Row>; 3]) -> String {
    let [ours, moto, ministack] = all.each_ref().map(|rows| agreeing(rows));
    format!("{ours} of {} behaviours, moto in {moto} and ministack in {ministack}", all[0].len())
}

/// The sandbox differs where that is known, and nowhere else.
fn check(ours: &[Row]) {
    let names: BTreeSet<&str> = ours.iter().map(|row| row.behaviour.as_str()).collect();
    assert_eq!(names.len(), ours.len(), "each behaviour has a name of its own");
    let known = BTreeMap::from(KNOWN);
    let wrong = ours.iter().filter(|row| row.agrees() == known.contains_key(row.behaviour.as_str()));
    let wrong =
        wrong.map(|row| format!("{}: Cognito {}, the sandbox {}", row.behaviour, row.documented, row.answer));
    assert_eq!(wrong.collect::<Vec<_>>(), [""; 0], "new differences, and known ones that are none");
    assert!(known.keys().all(|name| names.contains(name)), "a known difference that nobody asks about");
    assert!(agreeing(ours) * 100 >= ours.len() * LEAST, "{} of {}", agreeing(ours), ours.len());
}

fn agreeing(rows: &[Row]) -> usize {
    rows.iter().filter(|row| row.agrees()).count()
}

/// Neither a server that takes everything nor one that refuses everything looks right.
#[test]
fn a_server_that_knows_nothing_does_nothing_as_cognito() {
    let yes = ask(&always("200 OK", "{}"));
    assert_eq!(agreeing(&yes), 0);
    let no = ask(&always("400 Bad Request", r#"{"__type": "InvalidParameterException"}"#));
    assert!(agreeing(&no) * 20 < no.len(), "{} of {}", agreeing(&no), no.len());
}

/// The URL of a server with one answer to everything, for as long as the tests run.
fn always(status: &str, body: &str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let length = body.len();
    let answer = format!("HTTP/1.1 {status}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}");
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let _ = answer_once(stream, &answer);
        }
    });
    url
}

fn answer_once(mut stream: TcpStream, answer: &str) -> std::io::Result<()> {
    let (mut request, mut part) = (Vec::new(), vec![0; 1 << 16]);
    let end = loop {
        let length = stream.read(&mut part)?;
        if length == 0 {
            return Ok(());
        }
        request.extend_from_slice(&part[..length]);
        if let Some(end) = request.windows(4).position(|bytes| bytes == b"\r\n\r\n") {
            break end + 4;
        }
    };
    let head = String::from_utf8_lossy(&request[..end]).to_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
    std::io::copy(
        &mut (&mut stream).take(length.unwrap_or(0) - (request.len() - end) as u64),
        &mut std::io::sink(),
    )?;
    stream.write_all(answer.as_bytes())
}

/// What is pinned of a package.
fn version(name: &str) -> String {
    let pinned = std::fs::read_to_string(path(&format!("tests/servers/{name}.txt"))).unwrap();
    let mut lines = pinned.lines().filter_map(|line| line.split_once("=="));
    let found = lines.find(|(package, _)| package.split('[').next() == Some(name));
    format!("{name} {}", found.unwrap().1)
}

const HEAD: &str = "\
# The sandbox and other servers, behaviour by behaviour

What Cognito is known to do, and what the sandbox and two servers of others do of it. `tests/servers/compare.py` asks in plain
HTTP; how often a server does as Cognito is a measurement, not a judgement: the others were made for other things.

This file is made by a test, which fails when it is out of date.
";

/// How a behaviour is known.
const EVIDENCE: [(&str, &str); 6] = [
    ("documentation", "Cognito's documentation or its API's says so"),
    ("model", "a constraint, an error or a member of AWS's own model of the API"),
    ("protocol", "AWS JSON 1.1, the protocol that the API speaks"),
    ("observed", "seen in real answers of AWS"),
    ("measured", "measured against AWS by others, and the documentation does not say otherwise"),
    ("reported", "an error that users of AWS report, or that other tools work around"),
];

/// The whole comparison as Markdown.
fn document(all: &[Vec<Row>; 3]) -> String {
    let names = ["the sandbox".to_owned(), version("moto"), version("ministack")];
    let mut text = format!("{HEAD}\n| server | as Cognito | of | share |\n|---|---|---|---|\n");
    for (name, rows) in names.iter().zip(all) {
        let (right, of) = (agreeing(rows), rows.len());
        let share = right * 1000 / of;
        let _ = writeln!(text, "| {name} | {right} | {of} | {}.{} % |", share / 10, share % 10);
    }
    text.push_str("\n| how it is known | behaviours |\n|---|---|\n");
    for (by, meaning) in EVIDENCE {
        let count = all[0].iter().filter(|row| row.by == by).count();
        assert!(count > 0, "{by}");
        let _ = writeln!(text, "| *{by}*: {meaning} | {count} |");
    }
    text.push_str("\nWhere the sandbox does otherwise, and why:\n\n");
    for (name, why) in KNOWN {
        let _ = writeln!(text, "- {name}: {why}.");
    }
    let mut area = "";
    for (number, row) in all[0].iter().enumerate() {
        assert!(EVIDENCE.iter().any(|(by, _)| *by == row.by), "{}", row.by);
        if row.area != area {
            area = &row.area;
            let _ = writeln!(text, "\n## {}\n\n{}\n", title(area), row.about);
            let _ = writeln!(text, "| behaviour | Cognito | known by | {} |", names.join(" | "));
            text.push_str("|---|---|---|---|---|---|\n");
        }
        let cells: Vec<String> = all
            .iter()
            .map(|rows| {
                assert_eq!(rows[number].behaviour, row.behaviour);
                if rows[number].agrees() { "✓".to_owned() } else { cell(&rows[number].answer) }
            })
            .collect();
        let (behaviour, documented) = (row.behaviour.replace('|', "\\|"), cell(&row.documented));
        let _ = writeln!(text, "| {behaviour} | {documented} | {} | {} |", row.by, cells.join(" | "));
    }
    text
}

fn title(area: &str) -> String {
    let words = area.replace('_', " ");
    words[..1].to_uppercase() + &words[1..]
}

/// A value in a table: as code if it looks like that.
fn cell(value: &str) -> String {
    let value = value.replace('|', "\\|");
    if value.is_empty() {
        return "nothing".to_owned();
    }
    if value.starts_with('_') || value.contains(['{', '[', '<', '*']) { format!("`{value}`") } else { value }
}
