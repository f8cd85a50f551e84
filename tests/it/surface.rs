//! The manifest against AWS's own service model: nothing missing, nothing invented, the same bounds.

use std::collections::{BTreeMap, BTreeSet};

use cognitops::catalog::LIMIT;
use cognitops::cognito::surface::{Container, Member, SURFACE};
use cognitops::manifest::schema::anchored;
use serde_json::{Value, json};

use crate::fields::{Field, fields};

/// Where the members of an operation's input stand in the manifest, in the API's names: of some, in several places.
const OPERATIONS: [(&str, &[&str]); 26] = [
    ("CreateUserPool", &["Settings"]),
    ("UpdateUserPool", &["Settings"]),
    ("SetUserPoolMfaConfig", &["Settings"]),
    ("AddCustomAttributes", &["Settings"]),
    ("CreateUserPoolClient", &["Clients{}"]),
    ("UpdateUserPoolClient", &["Clients{}"]),
    ("AddUserPoolClientSecret", &["Clients{}.Secrets"]),
    ("CreateUserPoolDomain", &["Domains{}"]),
    ("UpdateUserPoolDomain", &["Domains{}"]),
    ("CreateResourceServer", &["ResourceServers{}"]),
    ("UpdateResourceServer", &["ResourceServers{}"]),
    ("CreateIdentityProvider", &["IdentityProviders{}"]),
    ("UpdateIdentityProvider", &["IdentityProviders{}"]),
    ("CreateGroup", &["Groups{}"]),
    ("UpdateGroup", &["Groups{}"]),
    ("CreateUserPoolReplica", &["Replicas{}"]),
    ("UpdateUserPoolReplica", &["Replicas{}"]),
    ("SetRiskConfiguration", &["RiskConfiguration", "Clients{}.RiskConfiguration"]),
    ("SetLogDeliveryConfiguration", &["LogDelivery"]),
    ("SetUICustomization", &["UiCustomization", "Clients{}.UiCustomization"]),
    ("SetUserPoolSessionConfiguration", &["SessionConfiguration"]),
    ("SetUserPoolClientSessionConfiguration", &["Clients{}.SessionConfiguration"]),
    ("CreateManagedLoginBranding", &["Clients{}.ManagedLoginBranding"]),
    ("UpdateManagedLoginBranding", &["Clients{}.ManagedLoginBranding"]),
    ("CreateTerms", &["Clients{}.Terms{}"]),
    ("UpdateTerms", &["Clients{}.Terms{}"]),
];

/// Operations of the configuration surface whose members stand in no manifest under their own names.
const NOT_IN_A_MANIFEST: [(&str, &str); 1] =
    [("TagResource", "it writes the tags of `settings.userPoolTags`")];

/// Operations whose members stand in the project file, since what they set is the account's and no pool's: what each
/// member is there.
const IN_THE_PROJECT_FILE: [(&str, &[(&str, InTheProjectFile)]); 1] = [(
    "UpdateProvisionedLimit",
    &[
        ("LimitDefinition.LimitClass", InTheProjectFile::Always("API_CATEGORY")),
        ("LimitDefinition.Attributes{}", InTheProjectFile::Key("Category")),
        ("RequestedLimitValue", InTheProjectFile::Value),
    ],
)];

/// What a member of a request is of a map in an environment.
enum InTheProjectFile {
    /// Nothing of it: it always has this value.
    Always(&'static str),
    /// The key, which the request's own map has under this one.
    Key(&'static str),
    /// The value.
    Value,
}

#[test]
fn every_operation_of_the_surface_is_in_the_manifest_or_excluded() {
    let all: BTreeSet<&str> = SURFACE.members.iter().map(|member| member.op.as_str()).collect();
    let ours: BTreeSet<&str> = OPERATIONS.iter().map(|(operation, _)| *operation).collect();
    let excluded: BTreeSet<&str> = NOT_IN_A_MANIFEST.iter().map(|(operation, _)| *operation).collect();
    let of_projects: BTreeSet<&str> = IN_THE_PROJECT_FILE.iter().map(|(operation, _)| *operation).collect();
    assert_eq!(ours.len() + excluded.len() + of_projects.len(), all.len(), "each stands in one place");
    assert_eq!(all, ours.into_iter().chain(excluded).chain(of_projects).collect());
    assert_eq!(SURFACE.members.len(), 392);
}

#[test]
fn every_member_of_a_limit_is_in_the_project_file() {
    let environment = &cognitops::project::schema()["properties"]["environments"]["additionalProperties"];
    let field = &environment["properties"][LIMIT.section];
    let (declared, category) = (200, "UserAuthentication");
    assert!(jsonschema::is_valid(field, &json!({ category: declared })));
    let sent = cognitops::body::set_limit(category, &json!(declared));
    let mut seen = json!({});
    for (operation, places) in IN_THE_PROJECT_FILE {
        let members: Vec<&Member> = SURFACE.of(operation).collect();
        let paths: BTreeSet<&str> = members.iter().map(|member| member.path.as_str()).collect();
        assert_eq!(paths, places.iter().map(|(path, _)| *path).collect());
        for (path, place) in places {
            let member = members.iter().find(|member| member.path == *path).unwrap();
            let pointer = format!("/{}", path.replace("{}", "").replace('.', "/"));
            let value = match place {
                InTheProjectFile::Always(value) => {
                    assert_eq!(member.r#enum.as_deref(), Some(&[(*value).to_owned()][..]), "no other one");
                    json!(value)
                }
                InTheProjectFile::Key(key) => json!({ *key: category }),
                InTheProjectFile::Value => {
                    assert_eq!((&member.r#type[..], &member.min, &member.max), ("integer", &None, &None));
                    json!(declared)
                }
            };
            assert_eq!(sent.pointer(&pointer), Some(&value), "{path}");
            set(&mut seen, &pointer, value);
        }
    }
    assert_eq!(sent, seen, "and nothing else is sent");
    // Zero and texts are no limits.
    for wrong in [json!(0), json!(-1), json!("200"), json!(1.5), json!(1_i64 << 31)] {
        assert!(!jsonschema::is_valid(field, &json!({ category: wrong })), "{wrong}");
    }
}

/// Puts a value at a pointer, with the objects that lead there.
fn set(document: &mut Value, pointer: &str, value: Value) {
    let place = pointer.split('/').skip(1).fold(document, |at, key| &mut at[key]);
    *place = value;
}

/// Members of the API that the manifest does not have. A dot at the end stands for all members of a block.
const EXCLUDED: [(&str, &str); 45] = [
    ("Settings.EmailVerificationMessage", "only verificationMessageTemplate counts; AWS no longer uses it"),
    ("Settings.EmailVerificationSubject", "only verificationMessageTemplate counts; AWS no longer uses it"),
    ("Settings.SmsVerificationMessage", "only verificationMessageTemplate counts; AWS no longer uses it"),
    ("Settings.AdminCreateUserConfig.UnusedAccountValidityDays", "mirrors temporaryPasswordValidityDays"),
    ("Settings.LambdaConfig.PreTokenGeneration", "preTokenGeneration writes it and its newer form"),
    (
        "Settings.SmsMfaConfiguration.",
        "smsConfiguration and smsAuthenticationMessage stand once, in settings",
    ),
    ("Settings.Schema{}.Name", "it is the attribute's key"),
    ("Clients{}.UserPoolId", "it is the manifest's pool"),
    ("Clients{}.Secrets.UserPoolId", "it is the manifest's pool"),
    ("Clients{}.Secrets.ClientId", "it is the client that the section stands in"),
    ("Domains{}.UserPoolId", "it is the manifest's pool"),
    ("Domains{}.Domain", "it is the domain's key"),
    ("ResourceServers{}.UserPoolId", "it is the manifest's pool"),
    ("ResourceServers{}.Identifier", "it is the resource server's key"),
    ("ResourceServers{}.Scopes{}.ScopeName", "it is the scope's key"),
    ("IdentityProviders{}.UserPoolId", "it is the manifest's pool"),
    ("IdentityProviders{}.ProviderName", "it is the provider's key"),
    ("IdentityProviders{}.ProviderDetails{}", "each type has members of its own"),
    ("Groups{}.UserPoolId", "it is the manifest's pool"),
    ("Groups{}.GroupName", "it is the group's key"),
    ("Replicas{}.UserPoolId", "it is the manifest's pool"),
    ("Replicas{}.RegionName", "it is the replica's key"),
    ("RiskConfiguration.UserPoolId", "it is the manifest's pool"),
    ("RiskConfiguration.ClientId", "it is the client that the section stands in"),
    ("Clients{}.RiskConfiguration.UserPoolId", "it is the manifest's pool"),
    ("Clients{}.RiskConfiguration.ClientId", "it is the client that the section stands in"),
    ("UiCustomization.UserPoolId", "it is the manifest's pool"),
    ("UiCustomization.ClientId", "it is the client that the section stands in"),
    ("Clients{}.UiCustomization.UserPoolId", "it is the manifest's pool"),
    ("Clients{}.UiCustomization.ClientId", "it is the client that the section stands in"),
    ("LogDelivery.UserPoolId", "it is the manifest's pool"),
    ("LogDelivery{}.EventSource", "it is the destination's key"),
    ("SessionConfiguration.UserPoolId", "it is the manifest's pool"),
    ("Clients{}.SessionConfiguration.UserPoolId", "it is the manifest's pool"),
    ("Clients{}.SessionConfiguration.ClientId", "it is the client that the section stands in"),
    ("Clients{}.ManagedLoginBranding.UserPoolId", "it is the manifest's pool"),
    ("Clients{}.ManagedLoginBranding.ClientId", "it is the client that the section stands in"),
    ("Clients{}.ManagedLoginBranding.ManagedLoginBrandingId", "it is looked up by client"),
    ("Clients{}.ManagedLoginBranding.Assets{}{}.Category", "it is the image's first key"),
    ("Clients{}.ManagedLoginBranding.Assets{}{}.ColorMode", "it is the image's second key"),
    ("Clients{}.ManagedLoginBranding.Assets{}{}.ResourceId", "the service's own id of an image"),
    ("Clients{}.Terms{}.UserPoolId", "it is the manifest's pool"),
    ("Clients{}.Terms{}.ClientId", "it is the client that the section stands in"),
    ("Clients{}.Terms{}.TermsName", "it is the document's key"),
    ("Clients{}.Terms{}.TermsId", "it is looked up by client and name"),
];

/// Fields that are no member of the API.
const OURS: [(&str, &str); 10] = [
    ("Clients{}.ApplicationType", "fills in what is left out"),
    ("IdentityProviders{}.ProviderDetails.", "the members of each type, by its documentation"),
    ("Clients{}.Formerly", "renames a client in place"),
    ("Clients{}.ClientSecret.Env", "part of the reference to a secret"),
    ("Clients{}.ClientSecret.File", "part of the reference to a secret"),
    ("Clients{}.Secrets.Count", "how many there are says which call is made"),
    ("Clients{}.Secrets.ClientSecret.Env", "part of the reference to a secret"),
    ("Clients{}.Secrets.ClientSecret.File", "part of the reference to a secret"),
    ("Settings.LambdaConfig.PreTokenGenerationConfig", "an ARN alone, which means V1_0"),
    ("Settings.SmsMfaConfiguration", "the block has no members of its own here"),
];

/// Where a field differs from the model on purpose: the field, the keyword, the reason.
const DEVIATIONS: [(&str, &str, &str); 52] = [
    ("Clients{}.ExplicitAuthFlows", "container", "an empty list would mean the service's three"),
    ("Clients{}.ReadAttributes", "container", "an empty list would mean the service's whole set"),
    ("Clients{}.WriteAttributes", "container", "an empty list would mean the service's whole set"),
    ("PoolName", "required", "poolId is enough"),
    ("UserPoolId", "required", "pool is enough"),
    ("ResourceServers{}.Scopes", "container", "a map by the scopes' names"),
    ("ResourceServers{}.Scopes{}", "required", "a map's value"),
    ("Domains{}.ManagedLoginVersion", "bounds", "there are two versions"),
    ("Clients{}.ClientName", "required", "defaults to the key"),
    ("Clients{}.ClientId", "required", "only pins one among several"),
    ("Clients{}.AccessTokenValidity", "type", "a duration is clearer"),
    ("Clients{}.IdTokenValidity", "type", "a duration is clearer"),
    ("Clients{}.RefreshTokenValidity", "type", "a duration is clearer"),
    ("Clients{}.AccessTokenValidity", "pattern", "a duration is clearer"),
    ("Clients{}.IdTokenValidity", "pattern", "a duration is clearer"),
    ("Clients{}.RefreshTokenValidity", "pattern", "a duration is clearer"),
    ("Clients{}.ClientSecret", "type", "a reference, never the value"),
    ("Clients{}.ClientSecret", "bounds", "a reference, never the value"),
    ("Clients{}.ClientSecret", "pattern", "a reference, never the value"),
    ("Clients{}.Secrets.ClientSecret", "type", "a reference, never the value"),
    ("Clients{}.Secrets.ClientSecret", "bounds", "a reference, never the value"),
    ("Clients{}.Secrets.ClientSecret", "pattern", "a reference, never the value"),
    ("Settings.AdminCreateUserConfig.InviteMessageTemplate.SMSMessage", "pattern", "it accepts everything"),
    ("Settings.UserPoolAddOns.AdvancedSecurityMode", "required", "has a default"),
    ("Settings.Schema{}.AttributeDataType", "required", "tells the kinds of attribute apart"),
    ("Settings.Schema{}.StringAttributeConstraints.MinLength", "type", "numbers are welcome too"),
    ("Settings.Schema{}.StringAttributeConstraints.MaxLength", "type", "numbers are welcome too"),
    ("Settings.Schema{}.NumberAttributeConstraints.MinValue", "type", "numbers are welcome too"),
    ("Settings.Schema{}.NumberAttributeConstraints.MaxValue", "type", "numbers are welcome too"),
    ("Settings.Schema{}.StringAttributeConstraints.MinLength", "pattern", "the API's string holds a number"),
    ("Settings.Schema{}.StringAttributeConstraints.MaxLength", "pattern", "the API's string holds a number"),
    ("Settings.Schema{}.NumberAttributeConstraints.MinValue", "pattern", "the API's string holds a number"),
    ("Settings.Schema{}.NumberAttributeConstraints.MaxValue", "pattern", "the API's string holds a number"),
    ("SessionConfiguration.UserSessionTracking", "required", "has a default"),
    ("SessionConfiguration.TokenSession.MaxPerUser", "required", "has a default"),
    ("Clients{}.SessionConfiguration.SSOSession.MaxValidityMinutes", "required", "has a default"),
    ("Clients{}.ManagedLoginBranding.Settings", "type", "a document, or the file that holds it"),
    (
        "Clients{}.ManagedLoginBranding.Assets",
        "container",
        "maps by category and colour mode; validation counts",
    ),
    (
        "Clients{}.ManagedLoginBranding.Assets{}{}.Bytes",
        "type",
        "the bytes in base64, or the file that holds them",
    ),
    ("Clients{}.ManagedLoginBranding.Assets{}{}.Bytes", "bounds", "of the file, not of its base64"),
    ("Clients{}.ManagedLoginBranding.Assets{}{}.Bytes", "required", "no image without its bytes"),
    ("Clients{}.ManagedLoginBranding.Assets{}{}.Extension", "required", "the file's name says it"),
    ("Clients{}.Terms{}.TermsSource", "required", "has a default"),
    ("Clients{}.Terms{}.Enforcement", "required", "has a default"),
    ("LogDelivery", "container", "a map by the sources of events"),
    ("UiCustomization.ImageFile", "type", "bytes travel in base64"),
    ("UiCustomization.ImageFile", "bounds", "the request as a whole has a tighter one"),
    ("Clients{}.UiCustomization.ImageFile", "type", "bytes travel in base64"),
    ("Clients{}.UiCustomization.ImageFile", "bounds", "the request as a whole has a tighter one"),
    ("Replicas{}.Status", "required", "left out, it stays as it is"),
    ("Settings.DcrConfiguration.EnableStatus", "required", "left out, AWS takes it as Enabled"),
    ("Settings.Schema", "container", "a map of standard and custom attributes; several calls add 25 each"),
];

#[test]
fn every_member_of_the_api_is_a_field_or_excluded() {
    let fields = by_api_name();
    let mut missing = Vec::new();
    let mut needed = BTreeSet::new();
    for (_, path) in members() {
        if let Some((excluded, _)) = EXCLUDED.iter().find(|(excluded, _)| is_excluded(&path, excluded)) {
            needed.insert(*excluded);
            if fields.contains_key(&path) {
                missing.push(format!("{path} is excluded and a field"));
            }
        } else if !fields.contains_key(&path) {
            missing.push(format!("{path} is no field of the manifest"));
        }
    }
    missing.extend(unneeded(EXCLUDED.iter().map(|(path, _)| *path), &needed));
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

#[test]
fn every_field_is_a_member_of_the_api_or_ours() {
    let members: BTreeSet<String> = members().into_iter().map(|(_, path)| path).collect();
    let mut wrong = Vec::new();
    let mut needed = BTreeSet::new();
    for (path, fields) in by_api_name() {
        let leaf = fields.iter().any(is_leaf);
        let mut sections = OPERATIONS.iter().flat_map(|(_, sections)| *sections);
        let inside = sections.any(|section| path.starts_with(&format!("{section}.")));
        if !leaf || !inside || members.contains(&path) {
            continue;
        }
        match OURS.iter().find(|(ours, _)| is_excluded(&path, ours)) {
            Some((ours, _)) => _ = needed.insert(*ours),
            None => wrong.push(format!("{path} is no member of the API")),
        }
    }
    wrong.extend(unneeded(OURS.iter().map(|(path, _)| *path), &needed));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_field_has_the_bounds_of_the_api() {
    let fields = by_api_name();
    let mut differences = BTreeSet::new();
    for (member, path) in members() {
        let Some(fields) = fields.get(&path) else { continue };
        for (keyword, text) in compare(member, fields) {
            differences.insert((path.clone(), keyword, text));
        }
        for container in &member.containers {
            for path in places(&member.op, &container.path) {
                let Some(text) = compare_container(container, &path) else { continue };
                differences.insert((path, "container", text));
            }
        }
    }
    let is_expected = |path: &str, keyword: &str| {
        DEVIATIONS.iter().any(|(field, which, _)| *field == path && *which == keyword)
    };
    let unexpected: Vec<String> = differences
        .iter()
        .filter(|(path, keyword, _)| !is_expected(path, keyword))
        .map(|(path, keyword, text)| format!("{path}: {keyword}: {text}"))
        .collect();
    assert!(unexpected.is_empty(), "{}", unexpected.join("\n"));
    for (field, keyword, reason) in DEVIATIONS {
        let needed = differences.iter().any(|(path, which, _)| path == field && *which == keyword);
        assert!(needed, "the deviation of {field} ({keyword}: {reason}) is not needed");
    }
}

/// All members of the operations and where they stand in the manifest.
fn members() -> Vec<(&'static Member, String)> {
    let members = OPERATIONS.iter().flat_map(|(operation, _)| SURFACE.of(operation));
    members
        .flat_map(|member| places(&member.op, &member.path).into_iter().map(move |path| (member, path)))
        .collect()
}

/// Where a path of an operation's input stands in the manifest.
fn places(operation: &str, path: &str) -> Vec<String> {
    let sections = OPERATIONS.iter().find(|(name, _)| *name == operation).unwrap().1;
    sections.iter().map(|section| place(section, path)).collect()
}

fn place(section: &str, path: &str) -> String {
    // The pool's own identity stands at the top, attributes are one map.
    if path == "PoolName" || (path == "UserPoolId" && section == "Settings") {
        return path.to_owned();
    }
    if let Some(rest) = path.strip_prefix("LogConfigurations") {
        return format!("{section}{}", rest.replace("[]", "{}"));
    }
    if let Some(rest) = path.strip_prefix("Assets").filter(|_| section.ends_with("Branding")) {
        return format!("{section}.Assets{}", rest.replace("[]", "{}{}"));
    }
    let path = match path.strip_prefix("Scopes[]").filter(|_| section == "ResourceServers{}") {
        Some(".ScopeDescription") => "Scopes{}".to_owned(),
        Some(rest) => format!("Scopes{{}}{rest}"),
        None => path.to_owned(),
    };
    let path = path.replace("CustomAttributes[]", "Schema{}").replace("Schema[]", "Schema{}");
    let path = if path == "CustomAttributes" { "Schema".to_owned() } else { path };
    format!("{section}.{path}")
}

fn is_excluded(path: &str, excluded: &str) -> bool {
    if excluded.ends_with('.') { path.starts_with(excluded) } else { path == excluded }
}

fn unneeded<'a>(
    listed: impl Iterator<Item = &'a str>,
    needed: &BTreeSet<&str>,
) -> impl Iterator<Item = String> {
    listed.filter(|path| !needed.contains(path)).map(|path| format!("the entry {path} is not needed"))
}

fn by_api_name() -> BTreeMap<String, Vec<Field>> {
    let mut map: BTreeMap<String, Vec<Field>> = BTreeMap::new();
    for field in fields() {
        map.entry(field.api.clone()).or_default().push(field);
    }
    map
}

/// Whether it holds a value of its own, and not only members.
fn is_leaf(field: &Field) -> bool {
    let container = ["items", "oneOf"].iter().any(|keyword| field.has(keyword));
    let block = field.schema["properties"].as_object().is_some_and(|members| !members.is_empty());
    let map = field.schema["additionalProperties"].is_object();
    !container && !map && (!block || field.types().contains(&"string"))
}

/// How the fields for one member differ from it.
fn compare(member: &Member, fields: &[Field]) -> Vec<(&'static str, String)> {
    let mut differences = Vec::new();
    let mut report = |keyword, ours: &Value, theirs: &Value| {
        if ours != theirs {
            differences.push((keyword, format!("{ours} here, {theirs} in the model")));
        }
    };
    let mut choices = BTreeSet::new();
    for field in fields {
        let mut types = field.types();
        // A long value may stand in a file instead.
        types.retain(|name| !field.has("x-file") || *name != "object");
        report("type", &json!(types), &json!([member.r#type]));
        report("required", &json!(field.required), &json!(member.required));
        let (least, most) =
            if member.r#type == "string" { ("minLength", "maxLength") } else { ("minimum", "maximum") };
        let bounds = [field.schema.get(least), field.schema.get(most)];
        report("bounds", &json!(bounds), &json!([member.min, member.max]));
        let pattern = member.pattern.as_deref().map(anchored);
        report("pattern", &json!(field.schema.get("pattern")), &json!(pattern));
        let listed = field.schema["enum"].as_array().into_iter().flatten();
        choices.extend(listed.chain(field.schema.get("const")).filter_map(Value::as_str));
    }
    let theirs: BTreeSet<&str> = member.r#enum.iter().flatten().map(String::as_str).collect();
    report("enum", &json!(choices), &json!(theirs));
    differences
}

/// How the list or map around a member differs from the model's.
fn compare_container(container: &Container, path: &str) -> Option<String> {
    let all = by_api_name();
    let field = all.get(path)?.first()?;
    let get = |keyword: &str| field.schema.get(keyword).cloned().unwrap_or_default();
    let keys = get("propertyNames");
    let ours = match container.kind.as_str() {
        "list" => json!([get("minItems"), get("maxItems"), null, null, null]),
        _ => json!([
            get("minProperties"),
            get("maxProperties"),
            keys["minLength"],
            keys["maxLength"],
            keys["pattern"]
        ]),
    };
    let pattern = container.key_pattern.as_deref().map(anchored);
    let theirs = json!([container.min, container.max, container.key_min, container.key_max, pattern]);
    (ours != theirs).then(|| format!("{ours} here, {theirs} in the model"))
}
