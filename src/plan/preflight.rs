//! What the service would refuse of a pool and its clients as they are to be, seen before the first call.
//!
//! Only rules that join what the manifest says with what it leaves as it is live: the others are validation's.

use serde_json::Value;

use super::{Planner, RefusalRule};
use crate::catalog::{DOMAIN, IDENTITY_PROVIDER, Kind};
use crate::cognito::acr::default_name;
use crate::identity::is_custom_domain;
use crate::path::Path;

/// A rule over canonical settings or a canonical client: where it is broken, if it is, what is wrong, and the way out.
struct Rule {
    broken: fn(&Value) -> bool,
    field: &'static [&'static str],
    message: &'static str,
    help: &'static str,
}

const SETTINGS: &[Rule] = &[
    Rule {
        broken: |pool| {
            let mode = pool["userPoolAddOns"]["advancedSecurityMode"].as_str().unwrap_or("OFF");
            mode != "OFF" && tier(pool) != "PLUS"
        },
        field: &["userPoolAddOns"],
        message: "threat protection needs the tier PLUS",
        help: "write `userPoolTier: PLUS`, or `advancedSecurityMode: OFF`",
    },
    Rule {
        broken: |pool| {
            let flows = &pool["userPoolAddOns"]["advancedSecurityAdditionalFlows"]["customAuthMode"];
            flows.is_string() && tier(pool) != "PLUS"
        },
        field: &["userPoolAddOns", "advancedSecurityAdditionalFlows"],
        message: "threat protection of custom authentication needs the tier PLUS",
        help: "write `userPoolTier: PLUS`, or leave it out",
    },
    Rule {
        broken: |pool| tier(pool) == "LITE" && names_levels(pool),
        field: &["acrConfiguration"],
        message: "names of ACR levels are not in the tier LITE",
        help: "write `userPoolTier: ESSENTIALS`, or leave the names out",
    },
    Rule {
        broken: |pool| {
            let factors = pool["policies"]["signInPolicy"]["allowedFirstAuthFactors"].as_array();
            tier(pool) == "LITE" && factors.is_some_and(|factors| factors.iter().any(|one| one != "PASSWORD"))
        },
        field: &["policies", "signInPolicy", "allowedFirstAuthFactors"],
        message: "first factors beside passwords are not in the tier LITE",
        help: "write `userPoolTier: ESSENTIALS`, or `allowedFirstAuthFactors: [PASSWORD]`",
    },
    Rule {
        broken: |pool| {
            let factors = &pool["webAuthnConfiguration"]["factorConfiguration"];
            tier(pool) == "LITE" && factors == "MULTI_FACTOR_WITH_USER_VERIFICATION"
        },
        field: &["webAuthnConfiguration", "factorConfiguration"],
        message: "passkeys as both factors are not in the tier LITE",
        help: "write `userPoolTier: ESSENTIALS`, or `factorConfiguration: SINGLE_FACTOR`",
    },
    Rule {
        broken: |pool| tier(pool) == "LITE" && pool["dcrConfiguration"]["enableStatus"] == "Enabled",
        field: &["dcrConfiguration"],
        message: "dynamic client registration is not in the tier LITE",
        help: "write `dcrConfiguration: {enableStatus: Disabled}`, or another tier",
    },
    Rule {
        broken: |pool| {
            let sender = |name: &str| pool["lambdaConfig"][name].is_object();
            (sender("customSMSSender") || sender("customEmailSender"))
                && pool["lambdaConfig"]["kmsKeyID"].is_null()
        },
        field: &["lambdaConfig"],
        message: "a custom sender needs `kmsKeyID`",
        help: "write `kmsKeyID` beside it",
    },
    Rule {
        broken: |pool| {
            let email = &pool["emailConfiguration"];
            email["emailSendingAccount"] == "DEVELOPER" && email["sourceArn"].is_null()
        },
        field: &["emailConfiguration"],
        message: "the sending account DEVELOPER needs `sourceArn`",
        help: "write `sourceArn`, or `emailSendingAccount: COGNITO_DEFAULT`",
    },
    Rule {
        broken: |pool| {
            let key = &pool["keyConfiguration"];
            key["keyType"] == "CUSTOMER_MANAGED_KEY" && key["kmsKeyArn"].is_null()
        },
        field: &["keyConfiguration"],
        message: "the key type CUSTOMER_MANAGED_KEY needs `kmsKeyArn`",
        help: "write `kmsKeyArn`, or `keyType: AWS_OWNED_KEY`",
    },
];

const CLIENT: &[Rule] = &[
    Rule {
        broken: |client| has(client, "allowedOAuthFlows", "client_credentials") && !has_secret(client),
        field: &["allowedOAuthFlows"],
        message: "`client_credentials` needs a client with a secret",
        help: "write `generateSecret: true` on a new client; a client that exists without one cannot get one here",
    },
    Rule {
        broken: |client| client["enablePropagateAdditionalUserContextData"] == true && !has_secret(client),
        field: &["enablePropagateAdditionalUserContextData"],
        message: "passing on user context data needs a client with a secret",
        help: "write `generateSecret: true` on a new client, or leave the member out",
    },
    Rule {
        broken: |client| {
            let members = ["allowedOAuthFlows", "allowedOAuthScopes", "callbackURLs", "logoutURLs"];
            client["allowedOAuthFlowsUserPoolClient"] != true
                && members.iter().any(|member| !is_empty(&client[*member]))
        },
        field: &["allowedOAuthFlowsUserPoolClient"],
        message: "URLs, scopes and grants need `allowedOAuthFlowsUserPoolClient: true`",
        help: "write it",
    },
    Rule {
        broken: |client| {
            let default = client["defaultRedirectURI"].as_str();
            default.is_some_and(|default| !has(client, "callbackURLs", default))
        },
        field: &["defaultRedirectURI"],
        message: "`defaultRedirectURI` is not among the client's callback URLs",
        help: "add it to `callbackURLs`",
    },
    Rule {
        broken: |client| {
            let refreshes = is_empty(&client["explicitAuthFlows"])
                || has(client, "explicitAuthFlows", "ALLOW_REFRESH_TOKEN_AUTH");
            client["refreshTokenRotation"]["feature"] == "ENABLED" && refreshes
        },
        field: &["refreshTokenRotation"],
        message: "refresh token rotation excludes ALLOW_REFRESH_TOKEN_AUTH",
        help: "write `explicitAuthFlows` without it",
    },
];

fn has(client: &Value, list: &str, item: &str) -> bool {
    client[list].as_array().is_some_and(|items| items.iter().any(|known| known == item))
}

fn is_empty(list: &Value) -> bool {
    list.as_array().is_none_or(Vec::is_empty)
}

fn has_secret(client: &Value) -> bool {
    client["generateSecret"] == true || client["clientSecret"].is_object()
}

/// Whether a level of authentication has another name than its own.
fn names_levels(pool: &Value) -> bool {
    let levels = pool["acrConfiguration"].as_object().into_iter().flatten();
    levels
        .into_iter()
        .any(|(level, name)| name["acrValue"].as_str().is_some_and(|name| name != default_name(level)))
}

fn tier(pool: &Value) -> &str {
    pool["userPoolTier"].as_str().unwrap_or("ESSENTIALS")
}

impl Planner<'_> {
    /// Refuses settings that the service would refuse, if the plan is what brings them about.
    pub(super) fn preflight_settings(&mut self, live: Option<&Value>, desired: &Value) {
        self.preflight(SETTINGS, &Path::of(["settings"]), live, desired);
    }

    /// Refuses a client that the service would refuse, if the plan is what brings it about.
    pub(super) fn preflight_client(&mut self, at: &Path, live: Option<&Value>, desired: &Value) {
        self.preflight(CLIENT, at, live, desired);
        let by_choice = |client: &Value| has(client, "explicitAuthFlows", "ALLOW_USER_AUTH");
        if self.tier_after() == "LITE" && by_choice(desired) && !live.is_some_and(by_choice) {
            let help = "write `userPoolTier: ESSENTIALS` in `settings`, or leave ALLOW_USER_AUTH out";
            let message = "sign-in by choice is not in the tier LITE";
            self.refuse(RefusalRule::State, &at.key("explicitAuthFlows"), message, help);
        }
    }

    /// Refuses a resource server, a provider, a group or a domain that the service would refuse.
    pub(super) fn preflight_member(&mut self, kind: &Kind, at: &Path, live: Option<&Value>, desired: &Value) {
        if *kind == *IDENTITY_PROVIDER {
            let mapping =
                |provider: Option<&Value>| provider.map(|provider| provider["attributeMapping"].clone());
            if mapping(live) != mapping(Some(desired)) {
                self.preflight_mapping(at, desired);
            }
        }
        let is_custom = at.last_key().is_some_and(is_custom_domain);
        if *kind == *DOMAIN && is_custom && desired["customDomainConfig"]["certificateArn"].is_null() {
            let help = "write `customDomainConfig: {certificateArn: arn:aws:acm:us-east-1:…}`";
            self.refuse(RefusalRule::State, at, "a custom domain needs a certificate", help);
        }
        let is_managed = |domain: &Value| domain["managedLoginVersion"] == 2;
        let becomes_managed = is_managed(desired) && !live.is_some_and(is_managed);
        if *kind == *DOMAIN && becomes_managed && self.tier_after() == "LITE" {
            let help = "write `userPoolTier: ESSENTIALS`, or `managedLoginVersion: 1`";
            let message = "managed login is not in the tier LITE";
            self.refuse(RefusalRule::State, &at.key("managedLoginVersion"), message, help);
        }
    }

    /// The tier that the pool will have.
    pub(super) fn tier_after(&self) -> &str {
        let live = self.live.and_then(|live| live.pool["UserPoolTier"].as_str());
        self.settings_after.as_ref().map_or(live.unwrap_or("ESSENTIALS"), tier)
    }

    fn preflight(&mut self, rules: &[Rule], at: &Path, live: Option<&Value>, desired: &Value) {
        for rule in rules {
            if (rule.broken)(desired) && !live.is_some_and(rule.broken) {
                let path = rule.field.iter().fold(at.clone(), |path, key| path.key(*key));
                self.refuse(RefusalRule::State, &path, rule.message, rule.help);
            }
        }
    }
}
