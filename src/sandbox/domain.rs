//! Domains: a pool has one of Cognito's (a prefix) and one of its own (with dots) at most.

use serde_json::{Map, Value, json};

use super::store::PoolState;
use super::{Call, OmittedMode, Refused, given, omission};
use crate::cognito::ErrorCode;

/// Words that no prefix may contain.
const RESERVED: [&str; 3] = ["amazon", "aws", "cognito"];

/// Where certificates are taken from: what serves custom domains takes no others.
const CERTIFICATE_REGION: &str = "us-east-1";

/// The most custom domains of a Region.
const MAX_CUSTOM: usize = 4;

const LETTERS: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789";

/// What a custom domain has that says nothing of its security policy. Not documented: the oldest policy is assumed.
const DEFAULT_SECURITY_POLICY: &str = "TLS_V1";

/// A date in AWS.
const VERSION: &str = "20250702011951";

impl Call<'_> {
    /// The one answer about a domain that is not there is an empty one.
    pub(super) fn describe_domain(&self) -> Value {
        let name = self.text("Domain");
        let mut here = self.state().pools.iter().filter(|(id, _)| self.is_here(id));
        let found = here.find_map(|(_, pool)| pool.domains.get(name));
        json!({ "DomainDescription": found.cloned().unwrap_or_else(|| json!({})) })
    }

    pub(super) fn create_domain(&mut self) -> Result<Value, Refused> {
        let (input, options) = (self.input, self.options);
        let name = self.text("Domain").to_owned();
        let pool = self.pool_state()?;
        check(&name, pool, input)?;
        if given(&pool.pool, slot(&name)) {
            return Err(Refused::invalid("User pool already has a domain configured."));
        }
        self.check_free(&name)?;
        let distribution = format!("d{}.cloudfront.net", self.store.state_mut().random(LETTERS, 13));
        let mut domain = Map::from_iter([
            ("UserPoolId".to_owned(), input["UserPoolId"].clone()),
            ("AWSAccountId".to_owned(), json!(options.account_id)),
            ("Domain".to_owned(), json!(name)),
            ("S3Bucket".to_owned(), json!(format!("aws-cognito-prod-{}-assets", options.region))),
            ("CloudFrontDistribution".to_owned(), json!(distribution)),
            ("Version".to_owned(), json!(VERSION)),
            ("Status".to_owned(), json!("ACTIVE")),
            ("CustomDomainConfig".to_owned(), json!({})),
            ("ManagedLoginVersion".to_owned(), json!(1)),
        ]);
        patch("CreateUserPoolDomain", &mut domain, input, OmittedMode::Documented);
        let domain = Value::Object(domain);
        let pool = self.pool_state_mut()?;
        pool.pool[slot(&name)] = json!(name);
        pool.domains.insert(name.clone(), domain.clone());
        self.settle_later(&name, "CREATING")?;
        Ok(answer(&domain))
    }

    /// Prefixes are unique in a Region, custom domains anywhere.
    fn check_free(&self, name: &str) -> Result<(), Refused> {
        let mut pools = self.state().pools.iter();
        let anywhere = is_custom(name);
        if pools.any(|(id, pool)| (anywhere || self.is_here(id)) && pool.domains.contains_key(name)) {
            return Err(Refused::invalid("Domain already associated with another user pool."));
        }
        let here = self.state().pools.iter().filter(|(id, _)| self.is_here(id));
        let custom = here.flat_map(|(_, pool)| pool.domains.keys()).filter(|name| is_custom(name)).count();
        if anywhere && custom >= MAX_CUSTOM {
            return Err(Refused::new(
                ErrorCode::LimitExceeded,
                format!("A Region can have at most {MAX_CUSTOM} custom domains."),
            ));
        }
        Ok(())
    }

    /// Only what is given changes; but a custom domain's certificate must be given again.
    pub(super) fn update_domain(&mut self) -> Result<Value, Refused> {
        let (input, omitted) = (self.input, self.options.omitted);
        let name = self.text("Domain").to_owned();
        self.settled(&name)?;
        let pool = self.pool_state_mut()?;
        check(&name, pool, input)?;
        let stored = pool.domains.get_mut(&name).and_then(Value::as_object_mut);
        let domain = stored.ok_or_else(no_domain)?;
        patch("UpdateUserPoolDomain", domain, input, omitted);
        let domain = Value::Object(domain.clone());
        self.settle_later(&name, "UPDATING")?;
        Ok(answer(&domain))
    }

    pub(super) fn delete_domain(&mut self) -> Result<Value, Refused> {
        let name = self.text("Domain").to_owned();
        self.settled(&name)?;
        if !self.settle_later(&name, "DELETING")? {
            remove(self.pool_state_mut()?, &name);
        }
        Ok(json!({}))
    }

    /// Gives the domain a status for as long as the service works on it; `false` if that is no time.
    fn settle_later(&mut self, name: &str, status: &str) -> Result<bool, Refused> {
        let Some(until) = self.settled_at() else { return Ok(false) };
        let pool = self.pool_state_mut()?;
        pool.domains.entry(name.to_owned()).and_modify(|domain| domain["Status"] = json!(status));
        pool.settling.insert(name.to_owned(), until);
        Ok(true)
    }

    /// Refuses what is not there, and what the service still works on.
    fn settled(&self, name: &str) -> Result<(), Refused> {
        let pool = self.pool_state().ok();
        let domain = pool.and_then(|pool| pool.domains.get(name)).ok_or_else(no_domain)?;
        match domain["Status"].as_str() {
            Some(status @ ("CREATING" | "UPDATING" | "DELETING")) => {
                Err(Refused::invalid(format!("The domain {name} cannot be changed while it is {status}.")))
            }
            _ => Ok(()),
        }
    }
}

/// Ends what the service works on at a domain.
pub(super) fn settle(pool: &mut PoolState, name: &str) {
    match pool.domains.get_mut(name) {
        Some(domain) if domain["Status"] == "DELETING" => remove(pool, name),
        Some(domain) => domain["Status"] = json!("ACTIVE"),
        None => {}
    }
}

fn remove(pool: &mut PoolState, name: &str) {
    pool.domains.remove(name);
    if let Value::Object(members) = &mut pool.pool {
        members.remove(slot(name));
    }
}

/// The member of a pool that names its domain of a kind.
pub(super) fn slot(domain: &str) -> &'static str {
    if is_custom(domain) { "CustomDomain" } else { "Domain" }
}

fn is_custom(domain: &str) -> bool {
    domain.contains('.')
}

fn no_domain() -> Refused {
    Refused::invalid("No such domain or user pool exists.")
}

fn check(name: &str, pool: &PoolState, input: &Value) -> Result<(), Refused> {
    if is_custom(name) {
        check_certificate(&input["CustomDomainConfig"]["CertificateArn"])?;
    } else if given(input, "CustomDomainConfig") {
        return Err(Refused::invalid("CustomDomainConfig is for custom domains only."));
    } else if given(input, "Routing") {
        return Err(Refused::invalid("Routing is for custom domains only."));
    } else if let Some(word) = RESERVED.iter().find(|word| name.contains(**word)) {
        return Err(Refused::invalid(format!("Domain cannot contain reserved word: {word}")));
    }
    match input["ManagedLoginVersion"].as_i64() {
        Some(2) if pool.pool["UserPoolTier"] == "LITE" => Err(Refused::new(
            ErrorCode::FeatureUnavailableInTier,
            "Managed login is not available in this tier.",
        )),
        None | Some(1 | 2) => Ok(()),
        Some(_) => Err(Refused::invalid("ManagedLoginVersion must be 1 or 2.")),
    }
}

fn check_certificate(arn: &Value) -> Result<(), Refused> {
    let Some(arn) = arn.as_str() else {
        return Err(Refused::invalid("A custom domain needs CustomDomainConfig with a CertificateArn."));
    };
    match arn.split(':').nth(3) {
        Some(CERTIFICATE_REGION) => Ok(()),
        region => Err(Refused::invalid(format!(
            "The certificate of a custom domain must be in {CERTIFICATE_REGION}, it is in {}.",
            region.filter(|region| !region.is_empty()).unwrap_or("no Region")
        ))),
    }
}

/// Writes what is given. Of members left out only the security policy's fate depends on the mode: it lies in a block
/// that is given.
fn patch(operation: &str, domain: &mut Map<String, Value>, input: &Value, mode: OmittedMode) {
    for member in ["ManagedLoginVersion", "Routing", "CustomDomainConfig"] {
        let Some(value) = input.get(member).filter(|value| !value.is_null()) else { continue };
        let stored = domain.get(member).cloned().unwrap_or_default();
        let mut value = omission::known_part(operation, member, value, &stored);
        if member == "CustomDomainConfig" && !given(&value, "SecurityPolicy") {
            let kept = Some(&stored["SecurityPolicy"]).filter(|policy| !policy.is_null());
            let kept = kept.filter(|_| mode != OmittedMode::Documented).cloned();
            value["SecurityPolicy"] = kept.unwrap_or_else(|| json!(DEFAULT_SECURITY_POLICY));
        }
        domain.insert(member.to_owned(), value);
    }
}

/// What creations and updates answer.
fn answer(domain: &Value) -> Value {
    let mut answer = json!({ "ManagedLoginVersion": domain["ManagedLoginVersion"] });
    if is_custom(domain["Domain"].as_str().unwrap_or_default()) {
        answer["CloudFrontDomain"] = domain["CloudFrontDistribution"].clone();
    }
    if given(domain, "Routing") {
        answer["Routing"] = domain["Routing"].clone();
    }
    answer
}
