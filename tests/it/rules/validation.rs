//! The field rules and cross-references that need no live pool: for each a manifest that breaks just that one.

use crate::world::{errors, findings};

/// What is wrong with a manifest of these sections.
fn of(body: &str) -> Vec<String> {
    errors(&format!("apiVersion: cognitops/v1\npool: p\n{body}\n"))
}

/// Each line breaks one rule, and the message says which.
fn each_is_refused(cases: &[(&str, &str)], wrap: impl Fn(&str) -> String) {
    for (wrong, message) in cases {
        let found = of(&wrap(wrong));
        assert_eq!(found.len(), 1, "{wrong}: {found:?}");
        assert!(found[0].contains(message), "{wrong}: {found:?}");
    }
}

#[test]
fn rules_of_settings() {
    each_is_refused(
        &[
            ("aliasAttributes: [email], usernameAttributes: [email]", "exclude each other"),
            (
                "aliasAttributes: [preferred_username], attributes: { preferred_username: { attributeDataType: String, required: true } }",
                "is an alias here",
            ),
            (
                "accountRecoverySetting: { recoveryMechanisms: [{ name: verified_email, priority: 1 }, { name: verified_email, priority: 2 }] }",
                "listed twice",
            ),
            (
                "accountRecoverySetting: { recoveryMechanisms: [{ name: verified_email, priority: 1 }, { name: verified_phone_number, priority: 1 }] }",
                "have this priority",
            ),
            (
                "accountRecoverySetting: { recoveryMechanisms: [{ name: admin_only, priority: 1 }, { name: verified_email, priority: 2 }] }",
                "stands alone",
            ),
            ("emailConfiguration: { emailSendingAccount: DEVELOPER }", "needs `sourceArn`"),
            ("smsConfiguration: { externalId: x }", "either `snsCallerArn` or `eumsSms`"),
            (
                "lambdaConfig: { customEmailSender: { lambdaArn: 'arn:aws:lambda:us-east-1:123456789012:function:f', lambdaVersion: V1_0 } }",
                "needs `kmsKeyID`",
            ),
            (
                "userPoolTier: ESSENTIALS, userPoolAddOns: { advancedSecurityMode: ENFORCED }",
                "needs `userPoolTier: PLUS`",
            ),
            (
                "userPoolTier: ESSENTIALS, userPoolAddOns: { advancedSecurityAdditionalFlows: { customAuthMode: AUDIT } }",
                "needs `userPoolTier: PLUS`",
            ),
            ("userPoolTier: LITE, dcrConfiguration: { enableStatus: Enabled }", "tier above `LITE`"),
            (
                "userPoolTier: LITE, policies: { signInPolicy: { allowedFirstAuthFactors: [PASSWORD, EMAIL_OTP] } }",
                "tier above `LITE`",
            ),
            (
                "userPoolTier: LITE, lambdaConfig: { preTokenGeneration: { lambdaArn: 'arn:aws:lambda:us-east-1:123456789012:function:f', lambdaVersion: V2_0 } }",
                "tier above `LITE`",
            ),
            (
                "userPoolTier: LITE, acrConfiguration: { Level1: { acrValue: 'urn:example:one' } }",
                "tier above `LITE`",
            ),
            (
                "userPoolTier: LITE, webAuthnConfiguration: { factorConfiguration: MULTI_FACTOR_WITH_USER_VERIFICATION }",
                "tier above `LITE`",
            ),
            ("keyConfiguration: { keyType: CUSTOMER_MANAGED_KEY }", "needs `kmsKeyArn`"),
            (
                "acrConfiguration: { Level1: { acrValue: a }, Level2: { acrValue: a } }",
                "another level has this name",
            ),
            (
                "acrConfiguration: { Level1: { acrValue: 'urn:cognito:loa:2' } }",
                "another level has this name",
            ),
            ("mfaConfiguration: ON", "needs at least one factor"),
            ("softwareTokenMfaConfiguration: { enabled: true }", "MFA that is OFF takes no"),
            ("mfaConfiguration: OPTIONAL, emailMfaConfiguration: {}", "needs EmailSendingAccount DEVELOPER"),
            (
                "policies: { signInPolicy: { allowedFirstAuthFactors: [WEB_AUTHN] } }",
                "cannot be the only first factor",
            ),
            (
                "mfaConfiguration: ON, softwareTokenMfaConfiguration: { enabled: true }, policies: { signInPolicy: { allowedFirstAuthFactors: [PASSWORD, EMAIL_OTP] } }",
                "cannot be ON while",
            ),
        ],
        |settings| format!("settings: {{ {settings} }}"),
    );
}

#[test]
fn rules_of_attributes() {
    each_is_refused(
        &[
            ("tenant: { attributeDataType: String }", "does not say whether it is `mutable`"),
            ("tenant: { attributeDataType: String, mutable: true, required: true }", "cannot be required"),
            (
                "tenant: { attributeDataType: String, mutable: true }, 'custom:tenant': { attributeDataType: String, mutable: true }",
                "is the same attribute",
            ),
            ("'dev:flag': { attributeDataType: String, mutable: true }", "is no part of an attribute's name"),
            ("email: { attributeDataType: Number }", "`email` is a String"),
            ("email_verified: { attributeDataType: String }", "`email_verified` is a Boolean"),
            ("name: { attributeDataType: String, developerOnlyAttribute: true }", "not for developers only"),
            ("identities: { attributeDataType: String, required: true }", "the service itself sets"),
            (
                "age: { attributeDataType: Number, mutable: true, numberAttributeConstraints: { minValue: 10, maxValue: 5 } }",
                "is more than `maxValue`",
            ),
            (
                "bio: { attributeDataType: String, mutable: true, stringAttributeConstraints: { maxLength: 50000 } }",
                "at most 2048",
            ),
            (
                "a_name_of_more_than_twenty: { attributeDataType: String, mutable: true }",
                "does not have the form",
            ),
            (
                "age: { attributeDataType: Number, mutable: true, stringAttributeConstraints: {} }",
                "has no member `stringAttributeConstraints`",
            ),
            ("age: { attributeDataType: Integer, mutable: true }", "takes `String`"),
        ],
        |attributes| format!("settings: {{ attributes: {{ {attributes} }} }}"),
    );
}

#[test]
fn rules_of_clients() {
    let oauth = "allowedOAuthFlowsUserPoolClient: true";
    each_is_refused(
        &[
            (&format!("{oauth}, allowedOAuthFlows: [client_credentials, code]"), "must be the only grant"),
            (
                &format!("{oauth}, allowedOAuthFlows: [client_credentials], generateSecret: false"),
                "needs a client with a secret",
            ),
            ("callbackURLs: [https://a.example/]", "needs `allowedOAuthFlowsUserPoolClient: true`"),
            (&format!("{oauth}, allowedOAuthScopes: [opnid]"), "there is no scope `opnid`"),
            (
                &format!(
                    "{oauth}, callbackURLs: [https://a.example/], defaultRedirectURI: https://b.example/"
                ),
                "is not among `callbackURLs`",
            ),
            (&format!("{oauth}, callbackURLs: ['http://a.example/']"), "is HTTPS, except on localhost"),
            (
                &format!("{oauth}, callbackURLs: ['http://localhost:@a.example/']"),
                "is HTTPS, except on localhost",
            ),
            (&format!("{oauth}, logoutURLs: ['https://a.example/#x']"), "has no fragment"),
            (&format!("{oauth}, logoutURLs: ['https://']"), "names a host"),
            ("explicitAuthFlows: [ADMIN_NO_SRP_AUTH, ALLOW_USER_SRP_AUTH]", "cannot be mixed"),
            ("refreshTokenRotation: { feature: ENABLED }", "excludes ALLOW_REFRESH_TOKEN_AUTH"),
            (
                "refreshTokenRotation: { feature: ENABLED }, explicitAuthFlows: [ALLOW_REFRESH_TOKEN_AUTH]",
                "excludes ALLOW_REFRESH_TOKEN_AUTH",
            ),
            ("accessTokenValidity: 2d", "is from 5 minutes to 1 day"),
            ("refreshTokenValidity: 99999999999999999999d", "is from 1 hour to 3,650 days"),
            ("accessTokenValidity: 213503982334602d", "is from 5 minutes to 1 day"),
            ("accessTokenValidity: 1h, tokenValidityUnits: { accessToken: hours }", "already names its unit"),
            ("writeAttributes: [email_verified]", "the service sets it"),
            ("readAttributes: [tenant]", "no standard attribute"),
            ("readAttributes: []", "too few items"),
            ("clientSecret: { env: X }, generateSecret: true", "exclude each other"),
            ("generateSecret: false, secrets: {}", "a public client has no secrets"),
            ("generateSecret: true, secrets: { count: 3 }", "`clients.web.secrets.count` is at most 2"),
            (
                "enablePropagateAdditionalUserContextData: true, generateSecret: false",
                "needs a client with a secret",
            ),
        ],
        |client| format!("clients: {{ web: {{ {client} }} }}"),
    );
}

#[test]
fn rules_of_domains() {
    let arn = "arn:aws:acm:us-east-1:123456789012:certificate/a";
    each_is_refused(
        &[
            ("acme: {}, other: {}", "`acme` is a prefix domain too, and a pool has one"),
            (
                "acme: { routing: { failover: { secondaryRegion: eu-west-1, primaryRoute53HealthCheckId: 12345678-1234-1234-1234-123456789012 } } }",
                "does not fail over",
            ),
            ("my-cognito: {}", "may not contain `cognito`"),
            ("Acme: {}", "does not have the form"),
            ("acme-: {}", "does not have the form"),
            ("acme: { managedLoginVersion: 3 }", "is at most 2"),
            ("auth.acme.com: {}", "a custom domain needs a certificate"),
            (
                &format!("acme: {{ customDomainConfig: {{ certificateArn: '{arn}' }} }}"),
                "has no certificate of its own",
            ),
            (
                &format!(
                    "auth.acme.com: {{ customDomainConfig: {{ certificateArn: '{}' }} }}",
                    arn.replace("us-east-1", "eu-west-1")
                ),
                "is in us-east-1, not in eu-west-1",
            ),
            (
                &format!(
                    "auth.acme.com: {{ customDomainConfig: {{ certificateArn: '{arn}', securityPolicy: TLS_V2 }} }}"
                ),
                "takes `TLS_V1`",
            ),
            ("acme: { routing: {} }", "is empty"),
        ],
        |domains| format!("domains: {{ {domains} }}"),
    );
}

#[test]
fn rules_of_identity_providers() {
    let google = "providerType: Google, providerDetails: { client_id: a, client_secret: { env: S }, authorize_scopes: openid }";
    let saml = |details: &str| format!("Corp: {{ providerType: SAML, providerDetails: {{ {details} }} }}");
    let oidc = |details: &str| {
        format!(
            "Corp: {{ providerType: OIDC, providerDetails: {{ client_id: a, attributes_request_method: GET, {details} }} }}"
        )
    };
    each_is_refused(
        &[
            (&format!("Gmail: {{ {google} }}"), "a provider of the type Google is called `Google`"),
            (&saml("MetadataURL: x").replace("Corp", "Google"), "is the name of the provider of that type"),
            (&saml("MetadataURL: x").replace("Corp", "COGNITO"), "is the pool itself"),
            ("Corp: { providerType: LDAP, providerDetails: {} }", "takes `SAML`, `OIDC`, `Google`"),
            ("Corp: { providerDetails: {} }", "needs `providerType`"),
            ("Corp: { providerType: SAML }", "needs `providerDetails`"),
            (&saml(""), "needs `MetadataURL` or `MetadataFile`"),
            (&saml("MetadataURL: x, MetadataFile: y"), "exclude each other"),
            (&saml("MetadataURL: x, IDPSignout: 'true'"), "takes true or false"),
            (&saml("MetadataURL: x, client_id: y"), "has no member `client_id`"),
            (&saml("MetadataURL: x, ActiveEncryptionCertificate: y"), "has no member"),
            (&saml("MetadataURL: x, RequestSigningAlgorithm: rsa-sha1"), "takes `rsa-sha256`"),
            (&oidc("oidc_issuer: x, authorize_scopes: email"), "needs the scope `openid`"),
            (&oidc("authorize_scopes: openid"), "needs `oidc_issuer`"),
            (
                &oidc("oidc_issuer: x, authorize_scopes: openid").replace("GET", "PUT"),
                "takes `GET` or `POST`",
            ),
            (
                &format!("Google: {{ {} }}", google.replace("{ env: S }", "hunter2")),
                "takes {env: …} or {file: …}",
            ),
            (&format!("Google: {{ {google}, acrMapping: {{ Level1: x }} }}"), "has no member `acrMapping`"),
            (&format!("Google: {{ {google}, idpIdentifiers: [a/b] }}"), "does not have the form"),
            (
                &format!(
                    "Google: {{ {google}, idpIdentifiers: [a] }}, {}",
                    saml("MetadataURL: x").replace("} }", "}, idpIdentifiers: [a] }")
                ),
                "has this identifier too",
            ),
            (
                &oidc("oidc_issuer: x, authorize_scopes: openid")
                    .replace("} }", "}, acrMapping: { Level5: x } }"),
                "does not have the form",
            ),
        ],
        |providers| format!("identityProviders: {{ {providers} }}"),
    );
}

#[test]
fn rules_of_resource_servers_and_groups() {
    each_is_refused(
        &[
            ("resourceServers: { api: {} }", "needs `name`"),
            ("resourceServers: { 'a b': { name: x } }", "does not have the form"),
            ("resourceServers: { api: { name: x, scopes: { 'a/b': y } } }", "does not have the form"),
            ("resourceServers: { api: { name: x, scopes: { read: '' } } }", "is too short"),
            ("resourceServers: { api: { name: x, scopes: [read] } }", "takes a mapping"),
            (
                "resourceServers: { api: { name: x, scopes: { read: y } } }\nclients: { web: { allowedOAuthFlowsUserPoolClient: true, allowedOAuthScopes: [api/raed] } }",
                "the resource server `api` declares no scope `raed`",
            ),
            ("groups: { 'a b': {} }", "does not have the form"),
            ("groups: { a: { precedence: -1 } }", "is at least 0"),
            ("groups: { a: { roleArn: a-role-of-some-length } }", "does not have the form"),
            ("groups: { a: { members: [x] } }", "has no member `members`"),
            ("groups:", "is null"),
            (
                "clients: { web: { applicationType: web } }",
                "takes `spa`, `traditional-web`, `mobile` or `machine-to-machine`",
            ),
            ("policy: { delete: [domains.a] }\ndomains: { a: {} }", "is declared and to be deleted"),
            ("policy: { prune: [domains] }", "is not written"),
            ("policy: { ignore: [groups.a.descripton] }\ngroups: { a: {} }", "has no member `descripton`"),
        ],
        str::to_owned,
    );
}

#[test]
fn what_a_preset_fills_in_is_as_if_it_were_written() {
    assert_eq!(
        of("clients: { web: { applicationType: spa, callbackURLs: ['https://a.example/'] } }"),
        [""; 0]
    );
    assert_eq!(
        of(
            "clients: { web: { applicationType: machine-to-machine, allowedOAuthFlows: [code, client_credentials] } }"
        ),
        ["`client_credentials` must be the only grant of its client"]
    );
}

#[test]
fn the_implicit_grant_is_warned_of_and_says_why() {
    let body = "clients: { web: { allowedOAuthFlowsUserPoolClient: true, allowedOAuthFlows: [implicit], callbackURLs: ['https://a.example/'] } }";
    let found = findings(&format!("apiVersion: cognitops/v1\npool: p\n{body}\n"));
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].severity, cognitops::diagnostic::Severity::Warning);
    assert!(found[0].message.contains("puts tokens into URLs"), "{found:?}");
}

#[test]
fn rules_of_policy() {
    each_is_refused(
        &[
            ("ignore: [settings.policies.passwordPolicy.minLength]", "has no member `minLength`"),
            ("ignore: [setings.policies]", "there is no section `setings`"),
            ("ignore: [clients.wbe]", "there is no app client `wbe`"),
            ("ignore: [clients.web.callbackUrls]", "has no member `callbackUrls`"),
            ("ignore: [settings.userPoolTier.x]", "has no members"),
            ("omitted: { clients.wbe: keep }", "there is no app client `wbe`"),
            ("delete: [clients.web]", "is declared and to be deleted"),
            ("delete: [settings.userPoolTags]", "only members of"),
            ("prune: [users]", "takes `clients`, `domains`, `logDelivery`, `resourceServers` or `tags`"),
            ("prune: [tags]", "is not written"),
            ("owner: none, prune: [clients]", "without an owner nothing is pruned"),
        ],
        |policy| format!("settings: {{}}\nclients: {{ web: {{}} }}\npolicy: {{ {policy} }}"),
    );
    for right in [
        "clients.*.callbackURLs",
        "'**'",
        "settings.attributes.tenant",
        "clients.web",
        "settings",
        "'settings.**.minimumLength'",
    ] {
        let body = format!("settings: {{}}\nclients: {{ web: {{}} }}\npolicy: {{ ignore: [{right}] }}");
        assert_eq!(of(&body), [""; 0], "{right}");
    }
}

#[test]
fn the_way_out_stands_beside_what_is_wrong() {
    let help = |body: &str| {
        let mut found = findings(&format!("apiVersion: cognitops/v1\npool: p\n{body}\n"));
        assert_eq!(found.len(), 1, "{found:?}");
        found.remove(0).help.unwrap_or_default()
    };
    for (body, way_out) in [
        ("clients: { web: { refreshTokenValidity: 15 days } }", "for example 12h"),
        ("clients: { web: }", "write `{}`"),
        ("settings: { policies: { passwordPolicy: { minimumLength: '12' } } }", "leave the quotes out"),
        (
            "settings: { policies: { passwordPolicy: { temporaryPasswordValidityDays: 007 } } }",
            "leave the leading zeros out",
        ),
        ("settings: { policies: { passwordPolicy: { minimumLength: 8.5 } } }", "write a whole number"),
        (
            "settings: { policies: { passwordPolicy: { requireNumbers: 'yes' } } }",
            "write true or false, without quotes",
        ),
        ("settings: { autoVerifiedAttributes: email }", "write it as a list"),
        ("settings: { userPoolTags: { 'aws:x': a } }", "choose another one"),
        (
            "settings: { attributes: { a_name_of_more_than_twenty: { attributeDataType: String, mutable: true } } }",
            "at most 20 characters",
        ),
        (
            "clients: { web: { allowedOAuthFlowsUserPoolClient: true, allowedOAuthScopes: [opnid] } }",
            "did you mean `openid`?",
        ),
        ("settings: { deletionProtection: ACTVE }", "did you mean `ACTIVE`?"),
    ] {
        let found = help(body);
        assert!(found.contains(way_out), "{body}: {found}");
    }
    let mut found = findings("pool: p\nsettings: {}\n");
    assert_eq!(found.remove(0).help.as_deref(), Some("write `apiVersion: cognitops/v1`"));
}
