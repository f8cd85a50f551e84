//! Findings: what is wrong with a manifest, where, and the way out.

use std::collections::BTreeSet;
use std::fmt;

use crate::path::Path;
use crate::source::{Inserted, Span, SyntaxError};

/// Declares the codes of findings with the sentence that explains each.
macro_rules! codes {
    ($($variant:ident = $code:literal: $about:literal),+ $(,)?) => {
        /// The code of a finding: stable, so that scripts can rely on it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $(#[doc = $about] $variant),+
        }

        impl Code {
            /// Every code.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The code as users see it.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $code),+ }
            }

            /// What the code stands for, in one sentence.
            pub const fn about(self) -> &'static str {
                match self { $(Self::$variant => $about),+ }
            }
        }
    };
}

codes! {
    BadReference = "bad-reference": "A value names something that does not exist.",
    Bound = "bound": "A number, text or list is too small or too large.",
    Conflict = "conflict": "Two values exclude each other.",
    DefinedTwice = "defined-twice": "Two places define the same thing.",
    Discouraged = "discouraged": "It works, and there is a better way.",
    EmptySection = "empty-section": "A section or collection is null.",
    Form = "form": "A text does not have the form it needs.",
    Missing = "missing": "Something required is not there.",
    NoManifest = "no-manifest": "A file or directory holds no manifest.",
    NotAllowed = "not-allowed": "A value is none of the allowed ones.",
    NotSupported = "not-supported": "This version does not support it.",
    TooLarge = "too-large": "An input is over its size limit.",
    UnknownKey = "unknown-key": "A key is none of the known ones.",
    Unreadable = "unreadable": "An input cannot be read.",
    Unused = "unused": "A value has no effect.",
    WrongType = "wrong-type": "A value has another type than it needs.",
    YamlSyntax = "yaml-syntax": "A text is not the YAML that a manifest is written in.",
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Nothing can be planned.
    Error,
    /// It works, and is probably not meant.
    Warning,
}

impl Severity {
    /// The severity as users see it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

/// Where a finding is.
#[derive(Debug, Clone)]
pub enum Place {
    /// A file or directory as a whole, as the user named it.
    Input(String),
    /// A stretch of a text.
    Text(Span),
}

/// One thing that is wrong. It never holds a value of the manifest, which may be a secret.
#[derive(Debug, Clone)]
pub struct Finding {
    /// What sort of thing.
    pub code: Code,
    /// How bad it is.
    pub severity: Severity,
    /// Where it is.
    pub place: Place,
    /// Where it is in the manifest, if that is known.
    pub path: Option<Path>,
    /// What is wrong.
    pub message: String,
    /// The way out.
    pub help: Option<String>,
    /// A value of which nothing else is said, since it is not known.
    pub silences: Option<Span>,
    /// The environments that it is found in, where that is not all of a run.
    pub environments: Vec<String>,
}

impl Finding {
    /// An error at a place.
    pub fn error(code: Code, place: Place, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: Severity::Error,
            place,
            path: None,
            message: message.into(),
            help: None,
            silences: None,
            environments: Vec::new(),
        }
    }

    /// An error about a whole input.
    pub fn input(code: Code, input: impl Into<String>, message: impl Into<String>) -> Self {
        Self::error(code, Place::Input(input.into()), message)
    }

    /// The same, as a warning.
    #[must_use]
    pub fn warning(mut self) -> Self {
        self.severity = Severity::Warning;
        self
    }

    /// The same, at a path of the manifest.
    #[must_use]
    pub fn at(mut self, path: Path) -> Self {
        self.path = Some(path);
        self
    }

    /// The same, with a way out.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

impl Finding {
    /// Names the places of the values that were put in the place of placeholders: one of them may be what is wrong.
    pub fn note_origin(&mut self, inserted: &[Inserted]) {
        let places: Vec<String> = inserted
            .iter()
            .map(|Inserted { name, place }| match place {
                Some(place) => format!("`{name}` stands at {place}"),
                None => format!("`{name}` is an environment variable"),
            })
            .collect();
        if !places.is_empty() {
            let help = self.help.take().map(|help| format!("{help}; ")).unwrap_or_default();
            self.help = Some(format!("{help}{}", places.join(", ")));
        }
    }
}

impl From<SyntaxError> for Finding {
    fn from(error: SyntaxError) -> Self {
        let SyntaxError { span, message, help } = error;
        let finding = Self::error(Code::YamlSyntax, Place::Text(span), message);
        Self { help: help.map(str::to_owned), ..finding }
    }
}

impl Finding {
    /// Where it is shown: its input, and its place there, from 1; 0 is the input as a whole.
    fn position(&self) -> (&str, usize) {
        match &self.place {
            Place::Input(input) => (input, 0),
            Place::Text(span) => (&span.source.name, span.bytes.start + 1),
        }
    }
}

/// Brings findings into the order in which they are shown: by input, then by place.
///
/// Of a value that is not known nothing else is said.
pub fn sort(findings: &mut Vec<Finding>) {
    let silenced: BTreeSet<(String, usize, Vec<String>)> = findings
        .iter()
        .filter_map(|finding| Some((finding.silences.as_ref()?, &finding.environments)))
        .map(|(span, of)| (span.source.name.clone(), span.bytes.start + 1, of.clone()))
        .collect();
    findings.retain(|finding| {
        let (input, at) = finding.position();
        let place = (input.to_owned(), at, finding.environments.clone());
        finding.silences.is_some() || !silenced.contains(&place)
    });
    findings.sort_by(|a, b| a.position().cmp(&b.position()).then_with(|| a.message.cmp(&b.message)));
    // A text that several environments share is read for each.
    findings.dedup_by(|b, a| {
        let same =
            a.position() == b.position() && a.message == b.message && a.code == b.code && a.help == b.help;
        if same {
            let new: Vec<String> =
                b.environments.iter().filter(|name| !a.environments.contains(name)).cloned().collect();
            a.environments.extend(new);
        }
        same
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique() {
        let texts: BTreeSet<_> = Code::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(texts.len(), Code::ALL.len());
    }
}
