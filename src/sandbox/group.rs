//! Groups.

use serde_json::{Map, Value, json};

use super::page::{self, Pages};
use super::{Call, OmittedMode, Refused, omission};
use crate::cognito::ErrorCode;

/// The most groups of a pool.
const MAX_GROUPS: usize = 10_000;

impl Call<'_> {
    pub(super) fn get_group(&self) -> Result<Value, Refused> {
        let group = self.pool_state()?.groups.get(self.text("GroupName")).ok_or_else(no_group)?;
        Ok(json!({ "Group": group }))
    }

    pub(super) fn list_groups(&self) -> Result<Value, Refused> {
        let pages = Pages { list: "Groups", limit: "Limit", ..page::PAGES };
        self.page(&pages, &self.pool_state()?.groups, Value::clone)
    }

    pub(super) fn create_group(&mut self) -> Result<Value, Refused> {
        let (input, now) = (self.input, self.now());
        let name = self.text("GroupName").to_owned();
        let groups = &mut self.pool_state_mut()?.groups;
        if groups.contains_key(&name) {
            return Err(Refused::new(ErrorCode::GroupExists, "A group with the name already exists."));
        }
        if groups.len() >= MAX_GROUPS {
            return Err(Refused::new(ErrorCode::LimitExceeded, "The pool has its maximum of groups."));
        }
        let mut group = Map::from_iter([
            ("GroupName".to_owned(), input["GroupName"].clone()),
            ("UserPoolId".to_owned(), input["UserPoolId"].clone()),
            ("CreationDate".to_owned(), now.clone()),
        ]);
        omission::update("CreateGroup", &mut group, input, omission::GROUP, OmittedMode::Documented);
        complete(&mut group, now);
        groups.insert(name, Value::Object(group.clone()));
        Ok(json!({ "Group": group }))
    }

    pub(super) fn update_group(&mut self) -> Result<Value, Refused> {
        let (input, omitted, now) = (self.input, self.options.omitted, self.now());
        let name = self.text("GroupName").to_owned();
        let stored = self.pool_state_mut()?.groups.get_mut(&name).and_then(Value::as_object_mut);
        let group = stored.ok_or_else(no_group)?;
        omission::update("UpdateGroup", group, input, omission::GROUP, omitted);
        complete(group, now);
        Ok(json!({ "Group": group }))
    }

    pub(super) fn delete_group(&mut self) -> Result<Value, Refused> {
        let name = self.text("GroupName").to_owned();
        self.pool_state_mut()?.groups.remove(&name).map(|_| json!({})).ok_or_else(no_group)
    }
}

fn no_group() -> Refused {
    Refused::new(ErrorCode::ResourceNotFound, "Group not found.")
}

/// What the service adds: the date, and an empty description is none.
fn complete(group: &mut Map<String, Value>, now: Value) {
    group.insert("LastModifiedDate".to_owned(), now);
    group.retain(|member, value| member != "Description" || value != "");
}
