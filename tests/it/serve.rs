//! The sandbox over HTTP: with clients that AWS made, with requests that nobody should send, and killed at any moment.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Barrier};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use cognitops::cognito::surface::SURFACE;
use cognitops::sandbox::server::{Limits, Server};
use cognitops::sandbox::{Access, Options, Sandbox};
use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::runner::Project;

mod conditions;
#[cfg(feature = "aws")]
mod engine;

const LIMIT: Duration = Duration::from_mins(1);

/// `cognitops sandbox serve` on a free port.
pub(crate) struct Served {
    process: Child,
    first_line: String,
    address: String,
}

impl Served {
    fn start(directory: &Path, line: &str) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_cognitops"))
            .args(["sandbox", "serve", "--listen", "127.0.0.1:0"])
            .args(line.split_whitespace())
            .current_dir(directory)
            .env_clear()
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut first_line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut first_line).unwrap();
        let from = first_line.find("http://").unwrap_or_else(|| panic!("{first_line}"));
        let address = first_line[from + 7..].trim_end_matches(['\n', '"', '}']);
        let address = address.split('"').next().unwrap().to_owned();
        Self { process, first_line, address }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    fn call(&self, operation: &str, input: &Value) -> Answer {
        call(&self.address, operation, input)
    }

    fn signal(&self, name: &str) {
        let id = self.process.id().to_string();
        assert!(Command::new("kill").args([&format!("-{name}"), &id]).status().unwrap().success());
    }

    /// Asks it to stop; what it said on standard error, and its exit code.
    fn stop(mut self, signal: &str) -> (i32, String) {
        self.signal(signal);
        let started = Instant::now();
        let status = loop {
            match self.process.try_wait().unwrap() {
                Some(status) => break status,
                None => assert!(started.elapsed() < LIMIT, "it does not stop"),
            }
            std::thread::sleep(Duration::from_millis(10));
        };
        let mut said = String::new();
        self.process.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        (status.code().expect("it ends by itself"), said)
    }
}

/// A server with an account in memory.
#[cfg(feature = "aws")]
pub(crate) fn started() -> Served {
    Served::start(&std::env::temp_dir(), "")
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A server in this process, with limits of its own.
struct Here {
    address: String,
    stop: Option<tokio::sync::oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Here {
    fn start(limits: Limits) -> Self {
        let (stop, stopped) = tokio::sync::oneshot::channel();
        let (told, address) = std::sync::mpsc::channel();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let sandbox = Sandbox::in_memory(Options::default()).forgetful();
                let complain = Box::new(|message: &str| panic!("{message}"));
                let server = Server::new(sandbox, limits, None, complain);
                let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
                told.send(listener.local_addr().unwrap().to_string()).unwrap();
                server.serve(listener, async { drop(stopped.await) }).await.unwrap();
            });
        });
        Self { address: address.recv().unwrap(), stop: Some(stop), thread: Some(thread) }
    }
}

impl Drop for Here {
    fn drop(&mut self) {
        drop(self.stop.take());
        let ended = self.thread.take().unwrap().join();
        assert!(ended.is_ok() || std::thread::panicking());
    }
}

/// An HTTP answer.
#[derive(Debug)]
struct Answer {
    status: u16,
    head: String,
    body: Vec<u8>,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("{self:?}"))
    }

    fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.into_iter().find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// The status, and what is wrong if something is.
    fn brief(&self) -> String {
        let code = self.header("x-amzn-errortype").unwrap_or("-");
        if let Some(code) = self.header("x-amzn-errortype") {
            assert_eq!(self.json()["__type"], code);
            assert_eq!(self.header("content-type"), Some("application/x-amz-json-1.1"));
        }
        let closes = if self.header("connection") == Some("close") { ", close" } else { "" };
        format!("{} {code}: {}{closes}", self.status, self.header("x-amzn-errormessage").unwrap_or("-"))
    }
}

/// Reads one answer of a connection; nothing at all is no answer.
fn read_answer(stream: &mut impl BufRead) -> Option<Answer> {
    let (mut head, mut line) = (String::new(), String::new());
    while stream.read_line(&mut line).ok()? > 2 {
        head.push_str(&line);
        line.clear();
    }
    let status = head.split(' ').nth(1)?.parse().ok()?;
    let mut answer = Answer { status, head, body: Vec::new() };
    let length = answer.header("content-length").map_or(0, |length| length.parse().unwrap());
    answer.body = vec![0; length];
    stream.read_exact(&mut answer.body).ok()?;
    Some(answer)
}

fn connect(address: &str) -> TcpStream {
    let stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(LIMIT)).unwrap();
    stream
}

/// Sends bytes on a connection of their own.
fn send(address: &str, request: &[u8]) -> Answer {
    let mut stream = connect(address);
    stream.write_all(request).unwrap();
    read_answer(&mut BufReader::new(stream)).expect("an answer")
}

/// A request of Cognito's protocol.
fn request(operation: &str, body: &str) -> String {
    format!(
        "POST / HTTP/1.1\r\nhost: cognito\r\nx-amz-target: AWSCognitoIdentityProviderService.{operation}\r\n\
         content-type: application/x-amz-json-1.1\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
}

fn call(address: &str, operation: &str, input: &Value) -> Answer {
    send(address, request(operation, &input.to_string()).as_bytes())
}

/// Where the sandbox's answers are not as the model says.
const DEVIATIONS: [(&str, &str); 1] = [(
    "DescribeUserPoolDomain.DomainDescription.CustomDomainConfig.CertificateArn is missing",
    "of a prefix domain Cognito answers an empty block too",
)];

/// What the AWS CLI does not know yet.
const UNKNOWN_TO_THE_CLI: [&str; 5] = [
    "DescribeTermsByClient",
    "GetUserPoolClientSessionConfiguration",
    "GetUserPoolSessionConfiguration",
    "SetUserPoolClientSessionConfiguration",
    "SetUserPoolSessionConfiguration",
];

/// The same of members of inputs, and of answers.
const MEMBERS_UNKNOWN_TO_THE_CLI: [&str; 1] = ["UpdateUserPool.DcrConfiguration"];
const ANSWERS_UNKNOWN_TO_THE_CLI: [&str; 3] = [
    "CreateUserPoolClient.UserPoolClient.ClientType",
    "DescribeUserPoolClient.UserPoolClient.ClientType",
    "UpdateUserPoolClient.UserPoolClient.ClientType",
];

/// What a client of AWS did with every operation.
#[derive(Debug, Default, PartialEq, Eq)]
struct Driven {
    operations: BTreeSet<String>,
    unknown: BTreeSet<String>,
    without: BTreeSet<String>,
    deviations: BTreeSet<String>,
}

fn drive(client: &str) -> Driven {
    let directory = tempfile::tempdir().unwrap();
    let served = Served::start(directory.path(), "");
    let servers = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/servers");
    let output = Command::new(servers.join(".clients/bin/python"))
        .arg(servers.join("drive.py"))
        .args([client, &served.url()])
        .current_dir(directory.path())
        .output()
        .expect("the clients are installed by tests/servers/install");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut driven = Driven::default();
    for line in String::from_utf8(output.stdout).unwrap().lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        let operation = line["operation"].as_str().unwrap().to_owned();
        let texts = |member: &str| {
            let texts = line[member].as_array().cloned().unwrap_or_default();
            texts.into_iter().map(|text| text.as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        driven.without.extend(texts("without").iter().map(|member| format!("{operation}.{member}")));
        driven.deviations.extend(texts("deviations"));
        if line["unknown"] == true {
            driven.unknown.insert(operation.clone());
        }
        driven.operations.insert(operation);
    }
    let (code, said) = served.stop("TERM");
    assert_eq!(code, 0, "{said}");
    driven
}

fn set(texts: &[&str]) -> BTreeSet<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

fn every_operation() -> BTreeSet<String> {
    let all: BTreeSet<String> = SURFACE.configuration_operations.iter().cloned().collect();
    assert_eq!(all.len(), 67);
    all
}

#[test]
fn boto3_calls_every_operation() {
    let expected = Driven {
        operations: every_operation(),
        deviations: set(&DEVIATIONS.map(|(member, _)| member)),
        ..Driven::default()
    };
    assert_eq!(drive("boto3"), expected);
}

#[test]
fn the_aws_cli_calls_every_operation_that_it_knows() {
    let deviations = [&DEVIATIONS.map(|(member, _)| member)[..], &ANSWERS_UNKNOWN_TO_THE_CLI].concat();
    let expected = Driven {
        operations: every_operation(),
        unknown: set(&UNKNOWN_TO_THE_CLI),
        without: set(&MEMBERS_UNKNOWN_TO_THE_CLI),
        deviations: set(&deviations),
    };
    assert_eq!(drive("cli"), expected);
}

/// The first fenced block of the documentation of the sandbox in a language, with the address of a server in it.
fn documented(language: &str, served: &Served, with: &str) -> String {
    let text =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/sandbox.md")).unwrap();
    let fence = format!("\n```{language}\n");
    let mut blocks = text.split(&fence).skip(1).map(|rest| rest.split("```").next().unwrap());
    blocks.find(|block| block.contains(with)).unwrap().replace("127.0.0.1:9339", &served.address)
}

#[test]
fn what_the_documentation_says_of_clients_runs() {
    let project = Project::new();
    let served = Served::start(project.path(), "");
    let bin = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/servers/.clients/bin");
    let run = |command: &mut Command| {
        let keys = [("AWS_ACCESS_KEY_ID", "test"), ("AWS_SECRET_ACCESS_KEY", "test")];
        let output = command.envs(keys).current_dir(project.path()).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let script = documented("python", &served, "boto3");
    assert_eq!(run(Command::new(bin.join("python")).args(["-c", &script])), "customers\n");
    let line = documented("sh", &served, "list-user-pools");
    let words: Vec<&str> = line.split_whitespace().collect();
    assert_eq!(words[0], "aws");
    let listed = run(Command::new(bin.join("python")).arg(bin.join("aws")).args(&words[1..]));
    assert!(listed.contains("\"Name\": \"customers\""), "{listed}");
    let line = documented("sh", &served, "--listen");
    assert!(line.starts_with("cognitops sandbox serve --listen "));
    drop(served);
    let words: Vec<&str> = line.split_whitespace().collect();
    let documented = Served::start(project.path(), &words[5..].join(" "));
    assert!(create(&documented, 1));
    assert_eq!(documented.stop("TERM").0, 0);
    assert!(project.at("cognito.json").exists() && project.at("calls.jsonl").exists());
    // The limits that are written down are those of the code.
    let (limits, text) = (
        Limits::default(),
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/commands.md")).unwrap(),
    );
    for row in [
        format!(
            "| {} MiB, {} s, {} s |",
            limits.body >> 20,
            limits.head_time.as_secs(),
            limits.body_time.as_secs()
        ),
        format!("| {}; others wait |", limits.connections),
    ] {
        assert!(text.contains(&row), "{row}");
    }
}

#[test]
fn requests_that_are_none_are_refused_in_the_protocol() {
    let here = Here::start(Limits::default());
    let list = request("ListUserPools", r#"{"MaxResults": 5}"#);
    let mut said = String::new();
    for (name, request) in [
        ("a call", list.clone()),
        ("no body", request("ListUserPools", "")),
        ("malformed JSON", request("ListUserPools", "{\"MaxResults\": ")),
        ("no object", request("ListUserPools", "[]")),
        ("nested too deeply", request("ListUserPools", &"[".repeat(10_000))),
        ("no UTF-8", request("CreateUserPool", "{\"PoolName\": \"\u{fffd}\"}")),
        ("a wrong type", request("ListUserPools", r#"{"MaxResults": "5"}"#)),
        ("another content type", list.replace("x-amz-json-1.1", "json")),
        ("no content type", list.replace("content-type", "x-content-type")),
        ("no target", list.replace("x-amz-target", "x-target")),
        ("another service", list.replace("AWSCognitoIdentityProviderService", "DynamoDB_20120810")),
        ("an unknown operation", request("ListPools", "{}")),
        ("an operation about users", request("AdminCreateUser", r#"{"Username": "x"}"#)),
        ("another path", list.replace("POST /", "POST /pools")),
        ("GET", "GET / HTTP/1.1\r\nhost: x\r\n\r\n".to_owned()),
        ("PUT", list.replace("POST", "PUT")),
        ("DELETE of the health", "DELETE /_sandbox/health HTTP/1.1\r\nhost: x\r\n\r\n".to_owned()),
        ("an image that is none", "GET /_sandbox/images/x.png HTTP/1.1\r\nhost: x\r\n\r\n".to_owned()),
        (
            "a preflight of a browser",
            "OPTIONS / HTTP/1.1\r\nhost: x\r\norigin: http://evil\r\n\r\n".to_owned(),
        ),
        ("another question to STS", {
            let body = "Action=AssumeRole";
            format!(
                "POST / HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: {}\
                 \r\n\r\n{body}",
                body.len()
            )
        }),
        ("HTTP/1.0", list.replace("HTTP/1.1", "HTTP/1.0")),
        ("no HTTP", "hello\r\n\r\n".to_owned()),
    ] {
        let mut request = request.into_bytes();
        if name == "no UTF-8" {
            request.iter_mut().filter(|byte| !byte.is_ascii()).for_each(|byte| *byte = 0xff);
        }
        let answer = send(&here.address, &request).brief();
        writeln!(said, "{name}: {answer}").unwrap();
    }
    assert_snapshot!(said, @"
    a call: 200 -: -
    no body: 400 InvalidParameterException: 1 validation error detected: Value at 'maxResults' failed to satisfy constraint: Member must not be null
    malformed JSON: 400 SerializationException: The body is not JSON (line 1, column 15).
    no object: 400 SerializationException: The body must be a JSON object.
    nested too deeply: 400 SerializationException: The body is not JSON (line 1, column 128).
    no UTF-8: 400 SerializationException: The body is not JSON (line 1, column 15).
    a wrong type: 400 SerializationException: The value at 'maxResults' has another type than the member
    another content type: 415 UnsupportedMediaTypeException: The content type must be application/x-amz-json-1.1.
    no content type: 415 UnsupportedMediaTypeException: The content type must be application/x-amz-json-1.1.
    no target: 400 UnknownOperationException: The header x-amz-target is missing: AWSCognitoIdentityProviderService.OPERATION.
    another service: 400 UnknownOperationException: This is Cognito user pools, and the target is of another service.
    an unknown operation: 400 UnknownOperationException: Cognito has no such operation.
    an operation about users: 501 NotImplementedException: The sandbox plays Cognito's control plane: it has no AdminCreateUser, and neither users nor sign-in.
    another path: 404 UnknownOperationException: Calls go to the path /., close
    GET: 405 MethodNotAllowedException: Answered here: POST.
    PUT: 405 MethodNotAllowedException: Answered here: POST., close
    DELETE of the health: 405 MethodNotAllowedException: Answered here: GET, HEAD.
    an image that is none: 404 ResourceNotFoundException: There is no such image.
    a preflight of a browser: 405 MethodNotAllowedException: Answered here: POST.
    another question to STS: 400 UnknownOperationException: The header x-amz-target is missing: AWSCognitoIdentityProviderService.OPERATION.
    HTTP/1.0: 200 -: -
    no HTTP: 400 -: -, close
    ");
}

#[test]
fn a_connection_serves_many_calls() {
    let here = Here::start(Limits::default());
    let mut stream = BufReader::new(connect(&here.address));
    for number in 1..=3 {
        stream.get_mut().write_all(request("ListUserPools", r#"{"MaxResults": 5}"#).as_bytes()).unwrap();
        let answer = read_answer(&mut stream).unwrap();
        assert_eq!(answer.status, 200);
        assert_eq!(answer.header("x-amzn-requestid"), Some(format!("sandbox-{number}").as_str()));
    }
    // What is refused ends no connection, if it was read to its end.
    stream.get_mut().write_all(request("ListPools", "{}").as_bytes()).unwrap();
    assert_eq!(read_answer(&mut stream).unwrap().status, 400);
    stream.get_mut().write_all(b"GET /_sandbox/health HTTP/1.1\r\nhost: x\r\n\r\n").unwrap();
    let health = read_answer(&mut stream).unwrap().json();
    assert_eq!((&health["status"], &health["calls"]), (&json!("ok"), &json!(4)));
}

#[test]
fn a_body_that_is_too_large_is_refused_and_its_connection_closed() {
    let here = Here::start(Limits::default());
    let expected = "413 RequestEntityTooLargeException: The body is larger than 8 MiB., close";
    let head = request("CreateUserPool", "");
    let piece = vec![b'x'; 1 << 20];
    let declared = head.replace("content-length: 0", &format!("content-length: {}", 50 << 20));
    let chunked = head.replace("content-length: 0", "transfer-encoding: chunked");
    for (head, is_chunked) in [(declared, false), (chunked, true)] {
        let mut stream = BufReader::new(connect(&here.address));
        stream.get_mut().write_all(head.as_bytes()).unwrap();
        for _ in 0..50 {
            if is_chunked {
                stream.get_mut().write_all(format!("{:x}\r\n", piece.len()).as_bytes()).unwrap();
            }
            stream.get_mut().write_all(&piece).unwrap();
            if is_chunked {
                stream.get_mut().write_all(b"\r\n").unwrap();
            }
        }
        if is_chunked {
            stream.get_mut().write_all(b"0\r\n\r\n").unwrap();
        }
        assert_eq!(read_answer(&mut stream).unwrap().brief(), expected);
        assert!(read_answer(&mut stream).is_none(), "the connection is closed");
    }
    // Who asks first, or sends more than anybody would read, is refused before the body comes.
    let asking = head
        .replace("content-length: 0", &format!("expect: 100-continue\r\ncontent-length: {}", (8 << 20) + 1));
    assert_eq!(send(&here.address, asking.as_bytes()).brief(), expected);
    let endless = head.replace("content-length: 0", &format!("content-length: {}", 1_u64 << 50));
    assert_eq!(send(&here.address, endless.as_bytes()).brief(), expected);
    // The limit itself is allowed.
    let mut body = "{\"PoolName\": \"".to_owned();
    body.push_str(&"x".repeat((8 << 20) - body.len() - 2));
    body.push_str("\"}");
    let answer = send(&here.address, request("CreateUserPool", &body).as_bytes());
    assert_eq!(answer.header("x-amzn-errortype"), Some("InvalidParameterException"));
    assert!(answer.header("x-amzn-errormessage").unwrap().len() <= 1_024, "clients take no longer headers");
}

#[test]
fn slow_clients_are_let_go() {
    let limits = Limits {
        head_time: Duration::from_millis(300),
        body_time: Duration::from_millis(300),
        answer_time: Duration::from_millis(300),
        ..Limits::default()
    };
    let here = Here::start(limits);
    let started = Instant::now();
    // A head that never ends, and nothing at all.
    for begun in ["POST / HTTP/1.1\r\nhost: x\r\n", ""] {
        let mut stream = connect(&here.address);
        stream.write_all(begun.as_bytes()).unwrap();
        let mut left = Vec::new();
        let _ = stream.read_to_end(&mut left);
        assert!(left.is_empty() || left.starts_with(b"HTTP/1.1 408"), "{}", String::from_utf8_lossy(&left));
    }
    // A body that never ends.
    let body = request("ListUserPools", "{}").replace("content-length: 2", "content-length: 20");
    let answer = send(&here.address, body.as_bytes()).brief();
    assert!(answer.starts_with("408 RequestTimeoutException"), "{answer}");
    assert!(answer.ends_with(", close"), "{answer}");
    // A client that asks and asks and reads no answer.
    let mut deaf = connect(&here.address);
    deaf.set_write_timeout(Some(Duration::from_millis(100))).unwrap();
    let many = request("CreateUserPool", &json!({ "PoolName": "p" }).to_string()).repeat(1_000);
    while deaf.write_all(many.as_bytes()).is_ok() {
        assert!(started.elapsed() < LIMIT, "it takes everything");
    }
    std::thread::sleep(Duration::from_millis(500));
    deaf.set_write_timeout(Some(LIMIT)).unwrap();
    while deaf.write_all(many.as_bytes()).is_ok() {
        assert!(started.elapsed() < LIMIT, "the connection stays");
    }
    assert!(started.elapsed() < LIMIT, "{:?}", started.elapsed());
    assert_eq!(call(&here.address, "ListUserPools", &json!({"MaxResults": 1})).status, 200);
}

/// As many clients at a time, each of which does something with its connection.
fn at_once(clients: usize, each: impl Fn(usize) + Send + Sync + 'static) {
    let (each, barrier) = (Arc::new(each), Arc::new(Barrier::new(clients)));
    let threads: Vec<_> = (0..clients)
        .map(|number| {
            let (each, barrier) = (Arc::clone(&each), Arc::clone(&barrier));
            let run = move || {
                barrier.wait();
                each(number);
            };
            std::thread::Builder::new().stack_size(256 << 10).spawn(run).unwrap()
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
}

#[test]
fn a_thousand_clients_at_once_are_all_answered() {
    let here = Here::start(Limits::default());
    let address = here.address.clone();
    let last = Arc::new(Barrier::new(1_000));
    at_once(1_000, move |number| {
        let mut stream = BufReader::new(connect(&address));
        let body = json!({ "PoolName": format!("pool-{number}") }).to_string();
        stream.get_mut().write_all(request("CreateUserPool", &body).as_bytes()).unwrap();
        let answer = read_answer(&mut stream).expect("an answer");
        assert_eq!(answer.status, 200);
        // Nobody hangs up before all have their answers, though there are fewer slots than clients.
        last.wait();
    });
    let mut names = BTreeSet::new();
    let mut input = json!({ "MaxResults": 60 });
    loop {
        let page = call(&here.address, "ListUserPools", &input).json();
        names.extend(
            page["UserPools"].as_array().unwrap().iter().map(|pool| pool["Name"].clone().to_string()),
        );
        match &page["NextToken"] {
            Value::Null => break,
            token => input["NextToken"] = token.clone(),
        }
    }
    assert_eq!(names.len(), 1_000);
}

#[test]
fn the_first_line_says_where_it_listens() {
    let project = Project::new();
    let served = Served::start(project.path(), "");
    assert_eq!(served.first_line, format!("listening on {}\n", served.url()));
    let (code, said) = served.stop("INT");
    assert_eq!(code, 0);
    assert_snapshot!(said, @"
    the account is in memory and goes with the server; --state FILE keeps it
    stopped after 0 calls
    ");
    let served = Served::start(project.path(), "--format json --state state.json --quiet");
    let line: Value = serde_json::from_str(&served.first_line).unwrap();
    assert_eq!(line, json!({"formatVersion": 1, "listening": served.url(), "state": "state.json"}));
    assert_eq!(served.stop("TERM"), (0, String::new()));
}

#[test]
fn ids_and_secrets_are_repeatable_from_a_seed() {
    let project = Project::new();
    let first = |line: &str| {
        let served = Served::start(project.path(), line);
        let pool = served.call("CreateUserPool", &json!({"PoolName": "p"})).json();
        let id = pool["UserPool"]["Id"].clone();
        let input = json!({"UserPoolId": id, "ClientName": "c", "GenerateSecret": true});
        let client = served.call("CreateUserPoolClient", &input).json()["UserPoolClient"].clone();
        assert_eq!(served.stop("TERM").0, 0);
        (pool["UserPool"]["Arn"].clone(), client["ClientId"].clone(), client["ClientSecret"].clone())
    };
    let drawn = first("");
    assert_eq!(first("--seed 0"), drawn);
    assert_eq!(first("--seed 0 --state of-zero.json"), drawn);
    assert_ne!(first("--seed 7"), drawn);
    let (arn, ..) = first("--region eu-west-1 --account-id 111122223333");
    assert!(
        arn.as_str().unwrap().starts_with("arn:aws:cognito-idp:eu-west-1:111122223333:userpool/eu-west-1_")
    );
    // A second run of the same account goes on, and repeats nothing.
    assert_ne!(first("--seed 0 --state of-zero.json"), drawn);
}

#[test]
fn a_wrong_command_line() {
    let project = Project::new().file("broken.json", "{").file("other.json", "{}");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let mut said = String::new();
    for line in [
        "--listen 0.0.0.0:0".to_owned(),
        "--listen [::]:0".to_owned(),
        "--listen 9339".to_owned(),
        "--sandbox=x.json".to_owned(),
        "--account-id 12".to_owned(),
        "--state broken.json".to_owned(),
        "--state other.json".to_owned(),
        "--log no/where.jsonl".to_owned(),
        format!("--listen 127.0.0.1:{port}"),
    ] {
        let ran = project.run(&format!("sandbox serve {line}"));
        said.push_str(&format!("{line}\n{ran}\n\n").replace(&port.to_string(), "PORT"));
    }
    assert_snapshot!(said, @"
    --listen 0.0.0.0:0
    exit: 64
    --- stderr
    error: 0.0.0.0 is reached from other machines, and the sandbox checks no signatures
      help: listen on 127.0.0.1, or let everybody in who can reach it with --allow-remote

    --listen [::]:0
    exit: 64
    --- stderr
    error: :: is reached from other machines, and the sandbox checks no signatures
      help: listen on 127.0.0.1, or let everybody in who can reach it with --allow-remote

    --listen 9339
    exit: 64
    --- stderr
    error: invalid value '9339' for '--listen <ADDRESS:PORT>': invalid socket address syntax

    For more information, try '--help'.

    --sandbox=x.json
    exit: 64
    --- stderr
    error: --sandbox says what other commands work on
      help: name the file with --state FILE

    --account-id 12
    exit: 64
    --- stderr
    error: invalid value '12' for '--account-id <ID>': an account's id is 12 digits

    For more information, try '--help'.

    --state broken.json
    exit: 1
    --- stderr
    error: the sandbox file broken.json is broken (line 1, column 1); mend it, remove it, or choose another with --state FILE

    --state other.json
    exit: 1
    --- stderr
    error: other.json is not a sandbox file of cognitops; choose another with --state FILE

    --log no/where.jsonl
    exit: 1
    --- stderr
    error: the log no/where.jsonl: no such file or directory
      help: give another file with --log

    --listen 127.0.0.1:PORT
    exit: 1
    --- stderr
    error: 127.0.0.1:PORT cannot be listened on: Address already in use (os error 98)
      help: choose another with --listen ADDRESS:PORT
    ");
}

#[test]
fn the_help() {
    let project = Project::new();
    assert_snapshot!(project.run("sandbox serve --help").own_help(), @"
    exit: 0
    --- stdout
    Serve the sandbox over HTTP: what takes an endpoint URL takes it for Cognito

    Usage: cognitops sandbox serve [OPTIONS]

    Options:
          --listen <ADDRESS:PORT>
              The address and port to listen on; port 0 takes a free one
              
              [default: 127.0.0.1:9339]

          --allow-remote
              Let other machines in, on an address that is not loopback

          --state <FILE>
              Keep the account in a file, which `--sandbox=FILE` of other commands reads too. Default:
              in memory

          --seed <NUMBER>
              Draw ids and secrets from this number, the same in every run; an account with pools goes
              on as it began

          --account-id <ID>
              The account of new pools, 12 digits
              
              [default: 123456789012]

          --log <FILE>
              Append a line of JSON for each call to a file, without secrets

      -h, --help
              Print help (see a summary with '-h')

    Conditions:
          --quotas <WHOSE>
              Whose request rates hold: those of AWS, by category and by operation and pool, or none
              
              [default: none]
              [possible values: none, aws]

          --latency <DURATION>
              How long each call takes: 50ms, 2s. Changes of one pool can then overlap, which Cognito
              refuses
              
              [default: 0s]

          --fault <throttle=SHARE,error=SHARE,reset=SHARE>
              Which shares of all calls fail: throttled, with an internal error, or without an answer
              (half of those after they took effect), drawn from --seed

          --stale-for <DURATION>
              How long after a change a read may still see what was before
              
              [default: 0s]

          --settle-after <DURATION>
              How long domains are CREATING, UPDATING or DELETING, and replicas CREATING, by the
              sandbox's clock
              
              [default: 0s]

    …
          --env <NAME>
              The environment of cognitops.yaml to work on; several, side by side, as in dev,stage

          --all-envs
              Work on every environment of cognitops.yaml

          --sandbox[=<FILE>]
              Work on the embedded sandbox, an account of its own in a file. Default:
              .cognitops/sandbox-ENV.json

          --sandbox-omitted <MODE>
              What the sandbox does with members that an update leaves out: `documented` (they go back
              to their defaults), `measured` (as third parties have observed, member by member) or
              `keep`
              
              [default: documented]

          --sandbox-shuffle <SEED>
              Let the sandbox answer lists without order in an order that this number seeds

          --region <REGION>
              The AWS Region; it wins over the environment's

          --profile <NAME>
              The AWS profile to take credentials from; it wins over the environment's

          --endpoint-url <URL>
              A Cognito-compatible server in the place of AWS's own; it wins over the environment's

          --ca-bundle <FILE>
              Certificates to trust in place of the system's, in PEM
              
              [env: AWS_CA_BUNDLE]

          --color <COLOR>
              When to use colour. `NO_COLOR` is respected
              
              [default: auto]
              [possible values: auto, always, never]

          --format <FORMAT>
              What the output is for: people, or programs (JSON with a `formatVersion`)
              
              [default: human]
              [possible values: human, json]

      -q, --quiet
              No progress and no remarks on standard error, only errors

      -v, --verbose...
              Log on standard error: -v each call, -vv also what the HTTP client does. Never a request's
              or answer's body

    It speaks Cognito's protocol: boto3, the AWS CLI, Terraform and cognitops itself work on it with any
    credentials. It plays
    the control plane: pools, clients, domains and what else configures them, and no users. It checks no
    signatures, so only
    this machine can reach it unless --allow-remote is given. Ctrl-C or SIGTERM stops it.

    Examples:
      cognitops sandbox serve
      cognitops sandbox serve --listen 127.0.0.1:0 --state cognito.json --log calls.jsonl
      cognitops sandbox serve --quotas aws --latency 20ms --fault throttle=0.05,error=0.01
      aws cognito-idp list-user-pools --max-results 10 --endpoint-url http://127.0.0.1:9339
    ");
}

#[test]
fn other_machines_are_let_in_only_when_asked() {
    let project = Project::new();
    let served = Served::start(project.path(), "");
    assert!(served.address.starts_with("127.0.0.1:"));
    drop(served);
    let mut process = Command::new(env!("CARGO_BIN_EXE_cognitops"))
        .args(["sandbox", "serve", "--listen", "0.0.0.0:0", "--allow-remote"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
    process.kill().unwrap();
    process.wait().unwrap();
    assert!(line.starts_with("listening on http://0.0.0.0:"), "{line}");
}

/// The names of the pools in a state file.
fn pools_of(path: &Path) -> BTreeSet<String> {
    let sandbox = Sandbox::open(path, Access::Read, Options::default()).unwrap();
    let document = sandbox.document();
    let pools = document["pools"].as_object().unwrap().values();
    pools.map(|pool| pool["pool"]["Name"].as_str().unwrap().to_owned()).collect()
}

fn create(served: &Served, number: usize) -> bool {
    served.call("CreateUserPool", &json!({ "PoolName": format!("pool-{number:05}") })).status == 200
}

#[test]
fn a_server_that_stops_has_kept_everything() {
    let project = Project::new();
    let served = Served::start(project.path(), "--state state.json");
    assert!((0..20).all(|number| create(&served, number)));
    let second = project.run("sandbox serve --listen 127.0.0.1:0 --state state.json");
    assert_eq!(second.code, 1);
    assert!(second.stderr.contains("in use by another cognitops"), "{second}");
    assert_eq!(served.stop("TERM").0, 0);
    assert_eq!(pools_of(&project.at("state.json")).len(), 20);
    // The same file, in a new server and without one.
    let served = Served::start(project.path(), "--state state.json");
    let page = served.call("ListUserPools", &json!({"MaxResults": 60})).json();
    assert_eq!(page["UserPools"].as_array().unwrap().len(), 20);
    assert_eq!(served.stop("INT").0, 0);
    let ran = project.run("export pool-00003 --sandbox=state.json");
    assert_eq!(ran.code, 0, "{ran}");
}

#[test]
fn a_server_that_is_killed_leaves_a_whole_file_with_all_that_it_answered() {
    for after in [150, 400, 700] {
        let project = Project::new();
        let path = project.at("state.json");
        let served = Served::start(project.path(), "--state state.json");
        let address = served.address.clone();
        let writer = std::thread::spawn(move || {
            let mut answered = Vec::new();
            for number in 0.. {
                let body = json!({ "PoolName": format!("pool-{number:05}") }).to_string();
                let Ok(mut stream) = TcpStream::connect(&address) else { break };
                let sent = stream.write_all(request("CreateUserPool", &body).as_bytes());
                match sent.ok().and_then(|()| read_answer(&mut BufReader::new(stream))) {
                    Some(answer) => assert_eq!(answer.status, 200),
                    None => break,
                }
                answered.push(format!("pool-{number:05}"));
            }
            answered
        });
        std::thread::sleep(Duration::from_millis(after));
        served.signal("KILL");
        let answered = writer.join().unwrap();
        let kept = if path.exists() { pools_of(&path) } else { BTreeSet::new() };
        // What was answered is there, and at most one more, whose answer was on its way.
        let expected: BTreeSet<String> = (0..kept.len()).map(|number| format!("pool-{number:05}")).collect();
        assert_eq!(kept, expected);
        assert!((answered.len()..=answered.len() + 1).contains(&kept.len()), "{} {kept:?}", answered.len());
        // And the next server goes on with it.
        let served = Served::start(project.path(), "--state state.json");
        assert!(create(&served, 99_999));
        assert_eq!(served.stop("TERM").0, 0);
        assert_eq!(pools_of(&path).len(), kept.len() + 1);
    }
}

#[test]
fn a_change_is_in_the_file_once_it_is_answered() {
    let project = Project::new();
    let served = Served::start(project.path(), "--state state.json");
    for number in 1..=5 {
        assert!(create(&served, number));
        assert_eq!(pools_of(&project.at("state.json")).len(), number);
    }
    // Of many at once too.
    std::thread::scope(|scope| {
        let made: Vec<_> = (6..=30)
            .map(|number| {
                scope.spawn({
                    let served = &served;
                    move || create(served, number)
                })
            })
            .collect();
        assert!(made.into_iter().all(|one| one.join().unwrap()));
    });
    drop(served); // it is killed
    assert_eq!(pools_of(&project.at("state.json")).len(), 30);
}

#[test]
fn a_state_that_cannot_be_kept_stops_changes_until_it_can() {
    let project = Project::new();
    std::fs::create_dir(project.at("place")).unwrap();
    let served = Served::start(project.path(), "--state place/state.json");
    std::fs::rename(project.at("place"), project.at("elsewhere")).unwrap();
    let first = served.call("CreateUserPool", &json!({"PoolName": "pool-00001"}));
    assert!(first.brief().starts_with("500 InternalErrorException: The change was made and is not kept: "));
    let until = |what: &dyn Fn() -> bool| {
        let started = Instant::now();
        while !what() {
            assert!(started.elapsed() < LIMIT);
            std::thread::sleep(Duration::from_millis(20));
        }
    };
    let create_fails = || {
        let answer = served.call("CreateUserPool", &json!({"PoolName": "pool-00002"}));
        answer.brief().starts_with("500 InternalErrorException: Nothing can be changed: the sandbox file ")
    };
    assert!(create_fails());
    assert_eq!(served.call("ListUserPools", &json!({"MaxResults": 1})).status, 200, "reading goes on");
    std::fs::rename(project.at("elsewhere"), project.at("place")).unwrap();
    until(&|| create(&served, 3));
    let (code, said) = served.stop("TERM");
    assert_eq!(code, 0, "{said}");
    assert!(
        said.contains("warning: the state is not kept, and nothing can be changed until it is"),
        "{said}"
    );
    let kept = pools_of(&project.at("place/state.json"));
    assert!(kept.contains("pool-00001") && kept.contains("pool-00003"), "{kept:?}");
}

#[test]
fn the_log_has_a_line_for_each_call_and_no_secret() {
    let project = Project::new();
    let served = Served::start(project.path(), "--log calls.jsonl --state state.json");
    let id = served.call("CreateUserPool", &json!({"PoolName": "p"})).json()["UserPool"]["Id"].clone();
    let client = json!({"UserPoolId": id, "ClientName": "c", "ClientSecret": "canary1".repeat(6)});
    let client = served.call("CreateUserPoolClient", &client).json()["UserPoolClient"]["ClientId"].clone();
    let own = json!({"UserPoolId": id, "ClientId": client, "ClientSecret": "canary2".repeat(6)});
    assert_eq!(served.call("AddUserPoolClientSecret", &own).status, 200);
    let made = served
        .call("CreateUserPoolClient", &json!({"UserPoolId": id, "ClientName": "d", "GenerateSecret": true}));
    let made = made.json()["UserPoolClient"]["ClientSecret"].as_str().unwrap().to_owned();
    for (kind, details) in [
        ("Google", json!({"client_id": "g", "client_secret": "canary3", "authorize_scopes": "openid"})),
        ("SignInWithApple", json!({"private_key": "canary4", "nested": {"apiKey": ["canary5"]}})),
    ] {
        let provider =
            json!({"UserPoolId": id, "ProviderName": kind, "ProviderType": kind, "ProviderDetails": details});
        served.call("CreateIdentityProvider", &provider);
    }
    served.call("AdminCreateUser", &json!({"Username": "canary6", "TemporaryPassword": "canary7"}));
    served.call("SetUserPoolMfaConfig", &json!({"UserPoolId": id, "Future": {"Password": "canary8"}}));
    served.call("CanaryOperation", &json!({"X": "canary9"}));
    served.call("CreateUserPool", &json!("canary10"));
    assert_eq!(served.stop("TERM").0, 0);
    let log = project.read("calls.jsonl");
    assert!(!log.to_lowercase().contains("canary") && !log.contains(&made), "{log}");
    let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let brief: Vec<String> = lines
        .iter()
        .map(|line| {
            assert!(line["milliseconds"].is_number());
            let time = line["time"].as_str().unwrap();
            assert!(time.starts_with("20") && time.ends_with('Z'), "{time}");
            let operation = line["operation"].as_str().unwrap_or("-");
            format!("{} {operation} {}", line["number"], line["result"].as_str().unwrap())
        })
        .collect();
    assert_snapshot!(brief.join("\n"), @"
    1 CreateUserPool ok
    2 CreateUserPoolClient ok
    3 AddUserPoolClientSecret ok
    4 CreateUserPoolClient ok
    5 CreateIdentityProvider ok
    6 CreateIdentityProvider SerializationException
    7 AdminCreateUser NotImplementedException
    8 SetUserPoolMfaConfig ok
    9 - UnknownOperationException
    10 CreateUserPool SerializationException
    ");
    assert_eq!(lines[4]["input"]["ProviderDetails"]["client_id"], "g");
    assert_eq!(lines[4]["input"]["ProviderDetails"]["client_secret"], "(hidden)");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let bits = std::fs::metadata(project.at("calls.jsonl")).unwrap().permissions().mode();
        assert_eq!(bits & 0o777, 0o600);
    }
}

/// Our own client, the SDK's, against our own server.
#[cfg(feature = "aws")]
mod ours {
    use super::*;
    use crate::runner::Ran;

    fn run(project: &Project, served: &Served, line: &str) -> Ran {
        let line = format!("{line} --region us-east-1 --endpoint-url {}", served.url());
        let environment = [
            ("AWS_ACCESS_KEY_ID", "test"),
            ("AWS_SECRET_ACCESS_KEY", "test"),
            ("GOOGLE_CLIENT_SECRET", "google"),
            ("CORPORATE_CLIENT_SECRET", "corporate"),
        ];
        project.run_with(&line, "", &environment)
    }

    #[test]
    fn examples_plan_to_nothing_once_they_are_applied() {
        for example in ["branding", "hosted-ui", "sessions", "ui-customization"] {
            let (project, served) = (Project::example(example), Served::start(Path::new("."), ""));
            let ran = run(&project, &served, "apply -f . --yes --allow-create-pool");
            assert_eq!(ran.code, 0, "{ran}");
            let ran = run(&project, &served, "plan -f . --detailed-exitcode");
            assert_eq!(ran.code, 0, "{ran}");
            // Images too: they lie where the server says.
            let fetched = !ran.stdout.contains("not compared");
            assert!(fetched || example == "hosted-ui", "{ran}");
            let ran = run(&project, &served, "drift -f .");
            assert_eq!(ran.code, 0, "{ran}");
        }
    }

    #[test]
    fn the_account_is_asked_for() {
        let project = Project::with("apiVersion: cognitops/v1\npool: p\nsettings: {}\n");
        project.write(
            "cognitops.yaml",
            "environments:\n  dev: { accountId: '111122223333', manifests: [pool.yaml] }\n",
        );
        let served = Served::start(project.path(), "--account-id 111122223333");
        let ran = run(&project, &served, "apply --env dev --yes --allow-create-pool");
        assert_eq!(ran.code, 0, "{ran}");
        let other = Served::start(project.path(), "");
        let ran = run(&project, &other, "plan --env dev");
        assert_eq!(ran.code, 3, "{ran}");
        assert!(ran.stderr.contains("this is the account 123456789012"), "{ran}");
    }
}
