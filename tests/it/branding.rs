//! Styles of managed login, on the command line.

use cognitops::apply::Outcome;
use cognitops::cognito::ReadOperation::DescribeManagedLoginBrandingByClient;
use cognitops::cognito::WriteOperation::UpdateManagedLoginBranding;
use cognitops::plan::RefusalRule;
use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::runner::{Project, Ran};
use crate::world::{Meddler, World};

const SETTINGS: &str = r#"{
  "categories": { "form": { "displayGraphics": true }, "global": { "colorSchemeMode": "LIGHT" } },
  "components": { "primaryButton": { "lightMode": { "backgroundColor": "1e3c8cff", "stops": [1, 2] } } }
}"#;

const STYLE: &str = "
      settings: { file: ./branding.json }
      assets:
        FORM_LOGO: { LIGHT: { bytes: { file: ./logo.svg } }, DARK: { bytes: { file: ./logo.svg } } }
        PAGE_BACKGROUND: { LIGHT: { bytes: { file: ./background.jpg } } }
";

fn run(project: &Project, line: &str) -> Ran {
    project.run(&format!("{line} -f pool.yaml --sandbox=state.json"))
}

fn with_style(style: &str) -> String {
    let head =
        "apiVersion: cognitops/v1\npool: shop\nsettings: {}\nclients:\n  web:\n    managedLoginBranding:";
    format!("{head} {style}")
}

fn project(style: &str) -> Project {
    Project::with(&with_style(style))
        .file("branding.json", SETTINGS)
        .file("logo.svg", "<svg/>")
        .file("background.jpg", [7; 1_234])
}

fn is_empty(project: &Project) {
    let ran = run(project, "plan --detailed-exitcode");
    assert_eq!(ran.code, 0, "{ran}");
}

#[test]
fn a_style_comes_from_files_changes_and_goes() {
    let project = project(STYLE);
    assert_snapshot!(run(&project, "apply --yes --allow-create-pool"), @r#"
    exit: 0
    --- stdout
    + shop.settings  CreateUserPool
        + tag cognitops:managed-by  default/default/shop
        + tag cognitops:schema  1

    + shop.clients.web  CreateUserPoolClient

    + shop.clients.web.managedLoginBranding  CreateManagedLoginBranding
        + assets.FORM_LOGO  {DARK: {bytes: "(image, 6 bytes)", extension: SVG}, LIGHT: {bytes: "(image, 6 bytes)", extension: SVG}}
        + assets.PAGE_BACKGROUND  {LIGHT: {bytes: "(image, 1,234 bytes)", extension: JPEG}}
        + settings
            + categories.form.displayGraphics  true
            + categories.global.colorSchemeMode  LIGHT
            + components.primaryButton.lightMode.backgroundColor  1e3c8cff
            + components.primaryButton.lightMode.stops  [1, 2]

    Plan: 3 to create, 0 to change, 0 to delete.
    done     shop.settings  CreateUserPool  [POOL]
    done     shop.clients.web  CreateUserPoolClient  [CLIENT]
    done     shop.clients.web.managedLoginBranding  CreateManagedLoginBranding

    Applied: 3 calls.
    "#);
    is_empty(&project);
    // What is only changed goes by itself.
    project.write("branding.json", SETTINGS.replace("1e3c8cff", "ffffffff").replace("[1, 2]", "[2, 1]"));
    project.write("background.jpg", [8; 2_000]);
    assert_snapshot!(run(&project, "apply --yes"), @"
    exit: 0
    --- stdout
    ~ shop.clients.web.managedLoginBranding  UpdateManagedLoginBranding
        ~ assets.PAGE_BACKGROUND.LIGHT.bytes  (image, 1,234 bytes) → (image, 2,000 bytes)
        ~ settings
            ~ components.primaryButton.lightMode.backgroundColor  1e3c8cff → ffffffff
            ~ components.primaryButton.lightMode.stops  [1, 2] → [2, 1]

    Plan: 0 to create, 1 to change, 0 to delete.
    done     shop.clients.web.managedLoginBranding  UpdateManagedLoginBranding

    Applied: 1 call.
    ");
    is_empty(&project);
    // What is taken out takes two calls.
    project.write("branding.json", SETTINGS.replace("\"displayGraphics\": true", ""));
    project.write("pool.yaml", with_style(&STYLE.replace(", DARK: { bytes: { file: ./logo.svg } }", "")));
    assert_snapshot!(run(&project, "plan"), @r#"
    exit: 0
    --- stdout
    ~ shop.clients.web.managedLoginBranding  UpdateManagedLoginBranding, then UpdateManagedLoginBranding
        (nothing can be taken out by itself: first everything goes, then the whole comes back)
        - assets.FORM_LOGO.DARK  {bytes: "(image, 6 bytes)", extension: SVG} → absent
        ~ settings
            - categories.form.displayGraphics  true
            ~ components.primaryButton.lightMode.backgroundColor  ffffffff → 1e3c8cff
            ~ components.primaryButton.lightMode.stops  [2, 1] → [1, 2]

    Plan: 0 to create, 1 to change, 0 to delete.
    "#);
    assert_snapshot!(run(&project, "drift"), @r#"
    exit: 2
    --- stdout
    changed   shop.clients.web.managedLoginBranding
        - assets.FORM_LOGO.DARK  {bytes: "(image, 6 bytes)", extension: SVG} → absent
        ~ settings
            - categories.form.displayGraphics  true
            ~ components.primaryButton.lightMode.backgroundColor  ffffffff → 1e3c8cff
            ~ components.primaryButton.lightMode.stops  [2, 1] → [1, 2]

    Drift: 1 changed, 0 missing, 0 unmanaged.
    "#);
    let ran = run(&project, "apply --yes");
    assert_eq!(ran.code, 0, "{ran}");
    is_empty(&project);
    // Cognito's own look.
    project.write("pool.yaml", with_style("{}\n"));
    assert_snapshot!(run(&project, "apply --yes"), @r#"
    exit: 0
    --- stdout
    ~ shop.clients.web.managedLoginBranding  UpdateManagedLoginBranding
        ! assets.FORM_LOGO  {LIGHT: {bytes: "(image, 6 bytes)", extension: SVG}} → absent · not in the manifest
        ! assets.PAGE_BACKGROUND  {LIGHT: {bytes: "(image, 2,000 bytes)", extension: JPEG}} → absent · not in the manifest
        ! settings · not in the manifest
            - categories.form  {}
            - categories.global.colorSchemeMode  LIGHT
            - components.primaryButton.lightMode.backgroundColor  1e3c8cff
            - components.primaryButton.lightMode.stops  [1, 2]

    Plan: 0 to create, 1 to change, 0 to delete; 3 fields to reset.
    done     shop.clients.web.managedLoginBranding  UpdateManagedLoginBranding

    Applied: 1 call.
    "#);
    is_empty(&project);
    project.write("pool.yaml", with_style("{ useCognitoProvidedValues: true }\n"));
    is_empty(&project);
    // Left out, it stays; by its address it goes.
    let without = "apiVersion: cognitops/v1\npool: shop\nclients: { web: {} }\n";
    project.write("pool.yaml", without);
    is_empty(&project);
    project
        .write("pool.yaml", format!("{without}policy: {{ delete: [clients.web.managedLoginBranding] }}\n"));
    assert_snapshot!(run(&project, "apply --yes"), @"
    exit: 0
    --- stdout
    - shop.clients.web.managedLoginBranding  DeleteManagedLoginBranding
        note: without a style the client's pages of managed login do not work

    Plan: 0 to create, 0 to change, 1 to delete.
    done     shop.clients.web.managedLoginBranding  DeleteManagedLoginBranding

    Applied: 1 call.
    ");
    is_empty(&project);
}

#[test]
fn programs_get_documents_whole_and_images_by_their_size() {
    let project = project(
        "{ settings: { a: { b: 1 } }, assets: { FORM_LOGO: { LIGHT: { bytes: AAAA, extension: PNG } } } }\n",
    );
    let ran = run(&project, "apply --yes --allow-create-pool --quiet");
    assert_eq!(ran.code, 0, "{ran}");
    project.write("pool.yaml", with_style("{ settings: { a: { c: 1 } }, assets: { FORM_LOGO: { LIGHT: { bytes: BBBBBBBB, extension: PNG } } } }\n"));
    let ran = run(&project, "plan --format json");
    assert!(!ran.stdout.contains("AAAA") && !ran.stdout.contains("BBBB"), "{ran}");
    let plan: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_snapshot!(format!("{:#}", plan["pools"][0]["resources"]), @r#"
    [
      {
        "action": "update",
        "address": "shop.clients.web.managedLoginBranding",
        "steps": [
          {
            "changes": [
              {
                "before": {
                  "FORM_LOGO": {
                    "LIGHT": {
                      "bytes": "(image, 3 bytes)",
                      "extension": "PNG"
                    }
                  }
                },
                "kind": "remove",
                "path": "assets",
                "secret": false,
                "weakens": false
              },
              {
                "before": {
                  "a": {
                    "b": 1
                  }
                },
                "kind": "remove",
                "path": "settings",
                "secret": false,
                "weakens": false
              }
            ],
            "intermediate": true,
            "operation": "UpdateManagedLoginBranding"
          },
          {
            "changes": [
              {
                "after": "(image, 6 bytes)",
                "before": "(image, 3 bytes)",
                "kind": "modify",
                "path": "assets.FORM_LOGO.LIGHT.bytes",
                "secret": false,
                "weakens": false
              },
              {
                "after": {
                  "a": {
                    "c": 1
                  }
                },
                "before": {
                  "a": {
                    "b": 1
                  }
                },
                "kind": "modify",
                "path": "settings",
                "secret": false,
                "weakens": false
              }
            ],
            "intermediate": false,
            "operation": "UpdateManagedLoginBranding"
          }
        ]
      }
    ]
    "#);
}

#[test]
fn what_is_wrong_with_a_style_is_said_with_its_line() {
    let wrong = "
      useCognitoProvidedValues: true
      settings: { file: ./none.json }
      assets:
        FORM_LOGO: { LIGHT: { bytes: { file: ./logo.svg }, extension: PNG }, NIGHT: { bytes: AAAA } }
        PAGE_BACKGROUND: { LIGHT: { bytes: { file: ./background } }, DARK: { bytes: '!', extension: PNG } }
        NOWHERE: {}
        FAVICON_ICO: { DYNAMIC: { bytes: { file: ./large.ico } } }
";
    let project = project(wrong).file("background", "x").file("large.ico", vec![0; 1_000_001]);
    assert_snapshot!(project.run("validate -f pool.yaml"), @"
    exit: 1
    --- stdout
    error[conflict]: `useCognitoProvidedValues: true` excludes `settings`
     --> pool.yaml:7:33
      |
    7 |       useCognitoProvidedValues: true
      |                                 ^^^^
      |
      = help: leave one of the two out

    error[unreadable]: `./none.json`: there is no such file or directory
     --> pool.yaml:8:25
      |
    8 |       settings: { file: ./none.json }
      |                         ^^^^^^^^^^^
      |
      = help: the path is relative to the manifest that it stands in

    error[conflict]: `clients.web.managedLoginBranding.assets.FORM_LOGO.LIGHT.extension` is PNG, and the file's name says SVG
      --> pool.yaml:10:71
       |
    10 |         FORM_LOGO: { LIGHT: { bytes: { file: ./logo.svg }, extension: PNG }, NIGHT: { bytes: AAAA } }
       |                                                                       ^^^
       |
       = help: leave it out, or rename the file

    error[form]: the key `NIGHT` takes `LIGHT`, `DARK` or `DYNAMIC`
      --> pool.yaml:10:78
       |
    10 |         FORM_LOGO: { LIGHT: { bytes: { file: ./logo.svg }, extension: PNG }, NIGHT: { bytes: AAAA } }
       |                                                                              ^^^^^
       |
       = help: did you mean `LIGHT`?

    error[missing]: `clients.web.managedLoginBranding.assets.PAGE_BACKGROUND.LIGHT` needs `extension`
      --> pool.yaml:11:28
       |
    11 |         PAGE_BACKGROUND: { LIGHT: { bytes: { file: ./background } }, DARK: { bytes: '!', extension: PNG } }
       |                            ^^^^^
       |
       = help: write it, or give the file a name that says what it is: .png, .jpg, .svg, .webp, .ico

    error[form]: `clients.web.managedLoginBranding.assets.PAGE_BACKGROUND.DARK.bytes` is no base64
      --> pool.yaml:11:85
       |
    11 |         PAGE_BACKGROUND: { LIGHT: { bytes: { file: ./background } }, DARK: { bytes: '!', extension: PNG } }
       |                                                                                     ^^^
       |
       = help: name the file: `bytes: {file: ./logo.png}`

    error[form]: the key `NOWHERE` takes `FAVICON_ICO`, `FAVICON_SVG`, `EMAIL_GRAPHIC`, `SMS_GRAPHIC`, `AUTH_APP_GRAPHIC`, `PASSWORD_GRAPHIC`, `PASSKEY_GRAPHIC`, `PAGE_HEADER_LOGO`, `PAGE_HEADER_BACKGROUND`, `PAGE_FOOTER_LOGO`, `PAGE_FOOTER_BACKGROUND`, `PAGE_BACKGROUND`, `FORM_BACKGROUND`, `FORM_LOGO` or `IDP_BUTTON_ICON`
      --> pool.yaml:12:9
       |
    12 |         NOWHERE: {}
       |         ^^^^^^^

    error[unreadable]: `./large.ico`: the file is larger than 1000000 bytes
      --> pool.yaml:13:50
       |
    13 |         FAVICON_ICO: { DYNAMIC: { bytes: { file: ./large.ico } } }
       |                                                  ^^^^^^^^^^^
       |
       = help: the path is relative to the manifest that it stands in

    8 errors.
    ");
    project.write("pool.yaml", with_style("{ useCognitoProvidedValues: false }\n"));
    assert_snapshot!(project.run("validate -f pool.yaml"), @"
    exit: 1
    --- stdout
    error[conflict]: without `settings` and `assets` the pages look as Cognito makes them
     --> pool.yaml:6:55
      |
    6 |     managedLoginBranding: { useCognitoProvidedValues: false }
      |                                                       ^^^^^
      |
      = help: write what is to differ, or leave the member out

    1 error.
    ");
    project.write("large.png", vec![0; 800_000]);
    let image = "{ LIGHT: { bytes: { file: ./large.png } } }";
    project.write(
        "pool.yaml",
        with_style(&format!("{{ assets: {{ FORM_LOGO: {image}, PAGE_BACKGROUND: {image} }} }}\n")),
    );
    assert_snapshot!(project.run("validate -f pool.yaml"), @"
    exit: 1
    --- stdout
    error[too-large]: `clients.web.managedLoginBranding` makes a request of 2133936 bytes, and Cognito takes 2000000; the largest parts, as they are sent: clients.web.managedLoginBranding.assets.FORM_LOGO.LIGHT 1066668, clients.web.managedLoginBranding.assets.PAGE_BACKGROUND.LIGHT 1066668, clients.web.managedLoginBranding.settings 0
     --> pool.yaml:6:5
      |
    6 |     managedLoginBranding: { assets: { FORM_LOGO: { LIGHT: { bytes: { file: ./large.png } } }, PAGE_BACKGROUND: { LIGHT: { bytes: { fi...
      |     ^^^^^^^^^^^^^^^^^^^^
      |
      = help: take smaller images: in base64 each takes a third more than its file

    1 error.
    ");
}

#[test]
fn a_pool_has_so_many_styles_and_a_style_so_many_images() {
    let clients: Vec<String> =
        (0..21).map(|number| format!("app-{number}: {{ managedLoginBranding: {{}} }}")).collect();
    let manifest = format!("apiVersion: cognitops/v1\npool: p\nclients: {{ {} }}\n", clients.join(", "));
    assert_eq!(crate::world::errors(&manifest), ["a pool has at most 20 styles of managed login"]);
    let schema =
        &cognitops::manifest::schema()["properties"]["clients"]["additionalProperties"]["properties"];
    let names =
        schema["managedLoginBranding"]["properties"]["assets"]["propertyNames"]["enum"].as_array().unwrap();
    let image = json!({"bytes": "AAAA", "extension": "PNG"});
    let assets: serde_json::Map<String, Value> = names
        .iter()
        .map(|name| {
            (name.as_str().unwrap().to_owned(), json!({"LIGHT": image, "DARK": image, "DYNAMIC": image}))
        })
        .collect();
    let client = json!({"web": {"managedLoginBranding": {"assets": assets}}});
    let manifest = format!("apiVersion: cognitops/v1\npool: p\nclients: {client}\n");
    assert_eq!(
        crate::world::errors(&manifest),
        ["`clients.web.managedLoginBranding` has 45 images, and a style has at most 40"]
    );
}

const INLINE: &str = "settings: { userPoolTier: ESSENTIALS }
clients: { web: { managedLoginBranding: { settings: { a: { b: 1, c: 2 }, d: x }, assets: {
  FORM_LOGO: { LIGHT: { bytes: AAAA, extension: PNG }, DARK: { bytes: BBBB, extension: PNG } } } } } }
";

#[test]
fn an_update_sends_what_changes_and_a_removal_everything() {
    let world = World::applied(INLINE);
    let id = style(&world)["ManagedLoginBrandingId"].clone();
    let from = world.sandbox.calls().len();
    world.must_apply(&INLINE.replace("BBBB", "CCCC"));
    let dark = json!({"Category": "FORM_LOGO", "ColorMode": "DARK", "Bytes": "CCCC", "Extension": "PNG"});
    let ids = json!({"UserPoolId": world.pool_id(), "ManagedLoginBrandingId": id});
    let sent = |world: &World, from: usize| -> Vec<Value> {
        let calls = world.sandbox.calls().into_iter().skip(from);
        calls.filter(|(name, _)| *name == "UpdateManagedLoginBranding").map(|(_, input)| input).collect()
    };
    let with = |more: Value| {
        let mut input = ids.clone();
        input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        input
    };
    assert_eq!(sent(&world, from), [with(json!({"Assets": [dark]}))]);
    let from = world.sandbox.calls().len();
    world.must_apply(&INLINE.replace("BBBB", "CCCC").replace(", d: x", ""));
    let light = json!({"Category": "FORM_LOGO", "ColorMode": "LIGHT", "Bytes": "AAAA", "Extension": "PNG"});
    assert_eq!(
        sent(&world, from),
        [
            with(json!({"UseCognitoProvidedValues": true})),
            with(json!({"Settings": {"a": {"b": 1, "c": 2}}, "Assets": [dark, light]})),
        ]
    );
}

/// The style of the client `web`, as it is answered.
fn style(world: &World) -> Value {
    let input = json!({"UserPoolId": world.pool_id(), "ClientId": world.client_id("web")});
    world.read(DescribeManagedLoginBrandingByClient, input)["ManagedLoginBranding"].clone()
}

#[test]
fn a_style_that_could_not_come_back_comes_with_the_next_apply() {
    let world = World::applied(INLINE);
    let changed = INLINE.replace(", d: x", "");
    let plan = world.plan(&changed);
    let request = |input: &mut Value| {
        if input["Settings"].is_object() {
            input["Assets"] = json!([{}]);
        }
    };
    let meddler = Meddler { world: &world, request, afterwards: |_| {} };
    let report = world.execute_over(&plan, &meddler);
    let outcomes: Vec<bool> = report.results.iter().map(|result| result.outcome == Outcome::Done).collect();
    assert_eq!(outcomes, [true, false], "{:?}", report.results);
    assert_eq!(style(&world)["UseCognitoProvidedValues"], true);
    world.must_apply(&changed);
    assert_eq!(style(&world)["Settings"], json!({"a": {"b": 1, "c": 2}}));
    assert_eq!(style(&world)["Assets"].as_array().unwrap().len(), 2);
}

#[test]
fn a_style_that_somebody_else_changed_meanwhile_is_not_written() {
    let world = World::applied(INLINE);
    for manifest in [INLINE.replace("b: 1", "b: 3"), INLINE.replace("b: 1, ", "")] {
        let plan = world.plan(&manifest);
        let mut input = json!({"UserPoolId": world.pool_id(), "Settings": {"a": {"b": 7}}});
        input["ManagedLoginBrandingId"] = style(&world)["ManagedLoginBrandingId"].clone();
        world.write(UpdateManagedLoginBranding, input).unwrap();
        let before = style(&world);
        let report = world.execute(&plan);
        assert!(matches!(&report.results[0].outcome, Outcome::Stale(_)), "{:?}", report.results);
        assert_eq!(style(&world), before);
        world.must_apply(INLINE);
    }
}

#[test]
fn a_style_is_not_in_the_tier_lite() {
    let world = World::new();
    let refusals = world.refusals(&INLINE.replace("ESSENTIALS", "LITE"));
    assert_eq!(refusals, [(RefusalRule::State, "customers.clients.web.managedLoginBranding".to_owned())]);
}

#[test]
fn a_policy_keeps_or_ignores_a_style() {
    let world = World::applied(INLINE);
    let client = |policy: &str| {
        format!("clients: {{ web: {{ managedLoginBranding: {{ settings: {{}} }} }} }}\npolicy: {policy}\n")
    };
    for policy in [
        "{ omitted: keep }",
        "{ omitted: { clients.web.managedLoginBranding: keep } }",
        "{ ignore: [clients.web.managedLoginBranding] }",
        "{ ignore: [clients.web.managedLoginBranding.settings, clients.web.managedLoginBranding.assets] }",
    ] {
        let plan = world.plan(&client(policy).replace("settings: {}", ""));
        assert!(plan.steps.is_empty(), "{policy}: {:?}", plan.steps);
    }
}

#[test]
fn what_is_not_known_of_a_style_comes_back_with_the_rest() {
    let world = World::applied(INLINE);
    let (pool, id) = (world.pool_id(), style(&world)["ManagedLoginBrandingId"].clone());
    let id = id.as_str().unwrap();
    let mut stored = world.sandbox.document()["pools"][&pool]["brandings"][id].clone();
    stored["NewThing"] = json!(1);
    for asset in stored["Assets"].as_array_mut().unwrap() {
        asset["AltText"] = json!("logo");
    }
    world.sandbox.insert_member(&pool, "brandings", id, stored);
    world.must_apply(&INLINE.replace("b: 1", "b: 3"));
    let sent = world.sent("UpdateManagedLoginBranding");
    assert_eq!((sent.get("NewThing"), sent.get("Assets")), (None, None), "an update leaves it alone");
    let report = world.must_apply(&INLINE.replace("b: 1, ", ""));
    assert_eq!(report.results.len(), 2);
    let sent = world.sent("UpdateManagedLoginBranding");
    assert_eq!(sent["NewThing"], 1);
    assert_eq!(sent["Assets"][0]["AltText"], "logo");
    assert_eq!(sent["Assets"][0].get("ResourceId"), None);
}

#[test]
fn layers_lie_over_the_members_of_a_document_and_a_file_takes_its_place() {
    let file = "\
project: shop
base: { manifests: [pools/], values: { button: 1e3c8cff } }
environments: { dev: { layers: [dev/] }, prod: { layers: [prod/] } }
";
    let document = |settings: &str| {
        format!(
            "apiVersion: cognitops/v1\npool: shop\nclients: {{ web: {{ managedLoginBranding: {{ settings: {settings} }} }} }}\n"
        )
    };
    let project = Project::new()
        .file("cognitops.yaml", file)
        .file("pools/shop.yaml", document("{ a: { b: '${values.button}', c: 1 } }"))
        .file("dev/shop.yaml", document("{ a: { c: null, d: 2 } }"))
        .file("prod/shop.yaml", document("{ file: ./prod.json }"))
        .file("prod/prod.json", "{}");
    let rendered = |environment: &str| project.run(&format!("render --env {environment}")).stdout;
    assert_snapshot!(rendered("dev"), @"
    apiVersion: cognitops/v1
    pool: shop
    clients:
      web:
        managedLoginBranding:
          settings:
            a:
              b: 1e3c8cff
              d: 2
    ");
    assert_snapshot!(rendered("prod"), @"
    apiVersion: cognitops/v1
    pool: shop
    clients:
      web:
        managedLoginBranding:
          settings:
            file: prod/./prod.json
    ");
}

#[test]
fn what_holds_nothing_is_cognitos_own() {
    let empty = "settings: {}
clients: { web: { managedLoginBranding: { settings: {}, assets: { FORM_LOGO: {} } } } }
";
    let world = World::applied(empty);
    assert_eq!(style(&world)["UseCognitoProvidedValues"], true);
    assert_eq!(world.changes(empty), Vec::<String>::new());
    world.must_apply(INLINE);
    world.must_apply(&INLINE.replace("FORM_LOGO: { LIGHT", "FORM_LOGO: {}, PAGE_BACKGROUND: { LIGHT"));
    world.must_apply(empty);
    assert_eq!(style(&world)["UseCognitoProvidedValues"], true);
    assert_eq!(world.changes(empty), Vec::<String>::new());
}
