//! Sections, collections and values.

use cognitops::cognito::WriteOperation;
use cognitops::plan::{Adopt, RefusalRule};
use serde_json::{Value, json};

use crate::runner::Project;
use crate::world::{World, changes, errors, operations, unmanaged};

#[test]
fn a_section_that_is_not_written_is_not_managed() {
    let world = World::applied(
        "settings: { policies: { passwordPolicy: { minimumLength: 12 } } }\nclients: { web: {} }\n",
    );
    let before = world.sandbox.calls().len();
    let plan = world.plan("clients: { web: { authSessionValidity: 5 } }\n");
    assert_eq!(changes(&plan), ["~ clients.web.authSessionValidity 3 → 5"]);
    assert!(!world.operations_since(before).contains(&"GetUserPoolMfaConfig"), "settings were read");
    let before = world.sandbox.calls().len();
    world.plan("settings: { policies: { passwordPolicy: { minimumLength: 12 } } }\n");
    let calls = world.operations_since(before);
    assert!(!calls.iter().any(|name| name.contains("Client")), "clients were read: {calls:?}");
}

#[test]
fn empty_settings_are_a_decision_and_missing_ones_are_none() {
    let world = World::applied(
        "settings: { policies: { passwordPolicy: { minimumLength: 12 } } }\nclients: { web: {} }\n",
    );
    assert_eq!(
        changes(&world.plan("settings: {}\n")),
        ["! settings.policies.passwordPolicy.minimumLength 12 → 8"]
    );
    assert_eq!(changes(&world.plan("clients: { web: {} }\n")), [""; 0]);
}

#[test]
fn a_file_that_holds_only_a_client_touches_only_that_client_even_where_somebody_else_owns_the_pool() {
    let world = World::applied("settings: { policies: { passwordPolicy: { minimumLength: 12 } } }\n");
    world.tamper(|pool, _, _| {
        pool["UserPoolTags"] = json!({"aws:cloudformation:stack-id": "arn:aws:cloudformation:x:stack/auth"});
    });
    let pool = world.pool();
    world.must_apply("clients: { web: {} }\n");
    assert_eq!(world.pool(), pool);
    assert_eq!(world.client("web")["ClientName"], "web");
}

#[test]
fn only_a_manifest_with_settings_creates_a_pool() {
    let world = World::new();
    let error = world.try_plan("clients: { web: {} }\n").unwrap_err().to_string();
    assert_eq!(error, "there is no pool named `customers`, and a manifest without `settings` creates none");
    assert_eq!(operations(&world.plan("settings: {}\n")), ["CreateUserPool"]);
}

#[test]
fn undeclared_members_of_collections_are_listed_and_left_alone() {
    let world = World::applied(
        "settings:\n  userPoolTags: { team: identity }\n  attributes: { tenant: { attributeDataType: String, mutable: true } }\nclients: { web: {}, api: {} }\n",
    );
    let plan = world.plan("settings: { userPoolTags: {}, attributes: {} }\nclients: { api: {} }\n");
    assert_eq!(operations(&plan), [""; 0]);
    let mut listed = unmanaged(&plan);
    listed.sort();
    assert_eq!(
        listed,
        [
            "customers.clients.web",
            "customers.settings.attributes.tenant",
            "customers.settings.userPoolTags.team"
        ]
    );
}

#[test]
fn undeclared_parts_of_values_go() {
    let arn = "arn:aws:lambda:us-east-1:123456789012:function:f";
    let world = World::applied(&format!(
        "settings: {{ lambdaConfig: {{ preSignUp: '{arn}', postConfirmation: '{arn}' }} }}\n"
    ));
    let plan = world.plan(&format!("settings: {{ lambdaConfig: {{ preSignUp: '{arn}' }} }}\n"));
    assert_eq!(changes(&plan), [format!("! settings.lambdaConfig.postConfirmation \"{arn}\" → absent")]);
}

#[test]
fn removing_a_declaration_deletes_nothing() {
    let world = World::applied("settings: {}\nclients: { web: {}, api: {} }\n");
    world.must_apply("settings: {}\nclients: { api: {} }\n");
    assert_eq!(world.client("web")["ClientName"], "web");
}

#[test]
fn delete_deletes_exactly_what_it_names() {
    let world = World::applied("settings: {}\nclients: { web: {}, api: {}, old: {} }\n");
    let with = "clients: { api: {} }\npolicy: { delete: [clients.old, clients.gone] }\n";
    let plan = world.plan(with);
    assert_eq!(operations(&plan), ["DeleteUserPoolClient"]);
    assert_eq!(plan.steps[0].address.to_string(), "customers.clients.old");
    assert_eq!(unmanaged(&plan), ["customers.clients.web"]);
    world.must_apply(with);
    assert_eq!(operations(&world.plan(with)), [""; 0]);
}

#[test]
fn delete_of_a_name_that_several_clients_have_is_refused() {
    let world = World::applied("settings: {}\nclients: { old: {} }\n");
    world.tamper(|_, _, clients| {
        let mut twin = clients[0].clone();
        twin["ClientId"] = json!("a".repeat(26));
        clients.push(twin);
    });
    let refused = world.refusals("clients: {}\npolicy: { delete: [clients.old] }\n");
    assert_eq!(refused, [(RefusalRule::Prune, "customers.policy.delete".to_owned())]);
}

const PRUNING: &str = "settings: { userPoolTags: { team: identity } }\nclients: { web: {} }\npolicy: { prune: [clients, tags] }\n";

#[test]
fn prune_deletes_what_is_undeclared() {
    let world = World::applied(
        "settings: { userPoolTags: { team: identity, cost: a } }\nclients: { web: {}, old: {} }\n",
    );
    let plan = world.plan(PRUNING);
    assert_eq!(operations(&plan), ["TagResource", "DeleteUserPoolClient"]);
    world.must_apply(PRUNING);
    let tags = world.pool()["UserPoolTags"].clone();
    assert_eq!(tags.get("cost"), None);
    assert_eq!(tags["team"], "identity");
    assert_eq!(tags["cognitops:managed-by"], "shop/test/customers", "our own tags are no user's to prune");
    assert_eq!(operations(&world.plan(PRUNING)), [""; 0]);
}

#[test]
fn prune_needs_the_complete_set() {
    let mut world =
        World::applied("settings: { userPoolTags: { team: identity } }\nclients: { web: {}, old: {} }\n");
    world.context.complete = false;
    let plan = world.plan(PRUNING);
    assert_eq!(operations(&plan), [""; 0]);
    assert_eq!(world.refusals(PRUNING), [(RefusalRule::Prune, "customers.policy.prune".to_owned())]);
    let absent =
        errors("apiVersion: cognitops/v1\npool: p\nsettings: {}\npolicy: { prune: [clients, tags] }\n");
    assert_eq!(
        absent,
        [
            "`clients` is not written, so everything in it would be deleted",
            "`settings.userPoolTags` is not written, so everything in it would be deleted"
        ]
    );
}

#[test]
fn prune_is_refused_on_a_pool_that_is_not_ours() {
    let world =
        World::applied("settings: { userPoolTags: { team: identity } }\nclients: { web: {}, old: {} }\n");
    world.tamper(|pool, _, _| pool["UserPoolTags"] = json!({"team": "identity"}));
    assert_eq!(world.refusals(PRUNING), [(RefusalRule::Prune, "customers.policy.prune".to_owned())]);
}

#[test]
fn prune_over_the_command_line_sees_which_files_are_given() {
    let header = "apiVersion: cognitops/v1\npool: customers\n";
    let project = Project::new()
        .file("cognitops.yaml", "environments: { dev: { manifests: [pools] } }\n")
        .file(
            "pools/a.yaml",
            format!("{header}settings: {{}}\nclients: {{ web: {{}} }}\npolicy: {{ prune: [clients] }}\n"),
        )
        .file("pools/b.yaml", format!("{header}clients: {{ api: {{}} }}\n"));
    let ran = project.run("apply --sandbox --yes --allow-create-pool");
    assert_eq!(ran.code, 0, "{ran}");
    let ran = project.run("plan --sandbox -f pools/a.yaml");
    assert_eq!(ran.code, 3, "{ran}");
    assert!(ran.stdout.contains("not all files of the environment were given"), "{ran}");
    assert_eq!(project.run("plan --sandbox -f pools/a.yaml -f pools/b.yaml").code, 0);
    std::fs::remove_file(project.at("pools/b.yaml")).unwrap();
    let ran = project.run("plan --sandbox");
    assert!(ran.stdout.contains("- customers.clients.api  DeleteUserPoolClient"), "{ran}");
}

#[test]
fn what_aws_made_is_never_pruned_and_still_listed() {
    let world = World::applied(
        "settings: {}\nclients: { web: {}, 'AmazonOpenSearchService-dashboards-x': {}, self: {} }\n",
    );
    world.tamper(|_, _, clients| {
        for client in clients {
            if client["ClientName"] == "self" {
                client["ClientType"] = json!("DCR");
            }
        }
    });
    let plan = world.plan("settings: {}\nclients: { web: {} }\npolicy: { prune: [clients] }\n");
    assert_eq!(operations(&plan), [""; 0]);
    let notes: Vec<_> = plan.unmanaged.iter().map(|unmanaged| unmanaged.note).collect();
    assert!(
        notes.contains(&Some("registered itself")) && notes.contains(&Some("made by OpenSearch")),
        "{notes:?}"
    );
}

#[test]
fn a_tag_of_aws_is_never_touched() {
    let mut world = World::applied("settings: { userPoolTags: { team: identity } }\n");
    world.tamper(|pool, _, _| pool["UserPoolTags"]["aws:servicecatalog:x"] = json!("1"));
    world.context.adopt = Adopt::Now;
    world.must_apply("settings: { userPoolTags: { team: b } }\nclients: {}\npolicy: { prune: [tags] }\n");
    assert_eq!(world.pool()["UserPoolTags"]["aws:servicecatalog:x"], "1");
    world.must_apply(
        "settings: { userPoolTags: { team: b }, policies: { passwordPolicy: { minimumLength: 9 } } }\n",
    );
    assert_eq!(world.pool()["UserPoolTags"]["aws:servicecatalog:x"], "1");
    assert_eq!(world.sent("UpdateUserPool")["UserPoolTags"].get("aws:servicecatalog:x"), None);
}

#[test]
fn policy_stands_in_one_file_of_a_pool() {
    let one = "apiVersion: cognitops/v1\npool: p\nclients: {}\npolicy: { maxResets: 1 }\n";
    let found = errors(&format!("{one}---\n{one}"));
    assert_eq!(found, ["`policy` is defined twice; the other place is pool.yaml:4:1"]);
}

#[test]
fn a_collection_or_section_that_is_null_is_an_error() {
    assert_eq!(
        errors("apiVersion: cognitops/v1\npool: p\nsettings:\nclients:\n"),
        ["`settings` is null", "`clients` is null"]
    );
}

#[test]
fn tags_change_by_their_own_operations() {
    let world = World::applied("settings: { userPoolTags: { team: identity, cost: a } }\n");
    let before = world.sandbox.calls().len();
    world.must_apply("settings: { userPoolTags: { team: core } }\npolicy: { prune: [tags] }\n");
    let writes: Vec<_> = world.operations_since(before);
    assert!(writes.contains(&"TagResource") && writes.contains(&"UntagResource"), "{writes:?}");
    assert!(!writes.contains(&"UpdateUserPool"), "{writes:?}");
    let tags: Value = world.pool()["UserPoolTags"].clone();
    assert_eq!((tags["team"].as_str(), tags.get("cost")), (Some("core"), None));
}

#[test]
fn an_update_carries_the_live_tags_as_they_then_are() {
    let world = World::applied("settings: { userPoolTags: { team: identity } }\n");
    let id = world.pool_id();
    let arn = world.pool()["Arn"].clone();
    let plan = world.plan("settings: { policies: { passwordPolicy: { minimumLength: 9 } } }\n");
    world.write(WriteOperation::TagResource, json!({"ResourceArn": arn, "Tags": {"late": "yes"}})).unwrap();
    assert!(world.execute(&plan).is_complete());
    assert_eq!(world.sent("UpdateUserPool")["UserPoolTags"]["late"], "yes", "{id}");
    assert_eq!(world.pool()["UserPoolTags"]["late"], "yes");
}
