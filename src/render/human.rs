//! Plans and reports for people.

use std::fmt::Write as _;

use anstyle::Style;
use serde_json::Value;
use similar::TextDiff;

use super::image::{field_of, shown_image};
use super::{count, document, style};
use crate::catalog::Field;
use crate::diff::{Change, ChangeKind, SecretState};
use crate::path::Path;
use crate::plan::{
    AccountPlan, Action, ClientSecrets, LimitChange, NotCompared, Plan, PoolPlan, Refusal, Step, Summary,
    Unmanaged, Verb, made, verb,
};
use crate::template;

mod report;

pub use report::report;

/// Texts longer than this, or of several lines, are shown as a unified diff.
const LONG_TEXT: usize = 80;

/// A whole plan.
pub fn plan(plan: &Plan) -> String {
    let mut text = String::new();
    if let Some(account) = plan.account.as_ref().filter(|account| !account.steps.is_empty()) {
        account_plan(&mut text, account);
    }
    for pool in &plan.pools {
        pool_plan(&mut text, pool);
    }
    for refusal in plan.refusals() {
        self::refusal(&mut text, refusal);
    }
    text.push_str(&summary(plan));
    text
}

/// What is no pool's stands under a heading that says whose it is.
fn account_plan(text: &mut String, account: &AccountPlan) {
    account_heading(text, account);
    let (colour, name, help) = (style::MODIFY, style::NAME, style::HELP);
    for step in &account.steps {
        let address = &step.address;
        let _ = writeln!(text, "{colour}~{colour:#} {name}{address}{name:#}  {}", limit_change(step));
        for line in &step.notes {
            let _ = writeln!(text, "    {help}note:{help:#} {line}");
        }
    }
    text.push('\n');
}

/// The line above what is the account's.
pub(super) fn account_heading(text: &mut String, account: &AccountPlan) {
    let name = style::NAME;
    let _ = writeln!(text, "{name}The account in {}, for all of its pools{name:#}\n", account.region);
}

/// What becomes of a limit.
pub(super) fn limit_change(step: &Step) -> String {
    let shown = |limit: LimitChange<'_>| {
        format!("{} → {} requests a second (free: {})", limit.before, limit.after, limit.free)
    };
    step.limit().map(shown).unwrap_or_default()
}

fn pool_plan(text: &mut String, pool: &PoolPlan) {
    for (address, steps) in pool.resources() {
        resource(text, address, steps);
    }
    let list = |paths: Vec<String>| paths.join(", ");
    if !pool.unmanaged.is_empty() {
        note(text, "Not declared, left alone", &list(pool.unmanaged.iter().map(unmanaged_name).collect()));
    }
    if !pool.ignored.is_empty() {
        note(text, "Different, ignored by policy", &list(pool.ignored.iter().map(Path::to_string).collect()));
    }
    for (state, title) in [
        (
            SecretState::NotCompared,
            "Secrets not compared (--compare-secrets, or --rotate to send them again)",
        ),
        (SecretState::Same, "Secrets that are the same"),
    ] {
        let of_it = pool.secrets.iter().filter(|secret| secret.state == state);
        let addresses: Vec<String> = of_it.map(|secret| secret.address.to_string()).collect();
        if !addresses.is_empty() {
            note(text, title, &list(addresses));
        }
    }
    if !pool.not_compared.is_empty() {
        let title = "Not compared, the live value could not be fetched";
        let all = pool.not_compared.iter().map(|NotCompared { address, why }| format!("{address} ({why})"));
        note(text, title, &list(all.collect()));
    }
    let several: Vec<String> =
        pool.client_secrets.iter().filter(|client| client.secrets.len() > 1).map(client_secrets).collect();
    if !several.is_empty() {
        note(text, "Two secrets are valid", &list(several));
    }
    if !pool.unknown.is_empty() {
        let members = pool.unknown.iter().map(|unknown| {
            format!("{} {} ({})", unknown.address, unknown.member.path, unknown.member.r#type)
        });
        note(text, "Not known to this version, kept as it is", &list(members.collect()));
    }
    if !pool.new_in_this_version.is_empty() {
        let paths = list(pool.new_in_this_version.iter().map(Path::to_string).collect());
        note(text, "New in this version, left as it is until `apply --adopt`", &paths);
    }
}

/// An undeclared member with what else there is to say of it.
pub(super) fn unmanaged_name(Unmanaged { address, id, note }: &Unmanaged) -> String {
    let about: Vec<&str> = id.as_deref().into_iter().chain(*note).collect();
    if about.is_empty() { address.to_string() } else { format!("{address} ({})", about.join(", ")) }
}

/// Which secrets a client has, the oldest first.
fn client_secrets(ClientSecrets { address, secrets }: &ClientSecrets) -> String {
    let each: Vec<String> = secrets.iter().map(|secret| format!("{}{}", secret.id, made(secret))).collect();
    format!("{address} ({})", each.join(", then "))
}

/// The changes of a step, a line each.
pub(super) fn change_lines(text: &mut String, step: &Step) {
    for change in &step.changes {
        let field = field_of(step, change);
        let shown = |value: &Value| shown_image(field, value).into_owned();
        let (before, after) = (change.before.as_ref().map(shown), change.after.as_ref().map(shown));
        self::change(text, &Change { before, after, ..change.clone() }, field);
    }
}

fn note(text: &mut String, title: &str, what: &str) {
    let dim = style::DIM;
    let _ = writeln!(text, "{dim}{title}: {what}{dim:#}\n");
}

fn resource(text: &mut String, address: &Path, steps: &[Step]) {
    let (sign, colour) = match verb(steps) {
        Verb::Create => ('+', style::ADD),
        Verb::Update => ('~', style::MODIFY),
        Verb::Delete => ('-', style::REMOVE),
    };
    let mut operations: Vec<&str> = Vec::new();
    for step in steps {
        operations.push(step.action.operation());
    }
    let name = style::NAME;
    let dim = style::DIM;
    let deleted = match &steps[0].action {
        Action::DeleteClient { client_id, .. } => format!("  {client_id}"),
        _ => String::new(),
    };
    let _ = writeln!(
        text,
        "{colour}{sign}{colour:#} {name}{address}{name:#}  {dim}{}{dim:#}{deleted}",
        operations.join(", then ")
    );
    for step in steps {
        if step.intermediate && matches!(step.action, Action::ClearRecord(_)) {
            let way = "nothing can be taken out by itself: first everything goes, then the whole comes back";
            let _ = writeln!(text, "    {dim}({way}){dim:#}");
        } else {
            let before = text.len();
            change_lines(text, step);
            if step.intermediate && step.action == Action::SetMfa && text.len() > before {
                let _ = writeln!(text, "    {dim}(on the way: the factors that both sides share){dim:#}");
            }
        }
        for line in &step.notes {
            let help = style::HELP;
            let _ = writeln!(text, "    {help}note:{help:#} {line}");
        }
        if let Action::CreatePool { ownership, .. } | Action::Tag { ownership } = &step.action {
            for (tag, value) in ownership {
                let colour = style::ADD;
                let _ = writeln!(text, "    {colour}+{colour:#} tag {tag}  {}", inline(value));
            }
        }
    }
    text.push('\n');
}

fn change(text: &mut String, change: &Change, field: Option<&Field>) {
    let (sign, colour) = match change.kind {
        ChangeKind::Add => ('+', style::ADD),
        ChangeKind::Modify => ('~', style::MODIFY),
        ChangeKind::Remove => ('-', style::REMOVE),
        ChangeKind::Reset => ('!', style::RESET),
    };
    let _ = write!(text, "    {colour}{sign}{colour:#} {}", change.path);
    if let Some(state) = secret_state(change) {
        let _ = write!(text, "  (secret: {state})");
    } else if !is_document(field) {
        let is_image = field.is_some_and(|field| field.is_image);
        values(text, change, if is_image { said } else { inline });
    }
    let reason = style::DIM;
    if let Some(preset) = change.preset {
        let _ = write!(text, " {reason}· from applicationType {preset}{reason:#}");
    }
    if change.kind == ChangeKind::Reset {
        let _ = write!(text, " {reason}· not in the manifest{reason:#}");
    }
    if change.after.as_ref().is_some_and(|after| !template::references(after).is_empty()) {
        let _ = write!(text, " {reason}· known after apply{reason:#}");
    }
    if change.weakens {
        let warning = style::RESET;
        let _ = write!(text, " {warning}· weakens security{warning:#}");
    }
    text.push('\n');
    if is_document(field) {
        document::lines(text, change.before.as_ref(), change.after.as_ref());
    } else {
        blocks(text, change);
    }
}

fn is_document(field: Option<&Field>) -> bool {
    field.is_some_and(|field| field.is_document)
}

/// What a plan says of a secret in the place of its value.
pub(super) fn secret_state(change: &Change) -> Option<&'static str> {
    if !change.secret {
        None
    } else if change.kind == ChangeKind::Add {
        Some("set")
    } else if change.before.is_some() {
        Some("changed")
    } else {
        Some("not compared, sent from its reference")
    }
}

/// Before and after on the change's own line, where they fit.
fn values(text: &mut String, change: &Change, inline: fn(&Value) -> String) {
    match (&change.before, &change.after) {
        (Some(before), Some(after)) if is_set(before) && is_set(after) => {}
        (Some(before), Some(after)) if is_long(before) || is_long(after) => {}
        (Some(before), Some(after)) => {
            let _ = write!(text, "  {} → {}", inline(before), inline(after));
        }
        (None, Some(after)) => {
            let _ = write!(text, "  {}", inline(after));
        }
        (Some(before), None) => {
            let _ = write!(text, "  {} → absent", inline(before));
        }
        (None, None) => {}
    }
}

/// What needs lines of its own: the items of sets, and long texts.
fn blocks(text: &mut String, change: &Change) {
    let (Some(before), Some(after)) = (&change.before, &change.after) else { return };
    if let (Value::Array(old), Value::Array(new)) = (before, after)
        && is_set(before)
        && is_set(after)
    {
        let mut items = |sign: char, colour: Style, of: &[Value], other: &[Value]| {
            for item in of.iter().filter(|item| !other.contains(item)) {
                let _ = writeln!(text, "        {colour}{sign}{colour:#} {}", inline(item));
            }
        };
        items('-', style::REMOVE, old, new);
        items('+', style::ADD, new, old);
    } else if let (Value::String(old), Value::String(new)) = (before, after)
        && (is_long(before) || is_long(after))
    {
        let (old, new) = (format!("{old}\n"), format!("{new}\n"));
        let diff = TextDiff::from_lines(&old, &new);
        for line in diff.unified_diff().context_radius(2).to_string().lines() {
            let colour = match line.as_bytes().first() {
                Some(b'+') => style::ADD,
                Some(b'-') => style::REMOVE,
                _ => style::DIM,
            };
            let _ = writeln!(text, "        {colour}{line}{colour:#}");
        }
    }
}

fn is_set(value: &Value) -> bool {
    value.as_array().is_some_and(|items| items.iter().all(|item| !item.is_object()))
}

fn is_long(value: &Value) -> bool {
    value.as_str().is_some_and(|text| text.len() > LONG_TEXT || text.contains('\n'))
}

/// A value on one line, in YAML's flow style. Control characters stay escaped.
pub(super) fn inline(value: &Value) -> String {
    match value {
        Value::String(text) if template::is_reserved(text) => inline(&template::written(text).into()),
        Value::String(text) if is_plain(text) => text.clone(),
        Value::Array(items) => format!("[{}]", items.iter().map(inline).collect::<Vec<_>>().join(", ")),
        Value::Object(members) => {
            let members = members.iter().map(|(key, value)| format!("{key}: {}", inline(value)));
            format!("{{{}}}", members.collect::<Vec<_>>().join(", "))
        }
        other => other.to_string(),
    }
}

/// What is said of a value in its place.
fn said(value: &Value) -> String {
    value.as_str().map_or_else(|| inline(value), str::to_owned)
}

fn is_plain(text: &str) -> bool {
    !text.is_empty()
        && !text.contains([' ', ',', '[', ']', '{', '}', '"'])
        && !text.chars().any(char::is_control)
}

fn refusal(text: &mut String, refusal: &Refusal) {
    let (error, help) = (style::ERROR, style::HELP);
    let _ = writeln!(
        text,
        "{error}refused[{}]{error:#} {}: {}",
        refusal.rule.as_str(),
        refusal.address,
        refusal.message
    );
    if let Some(place) = &refusal.place {
        let _ = writeln!(text, "  --> {place}");
    }
    let _ = writeln!(text, "  {help}help:{help:#} {}\n", refusal.help);
}

fn summary(plan: &Plan) -> String {
    if plan.is_empty() {
        if plan.refusals().next().is_some() {
            return "Nothing is planned.\n".to_owned();
        }
        return format!("No changes: {}.\n", unchanged(plan));
    }
    let Summary { create, update, delete, reset } = plan.summary();
    let mut line = format!("Plan: {create} to create, {update} to change, {delete} to delete");
    if reset > 0 {
        let _ = write!(line, "; {} to reset", count(reset, "field"));
    }
    line.push_str(".\n");
    line
}

/// What is as it is declared.
fn unchanged(plan: &Plan) -> String {
    let be = |number: usize| if number == 1 { "is" } else { "are" };
    let limits = plan.account.as_ref().map(|account| {
        let limits = count(account.declared, "provisioned limit");
        format!("{limits} {} as the project file says", be(account.declared))
    });
    let number = plan.pools.len();
    let whose = if number == 1 { "its manifest says" } else { "their manifests say" };
    let pools = format!("{} {} as {whose}", count(number, "pool"), be(number));
    match limits {
        None if number == 0 => "nothing is to be compared".to_owned(),
        None => pools,
        Some(limits) if number == 0 => limits,
        Some(limits) => format!("{pools}, and {limits}"),
    }
}
