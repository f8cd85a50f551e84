//! Field rules of `logDelivery`.

use serde_json::Value;

use super::Check;
use crate::diagnostic::Code;
use crate::path::Path;

const DESTINATIONS: [&str; 3] = ["cloudWatchLogsConfiguration", "s3Configuration", "firehoseConfiguration"];

pub(super) fn check(check: &mut Check<'_>) {
    let manifest = check.manifest;
    let logs = manifest.section("logDelivery").and_then(Value::as_object);
    for (source, log) in logs.into_iter().flatten() {
        let at = Path::of(["logDelivery", source]);
        let written: Vec<&str> = DESTINATIONS.into_iter().filter(|name| log[*name].is_object()).collect();
        if written.len() != 1 && !check.is_left_to_the_plan(&at) {
            let message = format!("`{at}` needs exactly one destination, and has {}", written.len());
            let help = format!("write one of {}", DESTINATIONS.join(", "));
            check.key_error(Code::Conflict, &at, message, help);
        }
        if source == "userNotification" {
            for name in written.iter().filter(|name| **name != "cloudWatchLogsConfiguration") {
                let message = "the logs of messages go to CloudWatch only";
                check.key_error(
                    Code::Conflict,
                    &at.key(*name),
                    message,
                    "write `cloudWatchLogsConfiguration`",
                );
            }
        }
        let level = if source == "userNotification" { "ERROR" } else { "INFO" };
        if log["logLevel"].as_str().is_some_and(|written| written != level) {
            let message = format!("the level of `{source}` is {level}");
            check.error(Code::Conflict, &at.key("logLevel"), message, format!("write `logLevel: {level}`"));
        }
    }
}
