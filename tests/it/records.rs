//! What belongs to a client and has an id of its own, on the command line: terms documents.

use cognitops::apply::Outcome;
use cognitops::cognito::ReadOperation::DescribeTermsByClient;
use cognitops::cognito::WriteOperation::{DeleteTerms, UpdateTerms};
use insta::assert_snapshot;
use serde_json::json;

use crate::runner::{Project, Ran};
use crate::world::World;

fn run(project: &Project, line: &str) -> Ran {
    project.run(&format!("{line} -f pool.yaml --sandbox=state.json"))
}

/// A project in which a manifest was applied.
fn applied(manifest: &str) -> Project {
    let project = Project::with(manifest);
    let ran = run(&project, "apply --yes --allow-create-pool --quiet");
    assert_eq!(ran.code, 0, "{ran}");
    project
}

fn with_client(client: &str) -> String {
    format!("apiVersion: cognitops/v1\npool: shop\nsettings: {{}}\nclients:\n  web:\n{client}")
}

fn is_empty(project: &Project) {
    let ran = run(project, "plan --detailed-exitcode");
    assert_eq!(ran.code, 0, "{ran}");
}

const TERMS: &str = "    terms:
      terms-of-use: { links: { 'cognito:default': 'https://shop.example/terms' } }
      privacy-policy:
        links: { 'cognito:default': 'https://shop.example/privacy', 'cognito:french': 'https://shop.example/fr' }
";

#[test]
fn terms_come_with_their_client_change_and_go_by_address() {
    let project = Project::with(&with_client(TERMS));
    assert_snapshot!(run(&project, "apply --yes --allow-create-pool"), @r#"
    exit: 0
    --- stdout
    + shop.settings  CreateUserPool
        + tag cognitops:managed-by  default/default/shop
        + tag cognitops:schema  1

    + shop.clients.web  CreateUserPoolClient

    + shop.clients.web.terms.privacy-policy  CreateTerms
        + links["cognito:default"]  https://shop.example/privacy
        + links["cognito:french"]  https://shop.example/fr

    + shop.clients.web.terms.terms-of-use  CreateTerms
        + links["cognito:default"]  https://shop.example/terms

    Plan: 4 to create, 0 to change, 0 to delete.
    done     shop.settings  CreateUserPool  [POOL]
    done     shop.clients.web  CreateUserPoolClient  [CLIENT]
    done     shop.clients.web.terms.privacy-policy  CreateTerms
    done     shop.clients.web.terms.terms-of-use  CreateTerms

    Applied: 4 calls.
    "#);
    is_empty(&project);
    // The links are one value: what is not written goes.
    let changed =
        TERMS.replace(", 'cognito:french': 'https://shop.example/fr'", "").replace("/terms'", "/agb'");
    project.write("pool.yaml", with_client(&changed));
    assert_snapshot!(run(&project, "apply --yes"), @r#"
    exit: 0
    --- stdout
    ~ shop.clients.web.terms.privacy-policy  UpdateTerms
        - links["cognito:french"]  https://shop.example/fr → absent

    ~ shop.clients.web.terms.terms-of-use  UpdateTerms
        ~ links["cognito:default"]  https://shop.example/terms → https://shop.example/agb

    Plan: 0 to create, 2 to change, 0 to delete.
    done     shop.clients.web.terms.privacy-policy  UpdateTerms
    done     shop.clients.web.terms.terms-of-use  UpdateTerms

    Applied: 2 calls.
    "#);
    is_empty(&project);
    // What nobody declares is listed and stays.
    let alone: String = changed.split_inclusive('\n').take(2).collect();
    project.write("pool.yaml", with_client(&alone));
    assert_snapshot!(run(&project, "plan"), @"
    exit: 0
    --- stdout
    Not declared, left alone: shop.clients.web.terms.privacy-policy

    No changes: 1 pool is as its manifest says.
    --- stderr
    warning[unused]: `clients.web.terms` has `terms-of-use` alone, and the pages show neither without both
     --> pool.yaml:7:7
      |
    7 |       terms-of-use: { links: { 'cognito:default': 'https://shop.example/agb' } }
      |       ^^^^^^^^^^^^
      |
      = help: declare `privacy-policy` too
    ");
    // Without the section nothing of it is read.
    project.write("pool.yaml", with_client("    {}\n"));
    assert_snapshot!(run(&project, "plan"), @"
    exit: 0
    --- stdout
    No changes: 1 pool is as its manifest says.
    ");
    // By its address it goes, with or without the section.
    let deletes = "policy: { delete: [clients.web.terms.privacy-policy] }\n";
    project.write("pool.yaml", with_client("    {}\n") + deletes);
    assert_snapshot!(run(&project, "apply --yes"), @"
    exit: 0
    --- stdout
    - shop.clients.web.terms.privacy-policy  DeleteTerms

    Plan: 0 to create, 0 to change, 1 to delete.
    done     shop.clients.web.terms.privacy-policy  DeleteTerms

    Applied: 1 call.
    ");
    is_empty(&project);
    project.write("pool.yaml", with_client("    terms: {}\n"));
    assert_snapshot!(run(&project, "plan"), @"
    exit: 0
    --- stdout
    Not declared, left alone: shop.clients.web.terms.terms-of-use

    No changes: 1 pool is as its manifest says.
    ");
}

#[test]
fn a_new_client_gets_its_terms_in_the_apply_that_makes_it() {
    let project = applied(&with_client("    {}\n"));
    project.write("pool.yaml", with_client("    {}\n") + "  app:\n" + TERMS);
    assert_snapshot!(run(&project, "plan --format json"), @r#"
    exit: 0
    --- stdout
    {
      "formatVersion": 1,
      "summary": {
        "create": 3,
        "update": 0,
        "delete": 0,
        "reset": 0,
        "refused": 0
      },
      "pools": [
        {
          "key": "shop",
          "poolId": "[POOL]",
          "resources": [
            {
              "address": "shop.clients.app",
              "action": "create",
              "steps": [
                {
                  "operation": "CreateUserPoolClient",
                  "intermediate": false,
                  "changes": []
                }
              ]
            },
            {
              "address": "shop.clients.app.terms.privacy-policy",
              "action": "create",
              "steps": [
                {
                  "operation": "CreateTerms",
                  "intermediate": false,
                  "changes": [
                    {
                      "path": "links[\"cognito:default\"]",
                      "kind": "add",
                      "after": "https://shop.example/privacy",
                      "weakens": false,
                      "secret": false
                    },
                    {
                      "path": "links[\"cognito:french\"]",
                      "kind": "add",
                      "after": "https://shop.example/fr",
                      "weakens": false,
                      "secret": false
                    }
                  ],
                  "needs": [
                    "shop.clients.app"
                  ]
                }
              ]
            },
            {
              "address": "shop.clients.app.terms.terms-of-use",
              "action": "create",
              "steps": [
                {
                  "operation": "CreateTerms",
                  "intermediate": false,
                  "changes": [
                    {
                      "path": "links[\"cognito:default\"]",
                      "kind": "add",
                      "after": "https://shop.example/terms",
                      "weakens": false,
                      "secret": false
                    }
                  ],
                  "needs": [
                    "shop.clients.app"
                  ]
                }
              ]
            }
          ],
          "unmanaged": [],
          "ignored": [],
          "unknown": [],
          "newInThisVersion": [],
          "secrets": [],
          "clientSecrets": [],
          "refusals": []
        }
      ]
    }
    "#);
    assert_eq!(run(&project, "apply --yes").code, 0);
    is_empty(&project);
}

#[test]
fn what_is_wrong_with_terms_is_said_with_its_line() {
    let wrong = "    terms:
      terms-of-use: { links: { 'cognito:french': 'https://shop.example/terms' } }
      imprint: { links: { 'cognito:default': 'https://shop.example/' } }
policy:
  ignore: [clients.web.terms.terms-of-use.linkz, clients.web.terms.*.links, clients.web.terms]
  delete: [clients.web.terms.terms-of-use, clients.old.terms.privacy-policy, clients.web.terms]
";
    let project = Project::with(&with_client(wrong));
    assert_snapshot!(project.run("validate -f pool.yaml"), @"
    exit: 1
    --- stdout
    error[missing]: `clients.web.terms.terms-of-use.links` needs `cognito:default`
     --> pool.yaml:7:23
      |
    7 |       terms-of-use: { links: { 'cognito:french': 'https://shop.example/terms' } }
      |                       ^^^^^
      |
      = help: write the URL for all languages without one of their own

    error[form]: the key `imprint` takes `terms-of-use` or `privacy-policy`
     --> pool.yaml:8:7
      |
    8 |       imprint: { links: { 'cognito:default': 'https://shop.example/' } }
      |       ^^^^^^^

    error[bad-reference]: `terms` has no member `linkz`
      --> pool.yaml:10:12
       |
    10 |   ignore: [clients.web.terms.terms-of-use.linkz, clients.web.terms.*.links, clients.web.terms]
       |            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = help: did you mean `links`?

    error[conflict]: `clients.web.terms.terms-of-use` is declared and to be deleted
      --> pool.yaml:11:12
       |
    11 |   delete: [clients.web.terms.terms-of-use, clients.old.terms.privacy-policy, clients.web.terms]
       |            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = help: take it out of `web` or of `delete`

    error[bad-reference]: `clients.old.terms.privacy-policy` is of the client `old`, which this manifest does not declare
      --> pool.yaml:11:44
       |
    11 |   delete: [clients.web.terms.terms-of-use, clients.old.terms.privacy-policy, clients.web.terms]
       |                                            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = help: declare the client: `old: {}` in `clients`

    error[not-supported]: only members of resourceServers, identityProviders, groups, clients, domains, replicas, logDelivery, and of clients managedLoginBranding, terms, are deleted by address
      --> pool.yaml:11:78
       |
    11 |   delete: [clients.web.terms.terms-of-use, clients.old.terms.privacy-policy, clients.web.terms]
       |                                                                              ^^^^^^^^^^^^^^^^^
       |
       = help: for example clients.old

    6 errors.
    ");
}

#[test]
fn terms_that_somebody_else_changed_or_deleted_meanwhile_are_not_written() {
    let manifest = "settings: {}
clients: { web: { terms: { terms-of-use: { links: { 'cognito:default': 'https://a.example' } } } } }
";
    let world = World::applied(manifest);
    let plan = world.plan(&manifest.replace("a.example", "b.example"));
    let (pool, client) = (world.pool_id(), world.client_id("web"));
    let named = json!({"UserPoolId": pool, "ClientId": client, "TermsName": "terms-of-use"});
    let id = world.read(DescribeTermsByClient, named)["Terms"]["TermsId"].clone();
    let links = json!({"cognito:default": "https://c.example"});
    world.write(UpdateTerms, json!({"UserPoolId": pool, "TermsId": id, "Links": links})).unwrap();
    let outcome = &world.execute(&plan).results[0].outcome;
    assert!(matches!(outcome, Outcome::Stale(paths) if paths.len() == 1), "{outcome:?}");
    world.write(DeleteTerms, json!({"UserPoolId": pool, "TermsId": id})).unwrap();
    let outcome = format!("{:?}", world.execute(&plan).results[0].outcome);
    assert!(outcome.contains("the client has no such terms document any more; plan again"), "{outcome}");
}

#[test]
fn an_update_of_terms_sends_every_member_and_what_is_not_known() {
    let manifest = "settings: {}
clients: { web: { terms: { terms-of-use: { links: { 'cognito:default': 'https://a.example' } } } } }
";
    let world = World::applied(manifest);
    let pool = world.pool_id();
    let (id, mut stored) = {
        let all = world.sandbox.document()["pools"][&pool]["terms"].clone();
        let (id, terms) = all.as_object().unwrap().iter().next().unwrap();
        (id.clone(), terms.clone())
    };
    stored["NewThing"] = json!({"Deep": [1]});
    world.sandbox.insert_member(&pool, "terms", &id, stored);
    world.must_apply(&manifest.replace("a.example", "b.example"));
    assert_eq!(
        world.sent("UpdateTerms"),
        json!({
            "UserPoolId": pool,
            "TermsId": id,
            "TermsName": "terms-of-use",
            "TermsSource": "LINK",
            "Enforcement": "NONE",
            "Links": {"cognito:default": "https://b.example"},
            "NewThing": {"Deep": [1]},
        })
    );
}
