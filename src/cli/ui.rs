//! Output, and questions.

use std::io::{self, IsTerminal, Write};

use anstream::{AutoStream, ColorChoice};
use cognitops::render::{findings, heading, json, style};
use indicatif::{ProgressBar, ProgressStyle};

use super::{Exit, Failure, Format, Global, When};

/// Where output goes.
pub(crate) struct Ui {
    out: AutoStream<io::Stdout>,
    err: AutoStream<io::Stderr>,
    pub(crate) format: Format,
    pub(crate) quiet: bool,
    /// Whether the output has a part with a heading by now.
    has_headings: bool,
    /// Why output was lost; a reader that went away is no loss.
    pub(super) lost: Option<io::Error>,
}

impl Ui {
    pub(super) fn new(global: &Global) -> Self {
        let choice = |terminal: bool| match global.color {
            When::Always => ColorChoice::Always,
            When::Auto if terminal => ColorChoice::Auto,
            When::Auto | When::Never => ColorChoice::Never,
        };
        Self {
            out: AutoStream::new(io::stdout(), choice(io::stdout().is_terminal())),
            err: AutoStream::new(io::stderr(), choice(io::stderr().is_terminal())),
            format: global.format,
            quiet: global.quiet,
            has_headings: false,
            lost: None,
        }
    }

    /// Output without colour and without remarks.
    pub(super) fn plain(format: Format) -> Self {
        Self {
            out: AutoStream::never(io::stdout()),
            err: AutoStream::never(io::stderr()),
            format,
            quiet: true,
            has_headings: false,
            lost: None,
        }
    }

    /// Whether standard error shows colour.
    pub(super) fn colours_errors(&self) -> bool {
        self.err.current_choice() != ColorChoice::Never
    }

    /// Prints what was asked for.
    pub(crate) fn print(&mut self, text: &str) {
        let written = self.out.write_all(text.as_bytes()).and_then(|()| self.out.flush());
        self.lost =
            written.err().filter(|error| error.kind() != io::ErrorKind::BrokenPipe).or(self.lost.take());
    }

    /// Prints what is beside it.
    pub(crate) fn note(&mut self, text: &str) {
        if !self.quiet {
            self.complain(text);
        }
    }

    pub(super) fn complain(&mut self, text: &str) {
        let _ = self.err.write_all(text.as_bytes());
        let _ = self.err.flush();
    }

    /// A bar over so many steps, or a spinner where nobody knows how many; on a terminal, else nothing.
    pub(crate) fn progress(&self, steps: Option<usize>) -> ProgressBar {
        if self.quiet || !io::stderr().is_terminal() {
            return ProgressBar::hidden();
        }
        let (bar, template) = match steps {
            Some(steps) => (ProgressBar::new(steps as u64), "{bar:30} {pos}/{len} {wide_msg}"),
            None => (ProgressBar::new_spinner(), "{spinner} {msg}"),
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar
    }

    /// Asks a question that yes or no answers; no terminal is no answer.
    pub(crate) fn ask(&mut self, question: &str) -> Option<bool> {
        if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
            return None;
        }
        self.complain(&format!("{question} [y/N] "));
        let mut answer = String::new();
        io::stdin().read_line(&mut answer).ok()?;
        Some(matches!(answer.trim().to_lowercase().as_str(), "y" | "yes"))
    }

    /// Shows what a command made of each environment, and returns the exit code that is worst.
    ///
    /// Where the command line means one environment only, nothing is said of which it is.
    pub(crate) fn present(&mut self, several: bool, parts: Vec<Part>) -> Result<Exit, Failure> {
        let mut worst = Exit::Done;
        let mut texts = Vec::new();
        for Part { environment, result } in parts {
            if !several {
                let (text, exit) = result?;
                self.print(&text);
                return Ok(exit);
            }
            let exit = match result {
                Ok((text, exit)) if self.format == Format::Human => {
                    self.head(&environment);
                    self.print(&text);
                    exit
                }
                Ok((text, exit)) => {
                    texts.push((environment, text));
                    exit
                }
                Err(failure) if self.format == Format::Human => {
                    self.head(&environment);
                    self.fail(&failure)
                }
                Err(failure) => {
                    texts.push((environment, failure.json()));
                    failure.exit()
                }
            };
            worst = worst.worse(exit);
        }
        if self.format == Format::Json {
            self.print(&json::environments(&texts));
        }
        Ok(worst)
    }

    fn head(&mut self, environment: &str) {
        let gap = if std::mem::replace(&mut self.has_headings, true) { "\n" } else { "" };
        self.print(&format!("{gap}{}", heading(environment)));
    }

    pub(super) fn fail(&mut self, failure: &Failure) -> Exit {
        match failure {
            _ if self.format == Format::Json => self.print(&failure.json()),
            Failure::Findings(found) => {
                self.complain(&findings::human(found));
                self.complain(&findings::summary(found, 0));
            }
            Failure::Message(message, help, _) | Failure::Planned(_, message, help, _) => {
                let (error, hint) = (style::ERROR, style::HELP);
                self.complain(&format!("{error}error{error:#}: {message}\n"));
                if let Some(help) = help {
                    self.complain(&format!("  {hint}help:{hint:#} {help}\n"));
                }
            }
        }
        failure.exit()
    }
}

/// What became of one environment: a text to print and an exit code.
pub(crate) struct Part {
    pub(crate) environment: String,
    pub(crate) result: Result<(String, Exit), Failure>,
}
