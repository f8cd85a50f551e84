//! Requests on what a pool or a client has one of.

use serde_json::{Map, Value, json};

use super::{Patch, apply, complete, drop_absent, leave_out, remove_what_no_update_takes};
use crate::catalog::{Attached, Field, Kind, Shape};
use crate::normalize::{fold_attached, to_api, unfold_attached};
use crate::path::Path;

/// The request that replaces one as a whole: what is live goes along.
pub fn set_attached(
    kind: &Kind,
    attached: &Attached,
    pool_id: &str,
    client_id: Option<&str>,
    document: &Value,
    patch: &Patch,
) -> Value {
    let mut body = fold_attached(attached, document);
    drop_absent(&kind.root, &mut body);
    remove_what_no_update_takes(kind, &kind.root, &mut body);
    apply(&kind.root, &mut body, patch, |_| true);
    complete(&kind.root, &mut body, patch, &Path::root());
    say_defaults(&kind.root, &mut body);
    leave_out(&kind.root, &mut body, patch, &Path::root());
    drop_what_is_never_empty(&kind.root, &mut body);
    let mut body = unfold_attached(attached, body);
    body.insert("UserPoolId".to_owned(), json!(pool_id));
    if let Some(id) = client_id.or(attached.for_all) {
        body.insert("ClientId".to_owned(), json!(id));
    }
    Value::Object(body)
}

/// Takes empty blocks out that mean the same as none; another may be required.
fn drop_what_is_never_empty(field: &Field, object: &mut Map<String, Value>) {
    for member in field.members() {
        let Some(Value::Object(inner)) = object.get_mut(&member.api_name) else { continue };
        drop_what_is_never_empty(member, inner);
        if inner.is_empty() && member.never_empty {
            object.remove(&member.api_name);
        }
    }
}

/// Says every default aloud: what is left out of a replacement may be refused.
pub(super) fn say_defaults(field: &Field, object: &mut Map<String, Value>) {
    for member in field.members() {
        if let Some(default) = &member.default {
            object.entry(member.api_name.clone()).or_insert_with(|| to_api(member, default));
        }
        if matches!(member.shape, Shape::Block(_)) && !member.absence_is_state {
            let inner = object.entry(member.api_name.clone()).or_insert_with(|| json!({}));
            if let Value::Object(inner) = inner {
                say_defaults(member, inner);
            }
        }
    }
}
