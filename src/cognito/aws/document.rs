//! JSON documents in the place of the SDK's typed bodies.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use aws_sdk_cognitoidentityprovider::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_cognitoidentityprovider::operation::RequestId;
use aws_sdk_sts::operation::assume_role::AssumeRoleError;
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::{
    AfterDeserializationInterceptorContextRef, BeforeDeserializationInterceptorContextMut,
    BeforeTransmitInterceptorContextMut,
};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::config_bag::ConfigBag;
use serde_json::{Value, json};

use crate::cognito::{ApiError, ErrorCode, ReadOperation};

/// The service's name in the protocol; `targetPrefix` in its model.
const TARGET: &str = "AWSCognitoIdentityProviderService";

/// The largest answer, in bytes.
const MAX_ANSWER_BYTES: usize = 16 << 20;

/// An interceptor that sends a document and keeps the answer's.
#[derive(Clone)]
pub(super) struct Document {
    operation: &'static str,
    body: Arc<[u8]>,
    answer: Arc<Mutex<Option<Answer>>>,
    started: Instant,
}

/// What came back, before the SDK read types into it.
struct Answer {
    status: u16,
    /// `None` if it did not arrive whole.
    body: Option<Vec<u8>>,
}

impl std::fmt::Debug for Document {
    // The body may hold secrets.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Document").field("bytes", &self.body.len()).finish_non_exhaustive()
    }
}

impl Document {
    pub(super) fn new(operation: &'static str, input: &Value) -> Self {
        let body = input.to_string().into_bytes().into();
        Self { operation, body, answer: Arc::default(), started: Instant::now() }
    }

    /// How long the call has taken, all its tries together.
    pub(super) fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    fn take(&self) -> Option<Answer> {
        self.answer.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl Intercept for Document {
    fn name(&self) -> &'static str {
        "Document"
    }

    fn modify_before_signing(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let request = context.request_mut();
        request.headers_mut().insert("content-length", self.body.len().to_string());
        // An operation that the SDK lacks travels as another one of its protocol.
        request.headers_mut().insert("x-amz-target", format!("{TARGET}.{}", self.operation));
        *request.body_mut() = SdkBody::from(self.body.to_vec());
        Ok(())
    }

    fn modify_before_deserialization(
        &self,
        context: &mut BeforeDeserializationInterceptorContextMut<'_>,
        components: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        Limit.modify_before_deserialization(context, components, config)
    }

    // Before deserialization the body is still on its way.
    fn read_after_deserialization(
        &self,
        context: &AfterDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let response = context.response();
        let body = response.body().bytes().map(<[u8]>::to_vec);
        let answer = Answer { status: response.status().as_u16(), body };
        *self.answer.lock().unwrap_or_else(PoisonError::into_inner) = Some(answer);
        Ok(())
    }
}

/// An interceptor that keeps answers to their largest size.
#[derive(Debug)]
pub(super) struct Limit;

impl Intercept for Limit {
    fn name(&self) -> &'static str {
        "Limit"
    }

    fn modify_before_deserialization(
        &self,
        context: &mut BeforeDeserializationInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let body = std::mem::replace(context.response_mut().body_mut(), SdkBody::empty());
        let limited = http_body_util::Limited::new(body, MAX_ANSWER_BYTES);
        *context.response_mut().body_mut() = SdkBody::from_body_1_x(limited);
        Ok(())
    }
}

/// The document that a call answered; what its types made of it does not matter.
pub(super) fn finish<T, E>(
    operation: &'static str,
    document: &Document,
    result: Result<T, SdkError<E, HttpResponse>>,
) -> Result<Value, ApiError>
where
    E: ProvideErrorMetadata + RequestId + std::error::Error + Send + Sync + 'static,
{
    if let Some(Answer { status: 200..=299, body: Some(body) }) = document.take() {
        let reads = ReadOperation::ALL.iter().any(|read| read.name() == operation);
        return match serde_json::from_slice(&body) {
            Ok(answer @ Value::Object(_)) => Ok(answer),
            // Deletions and tags answer nothing; what is read is never nothing.
            Err(_) if body.is_empty() && !reads => Ok(json!({})),
            _ => Err(no_answer(
                operation,
                "the server answered something that is no JSON object; is the endpoint Cognito's?",
            )),
        };
    }
    match result {
        Ok(_) => Err(no_answer(operation, "the server answered nothing")),
        Err(error) => Err(failure(operation, &error)),
    }
}

/// Why a call has no result.
pub(super) fn failure<E>(operation: &'static str, error: &SdkError<E, HttpResponse>) -> ApiError
where
    E: ProvideErrorMetadata + RequestId + std::error::Error + Send + Sync + 'static,
{
    if let Some(of_role) = role_failure(error) {
        return of_role;
    }
    match error {
        SdkError::ServiceError(error) => service_error(operation, error.err()),
        SdkError::TimeoutError(_) => no_answer(operation, "the server did not answer in time"),
        error => no_answer(operation, &chain(error)),
    }
}

/// Why there are no credentials, if they are those of a role.
fn role_failure(error: &(dyn std::error::Error + 'static)) -> Option<ApiError> {
    let failed = std::iter::successors(error.source(), |error| error.source())
        .find_map(|error| error.downcast_ref::<SdkError<AssumeRoleError, HttpResponse>>())?;
    Some(sts_failure("AssumeRole", failed))
}

/// Why STS has no result. It names a code with whatever it refuses.
pub(super) fn sts_failure<E>(operation: &'static str, error: &SdkError<E, HttpResponse>) -> ApiError
where
    E: ProvideErrorMetadata + RequestId + std::error::Error + Send + Sync + 'static,
{
    match error {
        SdkError::ServiceError(refusal) if refusal.err().code().is_none() => not_sts(operation),
        error => failure(operation, error),
    }
}

/// Something answered that is not STS.
pub(super) fn not_sts(operation: &'static str) -> ApiError {
    no_answer(operation, "the server does not answer as STS does; is STS at the same endpoint?")
}

fn service_error<E: ProvideErrorMetadata + RequestId>(operation: &'static str, error: &E) -> ApiError {
    ApiError {
        operation,
        code: ErrorCode::from(error.code().unwrap_or("UnknownError")),
        message: error.message().map_or("the server gave no reason", without_request).to_owned(),
        request_id: error.request_id().map(str::to_owned),
    }
}

/// A message without the request that a wrong signature was made for: the session token stands in it.
fn without_request(message: &str) -> &str {
    message.split("The Canonical String").next().unwrap_or_default().trim_end()
}

/// The call ended without an answer of the service.
pub(super) fn no_answer(operation: &'static str, message: &str) -> ApiError {
    ApiError { operation, code: ErrorCode::NoAnswer, message: message.to_owned(), request_id: None }
}

/// What an error and its sources say, each once. The SDK's own words for the outermost say nothing.
pub(super) fn chain(error: &dyn std::error::Error) -> String {
    let mut words: Vec<String> = Vec::new();
    let mut source = error.source();
    while let Some(error) = source {
        let text = error.to_string();
        // Further lines list every place where credentials were not.
        let text = text.lines().next().unwrap_or_default().trim_end_matches(" Attempted:");
        let text = text.split(" (os error").next().unwrap_or(text);
        // What a credential process says may hold anything.
        let text = text.split(". Stderr:").next().unwrap_or(text);
        let says_nothing =
            ["other", "io error", "dispatch failure", "the credential provider was not enabled"]
                .contains(&text);
        if !says_nothing && !words.iter().any(|known| known.contains(text)) {
            words.push(text.to_owned());
        }
        source = error.source();
    }
    if words.is_empty() { error.to_string() } else { words.join(": ") }
}
