use std::fmt;

/// Declares the API's error codes; whatever else a server answers is kept as text.
macro_rules! error_codes {
    ($($variant:ident = $code:literal),+ $(,)?) => {
        /// The code of an error, as the API's model names it.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum ErrorCode {
            $(#[doc = concat!("`", $code, "`.")] $variant,)+
            /// No answer of the service came: no connection, no credentials, or something that is not Cognito.
            NoAnswer,
            /// A code that the model does not name, as the server spelt it.
            Other(String),
        }

        impl ErrorCode {
            /// The code in the API's spelling.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $code,)+
                    Self::NoAnswer => "no answer",
                    Self::Other(code) => code,
                }
            }
        }

        impl From<&str> for ErrorCode {
            fn from(code: &str) -> Self {
                match code {
                    $($code => Self::$variant,)+
                    other => Self::Other(other.to_owned()),
                }
            }
        }
    };
}

error_codes! {
    ConcurrentModification = "ConcurrentModificationException",
    DuplicateProvider = "DuplicateProviderException",
    FeatureUnavailableInTier = "FeatureUnavailableInTierException",
    GroupExists = "GroupExistsException",
    InternalError = "InternalErrorException",
    InternalServer = "InternalServerException",
    InvalidOAuthFlow = "InvalidOAuthFlowException",
    InvalidParameter = "InvalidParameterException",
    LimitExceeded = "LimitExceededException",
    ManagedLoginBrandingExists = "ManagedLoginBrandingExistsException",
    NotAuthorized = "NotAuthorizedException",
    ResourceNotFound = "ResourceNotFoundException",
    ScopeDoesNotExist = "ScopeDoesNotExistException",
    Serialization = "SerializationException",
    ServiceQuotaExceeded = "ServiceQuotaExceededException",
    TermsExists = "TermsExistsException",
    TierChangeNotAllowed = "TierChangeNotAllowedException",
    TooManyRequests = "TooManyRequestsException",
    UserPoolAddOnNotEnabled = "UserPoolAddOnNotEnabledException",
    UserPoolTagging = "UserPoolTaggingException",
}

/// What the service answered instead of a result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiError {
    /// The operation that failed, for example `UpdateUserPool`.
    pub operation: &'static str,
    /// The error's code.
    pub code: ErrorCode,
    /// The service's own words.
    pub message: String,
    /// The id under which AWS can look the request up, where the server gave one.
    pub request_id: Option<String>,
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { operation, code, message, request_id } = self;
        write!(f, "{operation}: {}: {message}", code.as_str())?;
        match request_id {
            Some(id) => write!(f, " (request {id})"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for ApiError {}
