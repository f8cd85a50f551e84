//! The path by which MFA changes, over every transition of mode × factors × sign-in × recovery × e-mail sender.

use std::collections::BTreeMap;

use cognitops::apply::Outcome;
use cognitops::cognito::mfa::{Mode, State};
use cognitops::plan::mfa::{MfaCall, path, shared};
use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::world::{World, operations};

const FIRST_FACTORS: [&[&str]; 4] =
    [&["PASSWORD"], &["PASSWORD", "EMAIL_OTP"], &["PASSWORD", "WEB_AUTHN"], &["EMAIL_OTP", "WEB_AUTHN"]];
const RECOVERY: [&[&str]; 3] =
    [&["verified_email", "verified_phone_number"], &["verified_email"], &["verified_phone_number"]];

/// Every state that the service allows, each with the manifest that describes it.
fn states() -> Vec<(State, Value)> {
    let mut all = Vec::new();
    for mode in Mode::ALL {
        for bits in 0..16_u8 {
            let [sms, software_token, email, multi] = [1, 2, 4, 8].map(|bit| bits & bit != 0);
            for first in FIRST_FACTORS {
                for recovery in RECOVERY {
                    for developer in [false, true] {
                        let settings =
                            settings(mode, [sms, software_token, email, multi], first, recovery, developer);
                        let state = State {
                            mode,
                            sms,
                            software_token,
                            email,
                            passkeys_are_multi_factor: multi,
                            sign_in_password: first.contains(&"PASSWORD"),
                            sign_in_one_time_code: first.contains(&"EMAIL_OTP"),
                            sign_in_passkey: first.contains(&"WEB_AUTHN"),
                            recovery_email_only: recovery == ["verified_email"],
                            recovery_phone_only: recovery == ["verified_phone_number"],
                            developer_email: developer,
                            sms_configured: true,
                            lite: false,
                        };
                        if state.violations().is_empty() {
                            all.push((state, settings));
                        }
                    }
                }
            }
        }
    }
    all
}

fn settings(mode: Mode, factors: [bool; 4], first: &[&str], recovery: &[&str], developer: bool) -> Value {
    let [sms, software_token, email, multi] = factors;
    let mechanisms: Vec<Value> = recovery
        .iter()
        .enumerate()
        .map(|(index, name)| json!({"name": name, "priority": index + 1}))
        .collect();
    let mut settings = json!({
        "mfaConfiguration": mode.as_str(),
        "policies": {"signInPolicy": {"allowedFirstAuthFactors": first}},
        "accountRecoverySetting": {"recoveryMechanisms": mechanisms},
        "webAuthnConfiguration": {
            "factorConfiguration": if multi { "MULTI_FACTOR_WITH_USER_VERIFICATION" } else { "SINGLE_FACTOR" },
        },
        "smsConfiguration": {"snsCallerArn": "arn:aws:iam::123456789012:role/sms", "externalId": "x"},
    });
    if developer {
        settings["emailConfiguration"] = json!({"emailSendingAccount": "DEVELOPER", "sourceArn": "arn:aws:ses:us-east-1:123456789012:identity/a.example"});
    }
    for (name, on, block) in [
        ("smsMfaConfiguration", sms, json!({})),
        ("softwareTokenMfaConfiguration", software_token, json!({"enabled": true})),
        ("emailMfaConfiguration", email, json!({"subject": "Code"})),
    ] {
        if on {
            settings[name] = block;
        }
    }
    settings
}

/// What a call leads to, said once more and independently of the planner.
fn after(call: MfaCall, state: State, live: State, desired: State) -> State {
    let mut next = state;
    match call {
        MfaCall::UpdatePool => {
            next.sign_in_password = desired.sign_in_password;
            next.sign_in_one_time_code = desired.sign_in_one_time_code;
            next.sign_in_passkey = desired.sign_in_passkey;
            next.recovery_email_only = desired.recovery_email_only;
            next.recovery_phone_only = desired.recovery_phone_only;
            next.developer_email = desired.developer_email;
        }
        MfaCall::SetDesired | MfaCall::SetShared => {
            let to = if call == MfaCall::SetDesired { desired } else { shared(live, desired) };
            next.mode = to.mode;
            next.sms = to.sms;
            next.software_token = to.software_token;
            next.email = to.email;
            next.passkeys_are_multi_factor = to.passkeys_are_multi_factor;
        }
    }
    next
}

/// Whether an order of calls stays within the rules, above the weaker end, and arrives.
fn works(order: &[MfaCall], live: State, desired: State) -> bool {
    let mut state = live;
    for call in order {
        state = after(*call, state, live, desired);
        if !state.violations().is_empty() || state.mode < live.mode.min(desired.mode) {
            return false;
        }
    }
    state == desired
}

const ORDERS: [&[MfaCall]; 3] = [
    &[MfaCall::UpdatePool, MfaCall::SetDesired],
    &[MfaCall::SetDesired, MfaCall::UpdatePool],
    &[MfaCall::SetShared, MfaCall::UpdatePool, MfaCall::SetDesired],
];

#[test]
fn every_transition_takes_the_first_order_that_works_or_is_refused() {
    let states = states();
    let mut table: BTreeMap<String, usize> = BTreeMap::new();
    for (live, _) in &states {
        for (desired, _) in &states {
            let expected = ORDERS.iter().find(|order| works(order, *live, *desired));
            let found = path(*live, *desired);
            match (expected, &found) {
                (Some(order), Ok(calls)) => assert_eq!(calls.as_slice(), *order, "{live:?} → {desired:?}"),
                (None, Err(rules)) => assert!(!rules.is_empty(), "{live:?} → {desired:?}"),
                _ => panic!("{live:?} → {desired:?}: {found:?}, expected {expected:?}"),
            }
            let row = match found {
                Ok(calls) => format!("{calls:?}"),
                Err(_) => "refused".to_owned(),
            };
            *table
                .entry(format!("{} → {}: {row}", live.mode.as_str(), desired.mode.as_str()))
                .or_default() += 1;
        }
    }
    let table: Vec<String> = table.into_iter().map(|(row, count)| format!("{count:>6} {row}")).collect();
    assert_snapshot!(format!("{} states\n{}", states.len(), table.join("\n")), @"
    268 states
      2304 OFF → OFF: [UpdatePool, SetDesired]
      2880 OFF → ON: [UpdatePool, SetDesired]
      7680 OFF → OPTIONAL: [UpdatePool, SetDesired]
      2100 ON → OFF: [SetDesired, UpdatePool]
       780 ON → OFF: [UpdatePool, SetDesired]
       820 ON → ON: [SetDesired, UpdatePool]
        89 ON → ON: [SetShared, UpdatePool, SetDesired]
      2416 ON → ON: [UpdatePool, SetDesired]
       275 ON → ON: refused
      4968 ON → OPTIONAL: [SetDesired, UpdatePool]
       718 ON → OPTIONAL: [SetShared, UpdatePool, SetDesired]
      3020 ON → OPTIONAL: [UpdatePool, SetDesired]
       894 ON → OPTIONAL: refused
      2688 OPTIONAL → OFF: [SetDesired, UpdatePool]
      4992 OPTIONAL → OFF: [UpdatePool, SetDesired]
       740 OPTIONAL → ON: [SetDesired, UpdatePool]
       718 OPTIONAL → ON: [SetShared, UpdatePool, SetDesired]
      7248 OPTIONAL → ON: [UpdatePool, SetDesired]
       894 OPTIONAL → ON: refused
      4736 OPTIONAL → OPTIONAL: [SetDesired, UpdatePool]
       384 OPTIONAL → OPTIONAL: [SetShared, UpdatePool, SetDesired]
     19328 OPTIONAL → OPTIONAL: [UpdatePool, SetDesired]
      1152 OPTIONAL → OPTIONAL: refused
    ");
}

#[test]
fn the_sandbox_allows_every_step_of_every_planned_path() {
    let states = states();
    let pairs = states.len() * states.len();
    // A stride without a factor in common visits every kind of transition, in seconds.
    let (mut done, mut refused) = (0, 0);
    for number in (0..pairs).step_by(331) {
        let ((live, from), (desired, to)) = (&states[number / states.len()], &states[number % states.len()]);
        let mut world = World::new();
        world.context.all_resets_allowed = true;
        world.must_apply(&format!("settings: {from}\n"));
        let body = format!("settings: {to}\n");
        let plan = world.plan(&body);
        if path(*live, *desired).is_err() {
            assert_eq!(plan.refusals.len(), 1, "{from} → {to}");
            refused += 1;
            continue;
        }
        assert_eq!(plan.refusals, [], "{from} → {to}");
        let report = world.execute(&plan);
        let failed: Vec<_> = report.results.iter().filter(|result| result.outcome != Outcome::Done).collect();
        assert!(
            failed.is_empty() && report.mismatches.is_empty(),
            "{from} → {to}\n{failed:#?}\n{:#?}",
            report.mismatches
        );
        assert_eq!(operations(&world.plan(&body)), [""; 0], "{from} → {to}");
        done += 1;
    }
    assert!(done > 100 && refused > 0, "{done} done, {refused} refused");
}

#[test]
fn a_pool_is_created_with_mfa_off_and_update_carries_the_mode_of_that_moment() {
    let world = World::applied(
        "settings: { mfaConfiguration: ON, softwareTokenMfaConfiguration: { enabled: true } }\n",
    );
    assert!(matches!(world.sent("CreateUserPool").get("MfaConfiguration"), None | Some(Value::String(_))));
    assert_ne!(world.sent("CreateUserPool")["MfaConfiguration"], "ON");
    assert_eq!(world.mfa()["MfaConfiguration"], "ON");
    world.must_apply("settings: { policies: { passwordPolicy: { minimumLength: 10 } }, mfaConfiguration: ON, softwareTokenMfaConfiguration: { enabled: true } }\n");
    assert_eq!(world.sent("UpdateUserPool")["MfaConfiguration"], "ON");
    assert_eq!(world.mfa()["SoftwareTokenMfaConfiguration"]["Enabled"], true);
}
