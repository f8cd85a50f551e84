//! UI customizations on the command line: style and image of the classic login pages.

use data_encoding::BASE64;
use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::generate::PNG;
use crate::runner::{Project, Ran};
use crate::world::World;

const SHOP: &str = "\
apiVersion: cognitops/v1
pool: shop
settings: {}
domains: { acme-shop: {} }
clients: { web: {} }
";

const BOTH: &str = "uiCustomization: { css: { file: login.css }, imageFile: { file: logo.png } }\n";

const STYLE: &str = ".banner-customizable {\n  padding: 1px;\n}\n";

fn run(project: &Project, line: &str) -> Ran {
    project.run(&format!("{line} -f pool.yaml --sandbox=state.json"))
}

fn image() -> Vec<u8> {
    BASE64.decode(PNG.as_bytes()).unwrap()
}

/// The same image with something behind it: other bytes.
fn other_image() -> Vec<u8> {
    [image(), vec![0; 2_000]].concat()
}

fn write(project: &Project, more: &str) {
    project.write("pool.yaml", format!("{SHOP}{more}"));
}

/// A project in which a manifest with a style and an image beside it was applied.
fn applied(more: &str) -> Project {
    let project = Project::new().file("login.css", STYLE).file("logo.png", image());
    write(&project, more);
    let ran = run(&project, "apply --yes --allow-create-pool --quiet");
    assert_eq!(ran.code, 0, "{ran}");
    project
}

/// Makes every image of the state unreachable, whose URL stays.
fn lose_images(project: &Project) {
    let mut state: Value = serde_json::from_slice(&std::fs::read(project.at("state.json")).unwrap()).unwrap();
    for pool in state["pools"].as_object_mut().unwrap().values_mut() {
        for document in pool["attached"]["uiCustomization"].as_object_mut().unwrap().values_mut() {
            document.as_object_mut().unwrap().remove("ImageFile");
        }
    }
    project.write("state.json", state.to_string());
}

#[test]
fn style_and_image_come_change_and_go() {
    let project = applied("");
    write(&project, BOTH);
    assert_snapshot!(run(&project, "apply --yes"), @r#"
    exit: 0
    --- stdout
    ~ shop.uiCustomization  SetUICustomization
        + css  ".banner-customizable {\n  padding: 1px;\n}\n"
        + imageFile  (image, 70 bytes)

    Plan: 0 to create, 1 to change, 0 to delete.
    done     shop.uiCustomization  SetUICustomization

    Applied: 1 call.
    "#);
    assert_snapshot!(run(&project, "plan"), @"
    exit: 0
    --- stdout
    No changes: 1 pool is as its manifest says.
    ");
    project.write("login.css", STYLE.replace("1px", "2px"));
    assert_snapshot!(run(&project, "apply --yes"), @"
    exit: 0
    --- stdout
    ~ shop.uiCustomization  SetUICustomization
        ~ css
            @@ -1,4 +1,4 @@
             .banner-customizable {
            -  padding: 1px;
            +  padding: 2px;
             }
             

    Plan: 0 to create, 1 to change, 0 to delete.
    done     shop.uiCustomization  SetUICustomization

    Applied: 1 call.
    ");
    project.write("logo.png", other_image());
    assert_snapshot!(run(&project, "plan"), @"
    exit: 0
    --- stdout
    ~ shop.uiCustomization  SetUICustomization
        ~ imageFile  (image, 70 bytes) → (image, 2,070 bytes)

    Plan: 0 to create, 1 to change, 0 to delete.
    ");
    let planned: Value = serde_json::from_str(&run(&project, "plan --format=json").stdout).unwrap();
    let change = &planned["pools"][0]["resources"][0]["steps"][0]["changes"][0];
    assert_eq!(
        (&change["before"], &change["after"]),
        (&json!("(image, 70 bytes)"), &json!("(image, 2,070 bytes)"))
    );
    let drift = run(&project, "drift --format=json");
    assert!(drift.stdout.contains("(image, 2,070 bytes)") && !drift.stdout.contains("iVBORw"), "{drift}");
    assert_snapshot!(run(&project, "drift"), @"
    exit: 2
    --- stdout
    changed   shop.uiCustomization
        ~ imageFile  (image, 70 bytes) → (image, 2,070 bytes)

    Drift: 1 changed, 0 missing, 0 unmanaged.
    ");
    assert_eq!(run(&project, "apply --yes").code, 0);
    // What the section leaves out goes.
    write(&project, "uiCustomization: { imageFile: { file: logo.png } }\n");
    assert_snapshot!(run(&project, "plan"), @r#"
    exit: 0
    --- stdout
    ~ shop.uiCustomization  SetUICustomization
        ! css  ".banner-customizable {\n  padding: 2px;\n}\n" → absent · not in the manifest

    Plan: 0 to create, 1 to change, 0 to delete; 1 field to reset.
    "#);
    write(&project, "uiCustomization: {}\n");
    assert_snapshot!(run(&project, "apply --yes"), @r#"
    exit: 0
    --- stdout
    ~ shop.uiCustomization  SetUICustomization
        ! css  ".banner-customizable {\n  padding: 2px;\n}\n" → absent · not in the manifest
        ! imageFile  (image, 2,070 bytes) → absent · not in the manifest

    Plan: 0 to create, 1 to change, 0 to delete; 2 fields to reset.
    done     shop.uiCustomization  SetUICustomization

    Applied: 1 call.
    "#);
    assert_snapshot!(run(&project, "plan"), @"
    exit: 0
    --- stdout
    No changes: 1 pool is as its manifest says.
    ");
}

#[test]
fn a_client_has_a_look_of_its_own_or_the_pools() {
    let project = applied(BOTH);
    let with = |client: &str| {
        project.write("pool.yaml", format!("{}{BOTH}", SHOP.replace("web: {}", &format!("web: {client}"))));
    };
    // Inherited, it is nothing of its own.
    with("{ uiCustomization: {} }");
    assert_snapshot!(run(&project, "plan"), @"
    exit: 0
    --- stdout
    No changes: 1 pool is as its manifest says.
    ");
    with("{ uiCustomization: { css: '.label-customizable {}' } }");
    assert_snapshot!(run(&project, "apply --yes"), @r#"
    exit: 0
    --- stdout
    ~ shop.clients.web.uiCustomization  SetUICustomization
        + css  ".label-customizable {}"

    Plan: 0 to create, 1 to change, 0 to delete.
    done     shop.clients.web.uiCustomization  SetUICustomization

    Applied: 1 call.
    "#);
    assert_snapshot!(run(&project, "plan"), @"
    exit: 0
    --- stdout
    No changes: 1 pool is as its manifest says.
    ");
    with("{}");
    assert_snapshot!(run(&project, "plan"), @"
    exit: 0
    --- stdout
    No changes: 1 pool is as its manifest says.
    ");
    with("{ uiCustomization: {} }");
    assert_snapshot!(run(&project, "apply --yes"), @r#"
    exit: 0
    --- stdout
    ~ shop.clients.web.uiCustomization  SetUICustomization
        ! css  ".label-customizable {}" → absent · not in the manifest

    Plan: 0 to create, 1 to change, 0 to delete; 1 field to reset.
    done     shop.clients.web.uiCustomization  SetUICustomization

    Applied: 1 call.
    "#);
    assert_snapshot!(run(&project, "plan"), @"
    exit: 0
    --- stdout
    No changes: 1 pool is as its manifest says.
    ");
}

#[test]
fn pool_domain_client_and_looks_come_in_one_apply() {
    let project = Project::new().file("login.css", STYLE).file("logo.png", image());
    project.write(
        "pool.yaml",
        format!(
            "{}{BOTH}",
            SHOP.replace("web: {}", "web: { uiCustomization: { css: { file: login.css } } }")
        ),
    );
    assert_snapshot!(run(&project, "apply --yes --allow-create-pool"), @r#"
    exit: 0
    --- stdout
    + shop.settings  CreateUserPool
        + tag cognitops:managed-by  default/default/shop
        + tag cognitops:schema  1

    + shop.clients.web  CreateUserPoolClient

    + shop.domains.acme-shop  CreateUserPoolDomain

    ~ shop.uiCustomization  SetUICustomization
        + css  ".banner-customizable {\n  padding: 1px;\n}\n"
        + imageFile  (image, 70 bytes)

    ~ shop.clients.web.uiCustomization  SetUICustomization
        + css  ".banner-customizable {\n  padding: 1px;\n}\n"

    Plan: 3 to create, 2 to change, 0 to delete.
    done     shop.settings  CreateUserPool  [POOL]
    done     shop.clients.web  CreateUserPoolClient  [CLIENT]
    done     shop.domains.acme-shop  CreateUserPoolDomain
    done     shop.uiCustomization  SetUICustomization
    done     shop.clients.web.uiCustomization  SetUICustomization

    Applied: 5 calls.
    "#);
    assert_snapshot!(run(&project, "plan"), @"
    exit: 0
    --- stdout
    No changes: 1 pool is as its manifest says.
    ");
}

#[test]
fn an_image_that_cannot_be_fetched_is_not_compared_and_travels_along() {
    let project = applied(BOTH);
    lose_images(&project);
    project.write("logo.png", other_image());
    assert_snapshot!(run(&project, "plan --detailed-exitcode"), @"
    exit: 0
    --- stdout
    Not compared, the live value could not be fetched: shop.uiCustomization.imageFile (the server answered with status 403)

    No changes: 1 pool is as its manifest says.
    ");
    assert_snapshot!(run(&project, "drift"), @"
    exit: 0
    --- stdout
    unknown   shop.uiCustomization.imageFile: not compared, the live value could not be fetched: the server answered with status 403

    No drift.
    ");
    project.write("login.css", STYLE.replace("1px", "2px"));
    assert_snapshot!(run(&project, "plan"), @"
    exit: 0
    --- stdout
    ~ shop.uiCustomization  SetUICustomization
        ~ css
            @@ -1,4 +1,4 @@
             .banner-customizable {
            -  padding: 1px;
            +  padding: 2px;
             }
             
        ~ imageFile  (not fetched: the server answered with status 403) → (image, 2,070 bytes)

    Not compared, the live value could not be fetched: shop.uiCustomization.imageFile (the server answered with status 403)

    Plan: 0 to create, 1 to change, 0 to delete.
    ");
    let planned: Value = serde_json::from_str(&run(&project, "plan --format=json").stdout).unwrap();
    assert_eq!(
        planned["pools"][0]["notCompared"],
        json!([{"address": "shop.uiCustomization.imageFile", "reason": "the server answered with status 403"}])
    );
    let ran = run(&project, "apply --yes");
    assert_eq!(ran.code, 0, "{ran}");
    // Sent again, it can be fetched again, and is the manifest's.
    assert_snapshot!(run(&project, "plan"), @"
    exit: 0
    --- stdout
    No changes: 1 pool is as its manifest says.
    ");
    assert!(
        std::fs::read_to_string(project.at("state.json")).unwrap().contains(&BASE64.encode(&other_image()))
    );
}

#[test]
fn an_image_that_cannot_be_fetched_goes_but_does_not_stay_beside_other_changes() {
    let project = applied(BOTH);
    lose_images(&project);
    write(&project, "uiCustomization: { css: { file: login.css } }\n");
    assert_snapshot!(run(&project, "plan"), @"
    exit: 0
    --- stdout
    ~ shop.uiCustomization  SetUICustomization
        ! imageFile  (not fetched: the server answered with status 403) → absent · not in the manifest

    Plan: 0 to create, 1 to change, 0 to delete; 1 field to reset.
    ");
    // Kept, it would have to be sent.
    project.write("login.css", STYLE.replace("1px", "2px"));
    let kept = "policy: { ignore: [uiCustomization.imageFile] }\n";
    write(&project, &format!("uiCustomization: {{ css: {{ file: login.css }} }}\n{kept}"));
    assert_snapshot!(run(&project, "plan"), @"
    exit: 3
    --- stdout
    ~ shop.uiCustomization  SetUICustomization
        ~ css
            @@ -1,4 +1,4 @@
             .banner-customizable {
            -  padding: 1px;
            +  padding: 2px;
             }
             

    Different, ignored by policy: shop.uiCustomization.imageFile

    refused[state] shop.uiCustomization: the live `imageFile` stays and must be sent again, and could not be fetched
      --> pool.yaml:6:1
      help: write `uiCustomization.imageFile`, and let no policy keep the live one

    Plan: 0 to create, 1 to change, 0 to delete.
    ");
}

#[test]
fn an_image_that_a_policy_keeps_is_sent_again() {
    let project = applied(BOTH);
    let keep = "policy: { omitted: keep }\n";
    project.write("login.css", STYLE.replace("1px", "2px"));
    write(&project, &format!("uiCustomization: {{ css: {{ file: login.css }} }}\n{keep}"));
    assert_snapshot!(run(&project, "apply --yes"), @"
    exit: 0
    --- stdout
    ~ shop.uiCustomization  SetUICustomization
        ~ css
            @@ -1,4 +1,4 @@
             .banner-customizable {
            -  padding: 1px;
            +  padding: 2px;
             }
             

    Plan: 0 to create, 1 to change, 0 to delete.
    done     shop.uiCustomization  SetUICustomization

    Applied: 1 call.
    ");
    assert!(std::fs::read_to_string(project.at("state.json")).unwrap().contains(PNG));
}

#[test]
fn an_image_that_is_gone_between_plan_and_apply_is_not_lost() {
    let body = |padding: &str| {
        format!(
            "settings: {{}}\ndomains: {{ acme-shop: {{}} }}\npolicy: {{ omitted: keep }}\n\
             uiCustomization:\n  css: '.banner-customizable {{padding: {padding}}}'\n"
        )
    };
    let world = World::applied(&format!("{}  imageFile: {PNG}\n", body("1px")));
    let plan = world.plan(&body("2px"));
    assert_eq!(plan.refusals, []);
    let gone = cognitops::cognito::ApiError {
        operation: "fetch",
        code: cognitops::cognito::ErrorCode::NoAnswer,
        message: "the server did not answer".to_owned(),
        request_id: None,
    };
    world.sandbox.fail_next("fetch", gone);
    let report = cognitops::apply::Report { account: None, pools: vec![world.execute(&plan)] };
    let text = anstream::adapter::strip_str(&cognitops::render::human::report(&report, 0)).to_string();
    assert_snapshot!(text, @"
    failed   customers.uiCustomization  SetUICustomization: nothing was sent, for the live ImageFile goes along and could not be fetched

    Nothing was applied: 1 not done. Plan again to see what is left.
    ");
    assert!(world.sandbox.document().to_string().contains("1px"));
}

#[test]
fn the_pages_need_a_domain() {
    let project = applied("");
    let without = SHOP.replace("domains: { acme-shop: {} }\n", "");
    project.write("pool.yaml", format!("{without}{BOTH}"));
    assert_snapshot!(run(&project, "apply --yes --quiet"), @r#"
    exit: 0
    --- stdout
    ~ shop.uiCustomization  SetUICustomization
        + css  ".banner-customizable {\n  padding: 1px;\n}\n"
        + imageFile  (image, 70 bytes)

    Plan: 0 to create, 1 to change, 0 to delete.
    done     shop.uiCustomization  SetUICustomization

    Applied: 1 call.
    "#);
    // The last domain does not go while the pages are declared.
    let pruned = without.replace("settings: {}", "settings: {}\ndomains: {}\npolicy: { prune: [domains] }");
    project.write("pool.yaml", format!("{pruned}{BOTH}"));
    assert_snapshot!(run(&project, "plan"), @"
    exit: 3
    --- stdout
    - shop.domains.acme-shop  DeleteUserPoolDomain
        note: sign-in at acme-shop ends here

    refused[state] shop.uiCustomization: the pool has no domain that serves its login pages
      --> pool.yaml:7:1
      help: declare a domain, for example `domains: {acme-login: {}}`, or leave the section out

    Plan: 0 to create, 0 to change, 1 to delete.
    ");
    let none = Project::with(
        "apiVersion: cognitops/v1\npool: other\nsettings: {}\nuiCustomization: { css: 'a {}' }\n",
    );
    assert_snapshot!(run(&none, "plan"), @r#"
    exit: 3
    --- stdout
    + other.settings  CreateUserPool
        + tag cognitops:managed-by  default/default/other
        + tag cognitops:schema  1

    ~ other.uiCustomization  SetUICustomization
        + css  "a {}"

    refused[state] other.uiCustomization: the pool has no domain that serves its login pages
      --> pool.yaml:4:1
      help: declare a domain, for example `domains: {acme-login: {}}`, or leave the section out

    Plan: 1 to create, 1 to change, 0 to delete.
    "#);
}

#[test]
fn what_is_no_image_or_too_large_is_found_with_its_line() {
    let project = Project::new()
        .file("login.css", ".login { color: red }\n.label-customizable:hover,\n.b.c {}\n/* .d {} */");
    project.write("logo.png", "GIF89a");
    write(&project, BOTH);
    assert_snapshot!(run(&project, "validate"), @"
    exit: 1
    --- stdout
    warning[not-allowed]: the login pages have no class `.b`, `.c`, `.login`
     --> pool.yaml:6:25
      |
    6 | uiCustomization: { css: { file: login.css }, imageFile: { file: logo.png } }
      |                         ^
      |
      = help: style the classes of Cognito's template, whose names end in `-customizable`

    error[form]: `uiCustomization.imageFile` is neither a PNG nor a JPEG image
     --> pool.yaml:6:57
      |
    6 | uiCustomization: { css: { file: login.css }, imageFile: { file: logo.png } }
      |                                                         ^
      |
      = help: name a PNG or JPEG file: `imageFile: {file: ./logo.png}`

    1 error, 1 warning.
    ");
    project.write("logo.png", "");
    write(&project, "uiCustomization: { imageFile: { file: logo.png } }\n");
    assert_snapshot!(run(&project, "validate"), @"
    exit: 1
    --- stdout
    error[form]: `uiCustomization.imageFile` is neither a PNG nor a JPEG image
     --> pool.yaml:6:31
      |
    6 | uiCustomization: { imageFile: { file: logo.png } }
      |                               ^
      |
      = help: name a PNG or JPEG file: `imageFile: {file: ./logo.png}`

    1 error.
    ");
    write(&project, "uiCustomization: { imageFile: './logo.png' }\n");
    assert_snapshot!(run(&project, "validate"), @"
    exit: 1
    --- stdout
    error[form]: `uiCustomization.imageFile` is no base64
     --> pool.yaml:6:31
      |
    6 | uiCustomization: { imageFile: './logo.png' }
      |                               ^^^^^^^^^^^^
      |
      = help: name a PNG or JPEG file: `imageFile: {file: ./logo.png}`

    1 error.
    ");
    project.write("logo.png", vec![0; (100 << 10) + 1]);
    write(&project, "uiCustomization: { imageFile: { file: logo.png } }\n");
    assert_snapshot!(run(&project, "validate"), @"
    exit: 1
    --- stdout
    error[unreadable]: `logo.png`: the file is larger than 102400 bytes
     --> pool.yaml:6:39
      |
    6 | uiCustomization: { imageFile: { file: logo.png } }
      |                                       ^^^^^^^^
      |
      = help: the path is relative to the manifest that it stands in

    1 error.
    ");
    project.write("logo.png", [image(), vec![0; 100_000]].concat());
    project.write("login.css", ".label-customizable {}".repeat(300));
    write(&project, BOTH);
    assert_snapshot!(run(&project, "validate"), @"
    exit: 1
    --- stdout
    error[bound]: `uiCustomization` is too large: the image in base64 and the style sheet have at most 138240 bytes together
     --> pool.yaml:6:57
      |
    6 | uiCustomization: { css: { file: login.css }, imageFile: { file: logo.png } }
      |                                                         ^
      |
      = help: make the image or the style sheet smaller

    1 error.
    ");
    project.write("login.css", "x".repeat(131_073));
    write(&project, "uiCustomization: { css: { file: login.css } }\n");
    assert_snapshot!(run(&project, "validate"), @"
    exit: 1
    --- stdout
    error[bound]: `uiCustomization.css` is too long: the text has at most 131072 characters
     --> pool.yaml:6:25
      |
    6 | uiCustomization: { css: { file: login.css } }
      |                         ^

    1 error.
    ");
}

#[test]
fn pages_of_managed_login_take_nothing_from_it() {
    let project = Project::new().file("login.css", STYLE);
    let looks = "uiCustomization: { css: { file: login.css } }\n";
    project.write(
        "pool.yaml",
        format!("{}{looks}", SHOP.replace("acme-shop: {}", "acme-shop: { managedLoginVersion: 2 }")),
    );
    assert_snapshot!(run(&project, "validate"), @"
    exit: 0
    --- stdout
    warning[unused]: `uiCustomization` has no effect: managed login serves the pages of every declared domain
     --> pool.yaml:6:1
      |
    6 | uiCustomization: { css: { file: login.css } }
      | ^^^^^^^^^^^^^^^
      |
      = help: leave it out, or write `managedLoginVersion: 1` at a domain

    1 warning, no error.
    ");
    write(&project, looks);
    assert_snapshot!(run(&project, "validate"), @"
    exit: 0
    --- stdout
    1 pool is valid.
    ");
}
