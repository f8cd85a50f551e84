//! Replicas of a pool in other Regions. They hold nothing.

use serde_json::{Map, Value, json};

use super::omission::known_part;
use super::store::{PoolState, REPLICA};
use super::{Call, Refused};
use crate::cognito::ErrorCode;

const STATUSES: [&str; 2] = ["ACTIVE", "INACTIVE"];

impl Call<'_> {
    /// The pool itself first, then its replicas.
    pub(super) fn list_replicas(&self) -> Result<Value, Refused> {
        let pool = self.pool_state()?;
        let own = json!({
            "RegionName": self.options.region,
            "Role": "PRIMARY",
            "Status": "ACTIVE",
            "UserPoolArn": pool.pool["Arn"],
        });
        let replicas: Vec<Value> = std::iter::once(own).chain(pool.replicas.values().map(shown)).collect();
        Ok(json!({ "UserPoolReplicas": replicas }))
    }

    pub(super) fn create_replica(&mut self) -> Result<Value, Refused> {
        let region = self.text("RegionName").to_owned();
        let own = self.options.region.clone();
        let tags = self.input["UserPoolTags"].clone();
        let until = self.settled_at();
        let pool = self.pool_state_mut()?;
        let key = &pool.pool["KeyConfiguration"];
        let arn = key["KmsKeyArn"].as_str().unwrap_or_default();
        let is_of_one_region = arn.split_once(":key/").is_some_and(|(_, id)| !id.starts_with("mrk-"));
        if key["KeyType"] != "CUSTOMER_MANAGED_KEY" || is_of_one_region {
            let message = "Replicas need a customer managed multi-Region key.";
            return Err(Refused::new(ErrorCode::Other("OperationNotEnabledException".to_owned()), message));
        }
        if region == own || pool.replicas.contains_key(&region) {
            return Err(Refused::invalid(format!("The user pool is in {region} already.")));
        }
        let arn = pool.pool["Arn"].as_str().unwrap_or_default().replacen(&own, &region, 1);
        let mut replica = json!({
            "RegionName": region,
            "Role": "SECONDARY",
            "Status": if until.is_some() { "CREATING" } else { "INACTIVE" },
            "UserPoolArn": arn,
        });
        if let Some(until) = until {
            pool.settling.insert(format!("{REPLICA}{region}"), until);
        }
        if !tags.is_null() {
            replica["UserPoolTags"] = tags;
        }
        pool.replicas.insert(region, replica.clone());
        Ok(json!({ "UserPoolReplica": shown(&replica) }))
    }

    pub(super) fn update_replica(&mut self) -> Result<Value, Refused> {
        let input = self.input;
        let replica = self.replica()?;
        if !STATUSES.iter().any(|settled| replica["Status"] == *settled) {
            return Err(Refused::invalid("The replica is not in a state in which it can be updated."));
        }
        // Members that the model does not know and the replica has are newer than the model.
        let given = known_part("UpdateUserPoolReplica", "", input, replica);
        if let (Value::Object(replica), Value::Object(given)) = (&mut *replica, given) {
            replica.extend(given.into_iter().filter(|(name, _)| name != "UserPoolId"));
        }
        Ok(json!({ "UserPoolReplica": shown(replica) }))
    }

    pub(super) fn delete_replica(&mut self) -> Result<Value, Refused> {
        let replica = self.replica()?;
        if replica["Status"] != "INACTIVE" {
            return Err(Refused::invalid("Only an inactive replica can be deleted."));
        }
        let mut gone = shown(replica);
        gone["Status"] = json!("DELETING");
        let region = self.text("RegionName").to_owned();
        self.pool_state_mut()?.replicas.remove(&region);
        Ok(json!({ "UserPoolReplica": gone }))
    }

    fn replica(&mut self) -> Result<&mut Value, Refused> {
        let region = self.text("RegionName").to_owned();
        let message = format!("The user pool has no replica in {region}.");
        let replica = self.pool_state_mut()?.replicas.get_mut(&region);
        replica.ok_or_else(|| Refused::new(ErrorCode::ResourceNotFound, message))
    }
}

/// Ends what the service works on at a replica.
pub(super) fn settle(pool: &mut PoolState, region: &str) {
    if let Some(replica) = pool.replicas.get_mut(region) {
        replica["Status"] = json!("INACTIVE");
    }
}

/// A replica as it is answered: without its tags.
fn shown(replica: &Value) -> Value {
    let mut shown: Map<String, Value> = replica.as_object().cloned().unwrap_or_default();
    shown.remove("UserPoolTags");
    Value::Object(shown)
}
