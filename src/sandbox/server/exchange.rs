//! One request and its answer.

use std::net::SocketAddr;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant, SystemTime};

use http_body_util::Full;
use hyper::body::{Body as _, Bytes, Incoming};
use hyper::header::{ALLOW, CONNECTION, CONTENT_TYPE, EXPECT, HOST, HeaderMap, HeaderName, HeaderValue};
use hyper::{Method, Request, Response, StatusCode, Version};
use serde_json::{Value, json};

use super::body::{self, NoBody};
use super::log::Line;
use super::protocol::{self, Fault, MEDIA_TYPE, Operation};
use super::{Shared, sts};
use crate::cognito::{ReadCognito, ReadOperation, WriteOperation};
use crate::sandbox::ui::IMAGES;

const TARGET: HeaderName = HeaderName::from_static("x-amz-target");
const REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");
const ERROR_TYPE: HeaderName = HeaderName::from_static("x-amzn-errortype");
const ERROR_MESSAGE: HeaderName = HeaderName::from_static("x-amzn-errormessage");

const HEALTH: &str = "/_sandbox/health";

/// What shows the sandbox's time, and puts it forward.
const CLOCK: &str = "/_sandbox/clock";

/// Where the images lie whose URLs are answered.
const HERE: &str = "/_sandbox/images/";

/// The most bytes of an image; more was never taken.
const MOST_OF_AN_IMAGE: usize = 1 << 20;

/// The longest message in a header: clients take no longer lines.
const LONGEST_HEADER: usize = 1_024;

type Answer = Response<Full<Bytes>>;

/// What a call was, for the log.
#[derive(Default)]
struct Called {
    name: Option<&'static str>,
    input: Option<Value>,
}

/// No answer: the connection is broken off.
#[derive(Debug, thiserror::Error)]
#[error("the connection is broken off, as the sandbox was told to")]
pub(super) struct Reset;

/// Answers any request.
pub(super) async fn answer(
    shared: &Shared,
    request: Request<Incoming>,
    address: Option<SocketAddr>,
) -> Result<Answer, Reset> {
    let is_whole = request.body().is_end_stream();
    let path = request.uri().path();
    let mut answer = match (request.method(), path) {
        (&Method::POST, "/") => return call(shared, request, address).await,
        (&Method::GET | &Method::HEAD, HEALTH) => {
            let health = json!({
                "status": if shared.keeper.trouble().is_some() { "state not kept" } else { "ok" },
                "calls": shared.calls.load(Ordering::Relaxed),
                "seconds": shared.started.elapsed().as_secs(),
                "region": shared.sandbox.region(),
            });
            with_type(with(health.to_string()), "application/json")
        }
        (&Method::GET | &Method::HEAD, path) if path.starts_with(HERE) => image(shared, path).await,
        (&Method::GET | &Method::HEAD, CLOCK) => time(shared),
        (&Method::POST, CLOCK) => match put_forward(shared, request).await {
            Ok(()) => return Ok(time(shared)),
            Err(fault) => return Ok(closing(refusal(&fault))),
        },
        (_, "/") => not_allowed("POST"),
        (_, CLOCK) => not_allowed("GET, HEAD, POST"),
        (_, path) if path == HEALTH || path.starts_with(HERE) => not_allowed("GET, HEAD"),
        _ => refusal(&Fault::new(404, "UnknownOperationException", "Calls go to the path /.")),
    };
    if !is_whole || shared.slots.available_permits() == 0 {
        answer.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    }
    Ok(answer)
}

/// Answers a call.
async fn call(
    shared: &Shared,
    request: Request<Incoming>,
    address: Option<SocketAddr>,
) -> Result<Answer, Reset> {
    let (at, started) = (SystemTime::now(), Instant::now());
    let number = shared.calls.fetch_add(1, Ordering::Relaxed) + 1;
    let id = format!("sandbox-{number}");
    let (head, body) = request.into_parts();
    let waits = head.version >= Version::HTTP_11 && head.headers.contains_key(EXPECT);
    let body = body::read(body, waits, &shared.limits).await;
    let is_broken = body.is_err();
    let mut called = Called::default();
    let result = match body.map_err(|why| no_body(&why, shared.limits.body, shared.limits.body_time)) {
        Err(fault) => Err(fault),
        Ok(body) => match identity(shared, &head.headers, &body, &id) {
            Some(text) => {
                called.name = Some("GetCallerIdentity");
                Ok(with_type(with(text), "text/xml"))
            }
            None => operate(shared, &head.headers, &body, address, &mut called).await,
        },
    };
    if let Some(log) = &shared.log {
        let error = result.as_ref().err().map(|fault| fault.code.as_str());
        let (operation, took) = (called.name, started.elapsed());
        let line = Line { number, at, operation, input: called.input, error, took };
        if let Err(message) = log.append(line) {
            (shared.complain)(&message);
        }
    }
    let mut answer = match result {
        Err(fault) if fault.is_reset() => return Err(Reset),
        result => result.unwrap_or_else(|fault| refusal(&fault)),
    };
    if let Ok(id) = HeaderValue::from_str(&id) {
        answer.headers_mut().insert(REQUEST_ID, id);
    }
    if is_broken || shared.slots.available_permits() == 0 {
        answer.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    }
    Ok(answer)
}

/// Does what a request in Cognito's protocol asks.
async fn operate(
    shared: &Shared,
    headers: &HeaderMap,
    body: &[u8],
    address: Option<SocketAddr>,
    called: &mut Called,
) -> Result<Answer, Fault> {
    let target = text(headers, &TARGET);
    called.name = protocol::name(target);
    let operation = protocol::operation(target)?;
    let input = protocol::input(text(headers, &CONTENT_TYPE), body)?;
    called.input = protocol::for_the_log(shared, operation, &input);
    let mut answer = operation.call(shared, input).await?;
    let has_an_image = matches!(
        operation,
        Operation::Read(ReadOperation::GetUICustomization)
            | Operation::Write(WriteOperation::SetUICustomization)
    );
    if has_an_image {
        bring_here(&mut answer["UICustomization"], headers, address);
    }
    Ok(with_type(with(answer.to_string()), MEDIA_TYPE))
}

/// Leads an image's URL to this server, by the name under which it was called.
fn bring_here(customization: &mut Value, headers: &HeaderMap, address: Option<SocketAddr>) {
    let Some(rest) = customization["ImageUrl"].as_str().and_then(|url| url.strip_prefix(IMAGES)) else {
        return;
    };
    let is_part = |c: char| c.is_ascii_alphanumeric() || ".-_:[]".contains(c);
    let named = text(headers, &HOST).filter(|host| !host.is_empty() && host.chars().all(is_part));
    let host = named.map(str::to_owned).or_else(|| address.map(|address| address.to_string()));
    if let Some(host) = host {
        customization["ImageUrl"] = json!(format!("http://{host}{HERE}{rest}"));
    }
}

async fn image(shared: &Shared, path: &str) -> Answer {
    let url = format!("{IMAGES}{}", &path[HERE.len()..]);
    match shared.sandbox.fetch(&url, MOST_OF_AN_IMAGE).await {
        Ok(bytes) => {
            let is_png = url.rsplit_once('.').is_some_and(|(_, ending)| ending == "png");
            let kind = if is_png { "image/png" } else { "image/jpeg" };
            with_type(with(bytes), kind)
        }
        Err(_) => refusal(&Fault::new(404, "ResourceNotFoundException", "There is no such image.")),
    }
}

/// The sandbox's time, in seconds since 1970.
fn time(shared: &Shared) -> Answer {
    let now = shared.sandbox.clock().now().as_secs_f64();
    with_type(with(json!({ "now": now }).to_string()), "application/json")
}

/// Puts the clock forward by as many seconds as the body says: `{"advanceSeconds": 60}`.
async fn put_forward(shared: &Shared, request: Request<Incoming>) -> Result<(), Fault> {
    let limits = &shared.limits;
    let body = body::read(request.into_body(), false, limits).await;
    let body = body.map_err(|why| no_body(&why, limits.body, limits.body_time))?;
    let wanted: Value = serde_json::from_slice(&body).unwrap_or_default();
    let members = wanted.as_object().filter(|members| members.len() == 1);
    let seconds = members.and_then(|members| members.get("advanceSeconds")).and_then(Value::as_u64);
    let seconds = seconds.filter(|seconds| u32::try_from(*seconds).is_ok()).ok_or_else(|| {
        Fault::new(400, "SerializationException", "The body must be {\"advanceSeconds\": NUMBER}.")
    })?;
    shared.sandbox.advance(Duration::from_secs(seconds));
    let kept = shared.keeper.kept().await;
    kept.map_err(|why| Fault::internal(format!("The clock was put forward, and that is not kept: {why}.")))
}

/// An answer after which the connection ends: what its request still holds is not read.
fn closing(mut answer: Answer) -> Answer {
    answer.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    answer
}

/// The answer to the one question to STS, if the request is that.
fn identity(shared: &Shared, headers: &HeaderMap, body: &[u8], id: &str) -> Option<String> {
    let media_type = text(headers, &CONTENT_TYPE)?.split(';').next()?.trim();
    let is_form = !headers.contains_key(TARGET) && media_type.eq_ignore_ascii_case(sts::FORM);
    is_form.then(|| sts::answer(body, &shared.sandbox.account_id(), id)).flatten()
}

fn no_body(why: &NoBody, limit: usize, time: Duration) -> Fault {
    match why {
        NoBody::TooLarge => {
            let message = format!("The body is larger than {} MiB.", limit >> 20);
            Fault::new(413, "RequestEntityTooLargeException", message)
        }
        NoBody::Late => {
            let message = format!("The body did not come within {} seconds.", time.as_secs());
            Fault::new(408, "RequestTimeoutException", message)
        }
        NoBody::Broken => Fault::new(400, "SerializationException", "The body is cut off."),
    }
}

fn refusal(fault: &Fault) -> Answer {
    let mut answer = with_type(with(fault.body()), MEDIA_TYPE);
    *answer.status_mut() = StatusCode::from_u16(fault.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let plain: String = fault.message.chars().take(LONGEST_HEADER).map(printable).collect();
    for (name, text) in [(ERROR_TYPE, &fault.code), (ERROR_MESSAGE, &plain)] {
        if let Ok(value) = HeaderValue::from_str(text) {
            answer.headers_mut().insert(name, value);
        }
    }
    answer
}

/// A character that may stand in a header.
fn printable(c: char) -> char {
    if c.is_ascii_graphic() || c == ' ' { c } else { '?' }
}

fn not_allowed(methods: &'static str) -> Answer {
    let message = format!("Answered here: {methods}.");
    let mut answer = refusal(&Fault::new(405, "MethodNotAllowedException", message));
    answer.headers_mut().insert(ALLOW, HeaderValue::from_static(methods));
    answer
}

fn with(text: impl Into<Bytes>) -> Answer {
    Response::new(Full::new(text.into()))
}

fn with_type(mut answer: Answer, media_type: &'static str) -> Answer {
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    answer
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}
