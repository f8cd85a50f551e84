//! AWS JSON 1.1: which operation a request means, and what an answer looks like.

use std::panic::{AssertUnwindSafe, catch_unwind};

use serde_json::{Value, json};

use super::Shared;
use super::log::Log;
use crate::cognito::surface::SURFACE;
use crate::cognito::{
    ApiError, ErrorCode, OtherOperation, ReadCognito, ReadOperation, WriteCognito, WriteOperation,
};
use crate::sandbox::model;

/// What requests and answers are.
pub(super) const MEDIA_TYPE: &str = "application/x-amz-json-1.1";

/// The status of no answer at all: the connection is broken off.
const RESET: u16 = 0;

/// What the targets of Cognito's operations begin with.
const SERVICE: &str = "AWSCognitoIdentityProviderService.";

/// An operation of ours, whoever calls it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operation {
    Read(ReadOperation),
    Write(WriteOperation),
    Other(OtherOperation),
}

/// A request that gets no result.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) status: u16,
    pub(super) code: String,
    pub(super) message: String,
}

impl Fault {
    pub(super) fn new(status: u16, code: &str, message: impl Into<String>) -> Self {
        Self { status, code: code.to_owned(), message: message.into() }
    }

    /// Whether nothing is answered.
    pub(super) fn is_reset(&self) -> bool {
        self.status == RESET
    }

    pub(super) fn internal(message: impl Into<String>) -> Self {
        Self::new(500, "InternalErrorException", message)
    }

    /// As AWS writes it.
    pub(super) fn body(&self) -> Vec<u8> {
        json!({ "__type": self.code, "message": self.message }).to_string().into_bytes()
    }
}

impl From<ApiError> for Fault {
    fn from(error: ApiError) -> Self {
        let code = error.code.as_str();
        let status = match error.code {
            ErrorCode::NoAnswer => RESET,
            _ => model::status(code).unwrap_or(400),
        };
        Self::new(status, code, error.message)
    }
}

/// The name of the API's operation in a target, also of one that is not ours.
pub(super) fn name(target: Option<&str>) -> Option<&'static str> {
    let name = target?.strip_prefix(SERVICE)?;
    SURFACE.source.all_operations.iter().map(String::as_str).find(|known| *known == name)
}

/// The operation that a target names.
pub(super) fn operation(target: Option<&str>) -> Result<Operation, Fault> {
    let unknown = |message: String| Fault::new(400, "UnknownOperationException", message);
    let target =
        target.ok_or_else(|| unknown(format!("The header x-amz-target is missing: {SERVICE}OPERATION.")))?;
    let name = target.strip_prefix(SERVICE).ok_or_else(|| {
        unknown("This is Cognito user pools, and the target is of another service.".to_owned())
    })?;
    let ours = ReadOperation::from_name(name)
        .map(Operation::Read)
        .or_else(|| WriteOperation::from_name(name).map(Operation::Write))
        .or_else(|| OtherOperation::from_name(name).map(Operation::Other));
    ours.ok_or_else(|| {
        if self::name(Some(target)).is_some() {
            let message = format!(
                "The sandbox plays Cognito's control plane: it has no {name}, and neither users nor sign-in."
            );
            // A status that clients do not try again.
            Fault::new(501, "NotImplementedException", message)
        } else {
            unknown("Cognito has no such operation.".to_owned())
        }
    })
}

/// The input in a body. None at all is an empty one.
pub(super) fn input(media_type: Option<&str>, body: &[u8]) -> Result<Value, Fault> {
    let essence = media_type.unwrap_or_default().split(';').next().unwrap_or_default().trim();
    if !essence.eq_ignore_ascii_case(MEDIA_TYPE) {
        let message = format!("The content type must be {MEDIA_TYPE}.");
        return Err(Fault::new(415, "UnsupportedMediaTypeException", message));
    }
    let malformed = |message: String| Fault::new(400, "SerializationException", message);
    if body.is_empty() {
        return Ok(json!({}));
    }
    match serde_json::from_slice(body) {
        Ok(Value::Object(members)) => Ok(Value::Object(members)),
        Ok(_) => Err(malformed("The body must be a JSON object.".to_owned())),
        // The parser's own words may quote a secret.
        Err(error) => Err(malformed(format!(
            "The body is not JSON (line {}, column {}).",
            error.line(),
            error.column()
        ))),
    }
}

impl Operation {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Read(operation) => operation.name(),
            Self::Write(operation) => operation.name(),
            Self::Other(operation) => operation.name(),
        }
    }

    /// Calls the sandbox. An operation that panics fails alone.
    pub(super) async fn call(self, shared: &Shared, input: Value) -> Result<Value, Fault> {
        let sandbox = shared.sandbox.as_ref();
        let pending = match self {
            Self::Read(operation) => guarded(|| sandbox.read(operation, input)),
            Self::Other(operation) => guarded(|| sandbox.other(operation, input)),
            Self::Write(operation) => {
                if let Some(trouble) = shared.keeper.trouble() {
                    return Err(Fault::internal(format!("Nothing can be changed: {trouble}.")));
                }
                guarded(|| sandbox.write(operation, input))
            }
        };
        let answer = pending?.await;
        // Without an answer it may have been made too.
        let may_be_made = answer.as_ref().err().is_none_or(|error| error.code == ErrorCode::NoAnswer);
        if matches!(self, Self::Write(_)) && may_be_made {
            let kept = shared.keeper.kept().await;
            kept.map_err(|why| Fault::internal(format!("The change was made and is not kept: {why}.")))?;
        }
        Ok(answer?)
    }
}

/// Runs what must not take the server with it.
fn guarded<T>(run: impl FnOnce() -> T) -> Result<T, Fault> {
    catch_unwind(AssertUnwindSafe(run))
        .map_err(|_| Fault::internal("The sandbox failed in this call; its standard error says where."))
}

/// What the log shows of an input.
pub(super) fn for_the_log(shared: &Shared, operation: Operation, input: &Value) -> Option<Value> {
    shared.log.as_ref().map(|_| Log::input(operation.name(), input))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_an_answer() {
        let fault = guarded(|| -> u8 { panic!("this test panics on purpose") }).unwrap_err();
        assert_eq!((fault.status, fault.code.as_str()), (500, "InternalErrorException"));
        assert_eq!(guarded(|| 1).unwrap(), 1);
    }

    #[test]
    fn every_operation_of_the_api_is_ours_or_said_not_to_be() {
        let mut ours = 0;
        for name in &SURFACE.source.all_operations {
            match operation(Some(&format!("{SERVICE}{name}"))) {
                Ok(operation) => {
                    assert_eq!(operation.name(), name);
                    ours += 1;
                }
                Err(fault) => assert_eq!(fault.status, 501, "{name}"),
            }
        }
        let all = ReadOperation::ALL.len() + WriteOperation::ALL.len() + OtherOperation::ALL.len();
        assert_eq!(ours, all);
    }
}
