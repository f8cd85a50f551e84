//! User pools.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::page::{self, Pages};
use super::store::PoolState;
use super::{Call, OmittedMode, Refused, answer, attributes, given, mfa, omission, pool_rules};
use crate::cognito::ErrorCode;

/// The most pools of a Region.
const MAX_POOLS: usize = 1_000;

const ID_LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

impl Call<'_> {
    pub(super) fn describe_pool(&self) -> Result<Value, Refused> {
        let mut pool = self.pool_state()?.pool.clone();
        self.shuffled(&mut pool);
        Ok(json!({ "UserPool": pool }))
    }

    /// Where lists have no order, gives them one of their own if that is asked for.
    pub(super) fn shuffled(&self, document: &mut Value) {
        if let Some(seed) = self.options.shuffle {
            answer::shuffle(document, &mut fastrand::Rng::with_seed(seed ^ self.number));
        }
    }

    pub(super) fn list_pools(&self) -> Result<Value, Refused> {
        let here = |(id, stored): (&String, &PoolState)| {
            let mut pool = stored.pool.clone();
            if !stored.replicas.is_empty() {
                pool["ReplicaRegions"] = stored.replicas.keys().cloned().collect();
            }
            (id.clone(), pool)
        };
        let pools: BTreeMap<String, Value> =
            self.state().pools.iter().filter(|(id, _)| self.is_here(id)).map(here).collect();
        self.page(&Pages { list: "UserPools", ..page::PAGES }, &pools, |pool| {
            let members =
                ["Id", "Name", "LambdaConfig", "LastModifiedDate", "CreationDate", "ReplicaRegions"];
            let listed = members.iter().filter(|member| given(pool, member));
            listed.map(|member| ((*member).to_owned(), pool[*member].clone())).collect()
        })
    }

    pub(super) fn create_pool(&mut self) -> Result<Value, Refused> {
        let input = self.input;
        pool_rules::request(input, &self.options.region)?;
        let mode = input["MfaConfiguration"].as_str().unwrap_or("OFF");
        if mode != "OFF" && !given(input, "SmsConfiguration") {
            return Err(Refused::invalid("SMS configuration is needed for this MFA configuration."));
        }
        if self.state().pools.keys().filter(|id| self.is_here(id)).count() >= MAX_POOLS {
            return Err(Refused::new(ErrorCode::LimitExceeded, "The account has its maximum of user pools."));
        }
        let (options, now) = (self.options, self.now());
        let state = self.store.state_mut();
        let id = format!("{}_{}", options.region, state.random(ID_LETTERS, 9));
        let mut pool = Map::from_iter([
            ("Id".to_owned(), json!(id)),
            ("Name".to_owned(), input["PoolName"].clone()),
            ("Arn".to_owned(), json!(arn(&options.region, &options.account_id, &id))),
            ("CreationDate".to_owned(), now.clone()),
            ("LastModifiedDate".to_owned(), now),
            ("EstimatedNumberOfUsers".to_owned(), json!(0)),
            (
                "UserAttributeUpdateSettings".to_owned(),
                json!({"AttributesRequireVerificationBeforeUpdate": []}),
            ),
        ]);
        omission::update("CreateUserPool", &mut pool, input, omission::POOL, OmittedMode::Documented);
        for member in ["AliasAttributes", "UsernameAttributes", "UsernameConfiguration"] {
            if given(input, member) {
                pool.insert(member.to_owned(), input[member].clone());
            }
        }
        pool.insert("SchemaAttributes".to_owned(), attributes::schema(&input["Schema"])?);
        pool.insert("MfaConfiguration".to_owned(), json!(mode));
        let mut pool = Value::Object(pool);
        complete(&mut pool, input);
        fill_types(&mut pool, |_| true);
        let mut factors = json!({ "MfaConfiguration": mode });
        if mode != "OFF" {
            factors["SmsMfaConfiguration"] = json!({});
        }
        pool_rules::result(&pool, &Value::Null)?;
        mfa::check(&pool, &factors)?;
        state.pools.insert(id, PoolState { pool: pool.clone(), mfa: factors, ..PoolState::default() });
        Ok(json!({ "UserPool": pool }))
    }

    pub(super) fn update_pool(&mut self) -> Result<Value, Refused> {
        let (input, omitted, now) = (self.input, self.options.omitted, self.now());
        pool_rules::request(input, &self.options.region)?;
        let stored = self.pool_state_mut()?;
        let mut pool = stored.pool.clone();
        let mut factors = stored.mfa.clone();
        let aws_tags: Map<String, Value> = aws_tags(&pool);
        if let Value::Object(members) = &mut pool {
            omission::update("UpdateUserPool", members, input, omission::POOL, omitted);
            if input.get("DeviceConfiguration").is_some_and(Value::is_null) {
                members.remove("DeviceConfiguration");
            }
            if given(input, "PoolName") {
                members.insert("Name".to_owned(), input["PoolName"].clone());
            }
            let tags = members.entry("UserPoolTags").or_insert_with(|| json!({}));
            if let Value::Object(tags) = tags {
                tags.extend(aws_tags);
            }
        }
        keep_sign_in_policy(&mut pool, &stored.pool, input);
        match input["MfaConfiguration"].as_str() {
            Some("OFF") => mfa::switch_off(&mut factors),
            Some(mode) => factors["MfaConfiguration"] = json!(mode),
            None if omitted == OmittedMode::Documented => mfa::switch_off(&mut factors),
            None => {}
        }
        pool["MfaConfiguration"] = factors["MfaConfiguration"].clone();
        pool["LastModifiedDate"] = now;
        complete(&mut pool, input);
        fill_types(&mut pool, |member| given(&stored.pool, member));
        pool_rules::result(&pool, &stored.pool)?;
        mfa::check(&pool, &factors)?;
        stored.pool = pool;
        stored.mfa = factors;
        Ok(json!({}))
    }

    pub(super) fn delete_pool(&mut self) -> Result<Value, Refused> {
        let stored = self.pool_state()?;
        if stored.pool["DeletionProtection"] == "ACTIVE" {
            return Err(Refused::invalid(
                "The user pool cannot be deleted because deletion protection is activated. Deletion protection must \
                 be inactivated first.",
            ));
        }
        if given(&stored.pool, "Domain") || given(&stored.pool, "CustomDomain") {
            return Err(Refused::invalid(
                "User pool cannot be deleted. It has a domain configured that should be deleted first.",
            ));
        }
        let id = self.text("UserPoolId").to_owned();
        self.store.state_mut().pools.remove(&id);
        Ok(json!({}))
    }

    pub(super) fn tag(&mut self) -> Result<Value, Refused> {
        let given = self.input["Tags"].as_object().cloned().unwrap_or_default();
        pool_rules::tag_keys(given.keys())?;
        let tags = self.tags()?;
        let mut all = tags.clone();
        all.extend(given);
        let all = Value::Object(all);
        pool_rules::tag_count(&all)?;
        if let Value::Object(all) = all {
            *tags = all;
        }
        Ok(json!({}))
    }

    pub(super) fn untag(&mut self) -> Result<Value, Refused> {
        let keys: Vec<String> =
            super::strings(&self.input["TagKeys"]).into_iter().map(str::to_owned).collect();
        pool_rules::tag_keys(&keys)?;
        let tags = self.tags()?;
        for key in keys {
            tags.remove(&key);
        }
        Ok(json!({}))
    }

    /// The tags of the pool that `ResourceArn` names.
    fn tags(&mut self) -> Result<&mut Map<String, Value>, Refused> {
        let arn = self.input["ResourceArn"].as_str().unwrap_or_default();
        let missing = || Refused::new(ErrorCode::ResourceNotFound, format!("Resource {arn} does not exist."));
        let id = arn.rsplit_once('/').map(|(_, id)| id).unwrap_or_default();
        let here = self.is_here(id);
        let stored = self.store.state_mut().pools.get_mut(id);
        let stored = stored.filter(|stored| here && stored.pool["Arn"] == *arn).ok_or_else(missing)?;
        if !stored.pool["UserPoolTags"].is_object() {
            stored.pool["UserPoolTags"] = json!({});
        }
        stored.pool["UserPoolTags"].as_object_mut().ok_or_else(missing)
    }
}

fn arn(region: &str, account: &str, id: &str) -> String {
    format!("arn:aws:cognito-idp:{region}:{account}:userpool/{id}")
}

fn aws_tags(pool: &Value) -> Map<String, Value> {
    let tags = pool["UserPoolTags"].as_object().into_iter().flatten();
    tags.filter(|(key, _)| key.starts_with("aws:")).map(|(key, value)| (key.clone(), value.clone())).collect()
}

/// Leaving `SignInPolicy` out is no way to remove it.
fn keep_sign_in_policy(pool: &mut Value, before: &Value, input: &Value) {
    let policy = &before["Policies"]["SignInPolicy"];
    if !given(&input["Policies"], "SignInPolicy") && !policy.is_null() {
        pool["Policies"]["SignInPolicy"] = policy.clone();
    }
}

/// What the service adds to a configuration: defaults inside of blocks, and mirrors of older members.
fn complete(pool: &mut Value, input: &Value) {
    let policies = &mut pool["Policies"];
    if policies["PasswordPolicy"].is_object() {
        // A partial policy means false for each requirement that it does not name.
        for requirement in ["RequireUppercase", "RequireLowercase", "RequireNumbers", "RequireSymbols"] {
            fill(&mut policies["PasswordPolicy"], requirement, &json!(false));
        }
        fill(&mut policies["PasswordPolicy"], "MinimumLength", &json!(8));
        let unused = &input["AdminCreateUserConfig"]["UnusedAccountValidityDays"];
        if !unused.is_null() {
            policies["PasswordPolicy"]["TemporaryPasswordValidityDays"] = unused.clone();
        }
        fill(&mut policies["PasswordPolicy"], "TemporaryPasswordValidityDays", &json!(7));
        if policies["PasswordPolicy"]["TemporaryPasswordValidityDays"] == 0 {
            policies["PasswordPolicy"]["TemporaryPasswordValidityDays"] = json!(7);
        }
    } else {
        policies["PasswordPolicy"] = omission::default_policies()["PasswordPolicy"].clone();
    }
    fill(policies, "SignInPolicy", &omission::default_policies()["SignInPolicy"]);
    let days = policies["PasswordPolicy"]["TemporaryPasswordValidityDays"].clone();
    fill(pool, "AdminCreateUserConfig", &json!({}));
    fill(&mut pool["AdminCreateUserConfig"], "AllowAdminCreateUserOnly", &json!(false));
    pool["AdminCreateUserConfig"]["UnusedAccountValidityDays"] = days;
    fill(pool, "UserAttributeUpdateSettings", &json!({"AttributesRequireVerificationBeforeUpdate": []}));
    fill(&mut pool["EmailConfiguration"], "EmailSendingAccount", &json!("COGNITO_DEFAULT"));
    if given(pool, "DcrConfiguration") && given(input, "DcrConfiguration") {
        // "An omitted EnableStatus turns dynamic client registration on."
        let status =
            input["DcrConfiguration"].get("EnableStatus").cloned().unwrap_or_else(|| json!("Enabled"));
        pool["DcrConfiguration"]["EnableStatus"] = status;
    }
    mirrors(pool, input);
}

/// Older spellings of facts: taken where the newer one is not given, answered beside it.
fn mirrors(pool: &mut Value, input: &Value) {
    let template = &input["VerificationMessageTemplate"];
    for (older, member) in [
        ("EmailVerificationMessage", "EmailMessage"),
        ("EmailVerificationSubject", "EmailSubject"),
        ("SmsVerificationMessage", "SmsMessage"),
    ] {
        if given(input, older) && !given(template, member) {
            pool["VerificationMessageTemplate"][member] = input[older].clone();
        }
        let text = pool["VerificationMessageTemplate"][member].clone();
        match (text.is_null(), pool.as_object_mut()) {
            (true, Some(pool)) => {
                pool.remove(older);
                if let Some(Value::Object(template)) = pool.get_mut("VerificationMessageTemplate") {
                    template.remove(member);
                }
            }
            (false, Some(pool)) => {
                pool.insert(older.to_owned(), text);
            }
            (_, None) => {}
        }
    }
    fill(&mut pool["VerificationMessageTemplate"], "DefaultEmailOption", &json!("CONFIRM_WITH_CODE"));
    if let Some(Value::Object(lambda)) = pool.get_mut("LambdaConfig") {
        let arn = lambda.get("PreTokenGenerationConfig").map(|config| config["LambdaArn"].clone());
        match (arn, lambda.get("PreTokenGeneration").cloned()) {
            (Some(arn), _) => {
                lambda.insert("PreTokenGeneration".to_owned(), arn);
            }
            (None, Some(arn)) => {
                let config = json!({"LambdaArn": arn, "LambdaVersion": "V1_0"});
                lambda.insert("PreTokenGenerationConfig".to_owned(), config);
            }
            (None, None) => {}
        }
    }
}

/// The types of a pool's key and issuer; pools that are older than these do not answer them.
fn fill_types(pool: &mut Value, answers: impl Fn(&str) -> bool) {
    let types = [
        ("KeyConfiguration", json!({"KeyType": "AWS_OWNED_KEY"})),
        ("IssuerConfiguration", json!({"Type": "ORIGINAL"})),
    ];
    for (member, value) in types.iter().filter(|(member, _)| answers(member)) {
        fill(pool, member, value);
    }
}

fn fill(object: &mut Value, member: &str, value: &Value) {
    if object.get(member).is_none_or(Value::is_null) {
        object[member] = value.clone();
    }
}
