//! The one question to STS that clients of Cognito ask: whose account it is.

/// The content type of its requests.
pub(super) const FORM: &str = "application/x-www-form-urlencoded";

/// The answer to a form, if it asks that.
pub(super) fn answer(form: &[u8], account_id: &str, request_id: &str) -> Option<String> {
    let action = form_urlencoded::parse(form).find(|(name, _)| name == "Action");
    (action?.1 == "GetCallerIdentity").then(|| {
        format!(
            "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><GetCallerIdentityResult>\
             <Arn>arn:aws:iam::{account_id}:root</Arn><UserId>{account_id}</UserId><Account>{account_id}</Account>\
             </GetCallerIdentityResult><ResponseMetadata><RequestId>{request_id}</RequestId></ResponseMetadata>\
             </GetCallerIdentityResponse>"
        )
    })
}
