//! A server on loopback that speaks Cognito's protocol with the sandbox behind it, and as much of STS as is called, or
//! misbehaves as told.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use cognitops::cognito::{ReadCognito, ReadOperation, WriteCognito, WriteOperation};
use cognitops::sandbox::{Options, Sandbox};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use serde_json::{Value, json};

use crate::world::wait;

/// What a server answers to a call: status, headers and body.
pub(crate) type Answer = (u16, Vec<(String, String)>, Vec<u8>);

pub(crate) type Signers = BTreeMap<String, BTreeSet<String>>;

pub(crate) struct Server {
    port: u16,
    scheme: &'static str,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
    /// The targets and bodies of every call.
    pub(crate) calls: Arc<Mutex<Vec<(String, Value)>>>,
    /// The ids of access keys, and the calls that were signed with each.
    pub(crate) signers: Arc<Mutex<Signers>>,
}

impl Server {
    /// A server with an empty sandbox.
    pub(crate) fn sandbox() -> Self {
        let sandbox = Sandbox::in_memory(Options::default());
        Self::answering(move |operation, input| answer(&sandbox, operation, input))
    }

    /// The same, and a key set for every GET.
    pub(crate) fn sandbox_with_keys(keys: Value) -> Self {
        Self::start(None, with_keys(keys))
    }

    /// A server that answers what a function says.
    pub(crate) fn answering(answer: impl Fn(&str, Value) -> Answer + Send + 'static) -> Self {
        Self::start(None, answer)
    }

    /// A server over TLS with an empty sandbox, and a key set for every GET.
    pub(crate) fn with_tls(config: ServerConfig, keys: Value) -> Self {
        Self::start(Some(Arc::new(config)), with_keys(keys))
    }

    fn start(
        tls: Option<Arc<ServerConfig>>,
        answer: impl Fn(&str, Value) -> Answer + Send + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let stop = Arc::new(AtomicBool::new(false));
        let calls = Arc::new(Mutex::new(Vec::new()));
        let scheme = if tls.is_some() { "https" } else { "http" };
        let signers = Arc::new(Mutex::new(Signers::new()));
        let (stopped, seen, signed) = (Arc::clone(&stop), Arc::clone(&calls), Arc::clone(&signers));
        let thread = std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                if stopped.load(Ordering::SeqCst) {
                    return;
                }
                // A client that goes away in the middle is no matter of ours.
                let _ = match &tls {
                    None => serve(stream, &answer, &seen, &signed),
                    Some(config) => {
                        let connection = ServerConnection::new(Arc::clone(config)).unwrap();
                        serve(StreamOwned::new(connection, stream), &answer, &seen, &signed)
                    }
                };
            }
        });
        Self { port, scheme, stop, thread: Some(thread), calls, signers }
    }

    pub(crate) fn url(&self) -> String {
        format!("{}://localhost:{}", self.scheme, self.port)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        drop(TcpStream::connect(("127.0.0.1", self.port)));
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

/// Serves one request of a connection.
fn serve<S: Read + Write>(
    stream: S,
    answer: &dyn Fn(&str, Value) -> Answer,
    calls: &Mutex<Vec<(String, Value)>>,
    signers: &Mutex<Signers>,
) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    let (mut operation, mut signer, mut length, mut line) = (String::new(), None, 0, String::new());
    while stream.read_line(&mut line)? > 2 {
        if let Some((name, value)) = line.split_once(':') {
            match name.to_lowercase().as_str() {
                "x-amz-target" => value.trim().rsplit('.').next().unwrap().clone_into(&mut operation),
                "authorization" => {
                    let key = value.split_once("Credential=").and_then(|(_, rest)| rest.split('/').next());
                    signer = key.map(str::to_owned);
                }
                "content-length" => length = value.trim().parse().unwrap(),
                _ => {}
            }
        }
        line.clear();
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body)?;
    let mut input: Value = serde_json::from_slice(&body).unwrap_or_default();
    // STS names the operation in a form.
    if body.starts_with(b"Action=") {
        input =
            form_urlencoded::parse(&body).map(|(name, value)| (name.into_owned(), json!(value))).collect();
        input["Action"].as_str().unwrap().clone_into(&mut operation);
    }
    if let Some(signer) = signer {
        signers.lock().unwrap().entry(signer).or_default().insert(operation.clone());
    }
    calls.lock().unwrap().push((operation.clone(), input.clone()));
    let (status, headers, body) = answer(&operation, input);
    let stream = stream.get_mut();
    write!(stream, "HTTP/1.1 {status} X\r\nconnection: close\r\n")?;
    for (name, value) in headers {
        write!(stream, "{name}: {value}\r\n")?;
    }
    write!(stream, "content-length: {}\r\n\r\n", body.len())?;
    stream.write_all(&body)?;
    stream.flush()
}

/// What an empty sandbox answers to calls, and a key set to what is none.
fn with_keys(keys: Value) -> impl Fn(&str, Value) -> Answer + Send + 'static {
    let sandbox = Sandbox::in_memory(Options::default());
    move |operation, input| match operation {
        "" => (200, vec![json_type()], keys.to_string().into_bytes()),
        _ => answer(&sandbox, operation, input),
    }
}

/// What Cognito answers, by the sandbox, and STS.
pub(crate) fn answer(sandbox: &Sandbox, operation: &str, input: Value) -> Answer {
    if ["AssumeRole", "GetCallerIdentity"].contains(&operation) {
        return sts(operation, &input);
    }
    let read = ReadOperation::ALL.iter().find(|known| known.name() == operation);
    let write = WriteOperation::ALL.iter().find(|known| known.name() == operation);
    let result = match (read, write) {
        (Some(read), _) => wait(sandbox.read(*read, input)),
        (None, Some(write)) => wait(sandbox.write(*write, input)),
        (None, None) => panic!("{operation} is no operation"),
    };
    match result {
        Ok(answer) => (200, vec![json_type()], answer.to_string().into_bytes()),
        Err(error) => refused(error.code.as_str(), &error.message),
    }
}

/// A refusal as AWS sends it.
pub(crate) fn refused(code: &str, message: &str) -> Answer {
    let headers = vec![
        json_type(),
        ("x-amzn-errortype".to_owned(), code.to_owned()),
        ("x-amzn-requestid".to_owned(), "0123-request".to_owned()),
    ];
    (400, headers, json!({"__type": code, "message": message}).to_string().into_bytes())
}

/// What STS answers: the sandbox's account calls, and whatever role it asks for is its own. The key of a role `deploy` is
/// `AKIDDEPLOY`.
pub(crate) fn sts(operation: &str, input: &Value) -> Answer {
    let result = if operation == "AssumeRole" {
        let (role, session) =
            (input["RoleArn"].as_str().unwrap(), input["RoleSessionName"].as_str().unwrap());
        let key = role.rsplit('/').next().unwrap().to_uppercase();
        let user = role.replace(":iam:", ":sts:").replace(":role/", ":assumed-role/");
        format!(
            "<Credentials><AccessKeyId>AKID{key}</AccessKeyId><SecretAccessKey>canary</SecretAccessKey>\
             <SessionToken>canary</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>\
             <AssumedRoleUser><Arn>{user}/{session}</Arn><AssumedRoleId>AROA:{session}</AssumedRoleId>\
             </AssumedRoleUser>"
        )
    } else {
        let account = Options::default().account_id;
        format!("<Arn>arn:aws:iam::{account}:user/ci</Arn><UserId>AIDA</UserId><Account>{account}</Account>")
    };
    let body =
        format!("<{operation}Response><{operation}Result>{result}</{operation}Result></{operation}Response>");
    (200, vec![xml_type()], body.into_bytes())
}

/// A refusal as STS sends it.
pub(crate) fn sts_refused(code: &str, message: &str) -> Answer {
    let error = format!("<Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error>");
    let body = format!("<ErrorResponse>{error}<RequestId>0123-request</RequestId></ErrorResponse>");
    let headers = vec![xml_type(), ("x-amzn-requestid".to_owned(), "0123-request".to_owned())];
    (403, headers, body.into_bytes())
}

fn xml_type() -> (String, String) {
    ("content-type".to_owned(), "text/xml".to_owned())
}

pub(crate) fn json_type() -> (String, String) {
    ("content-type".to_owned(), "application/x-amz-json-1.1".to_owned())
}
