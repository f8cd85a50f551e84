//! Times: token lifetimes, which are a number with a unit, written in one way, and dates.
//!
//! Of lifetimes the API keeps a number and a unit apart (`AccessTokenValidity`, `TokenValidityUnits.AccessToken`); here they
//! are one text such as `1h`, in the largest unit that holds the time exactly.

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// A time in seconds since 1970 as people read it; nothing for what no calendar holds.
pub fn iso_time(seconds: i64) -> Option<String> {
    OffsetDateTime::from_unix_timestamp(seconds).ok()?.format(&Rfc3339).ok()
}

/// A unit of time, as the API names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unit {
    /// The API's name, for example `minutes`.
    pub name: &'static str,
    letter: char,
    seconds: u64,
}

/// The units, largest first.
const UNITS: [Unit; 4] = [
    Unit { name: "days", letter: 'd', seconds: 86_400 },
    Unit { name: "hours", letter: 'h', seconds: 3_600 },
    Unit { name: "minutes", letter: 'm', seconds: 60 },
    Unit { name: "seconds", letter: 's', seconds: 1 },
];

/// Reads `90m` into its number and unit; anything else is `None`.
pub fn parse(text: &str) -> Option<(u64, Unit)> {
    let unit = UNITS.into_iter().find(|unit| text.ends_with(unit.letter))?;
    let number = text.strip_suffix(unit.letter)?;
    (number.bytes().all(|byte| byte.is_ascii_digit())).then(|| Some((number.parse().ok()?, unit)))?
}

/// The seconds of `90m`.
pub fn seconds(text: &str) -> Option<u64> {
    let (number, unit) = parse(text)?;
    number.checked_mul(unit.seconds)
}

/// The seconds of a number in one of the API's units.
pub fn in_unit(number: u64, unit: &str) -> Option<u64> {
    number.checked_mul(UNITS.into_iter().find(|known| known.name == unit)?.seconds)
}

/// The one text of a time.
pub fn text(seconds: u64) -> String {
    let unit = UNITS
        .into_iter()
        .find(|unit| seconds > 0 && seconds.is_multiple_of(unit.seconds))
        .unwrap_or(UNITS[UNITS.len() - 1]);
    format!("{}{}", seconds / unit.seconds, unit.letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_time_has_one_text() {
        for written in ["60m", "1h", "3600s"] {
            assert_eq!(seconds(written).map(text).as_deref(), Some("1h"));
        }
        assert_eq!(in_unit(30, "days").map(text).as_deref(), Some("30d"));
        assert_eq!(text(5_400), "90m");
    }

    #[test]
    fn what_is_no_time_is_none() {
        for written in ["", "h", "1", "-1h", "1.5h", "99999999999999999999d", "+1h"] {
            assert_eq!(seconds(written), None, "{written}");
        }
    }

    #[test]
    fn times_are_readable_where_a_calendar_holds_them() {
        assert_eq!(iso_time(1_700_000_000).as_deref(), Some("2023-11-14T22:13:20Z"));
        assert_eq!(iso_time(i64::MAX), None);
    }
}
