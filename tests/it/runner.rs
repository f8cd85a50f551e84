//! Runs the binary in a directory of its own, with nothing of the surrounding environment.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// Whatever is asked, no command may run longer; a hang is a failure, not a slow test.
const LIMIT: Duration = Duration::from_mins(1);

/// A directory with files, to run commands in.
pub(crate) struct Project {
    directory: TempDir,
}

/// How a command ended, and what it printed.
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Project {
    pub(crate) fn new() -> Self {
        Self { directory: tempfile::tempdir().unwrap() }
    }

    /// A project with one manifest, `pool.yaml`.
    pub(crate) fn with(manifest: &str) -> Self {
        Self::new().file("pool.yaml", manifest)
    }

    /// A copy of `examples/NAME`, without what those leave there who try it by hand.
    pub(crate) fn example(name: &str) -> Self {
        let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(name);
        let mut project = Self::new();
        for entry in walkdir::WalkDir::new(&directory).into_iter().map(Result::unwrap) {
            let within = entry.path().strip_prefix(&directory).unwrap().to_str().unwrap();
            if entry.file_type().is_file() && !within.starts_with('.') {
                project = project.file(within, std::fs::read(entry.path()).unwrap());
            }
        }
        project
    }

    pub(crate) fn path(&self) -> &Path {
        self.directory.path()
    }

    pub(crate) fn at(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        let path = self.at(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.at(name)).unwrap()
    }

    pub(crate) fn file(self, name: &str, text: impl AsRef<[u8]>) -> Self {
        self.write(name, text);
        self
    }

    /// Every file with its content, to see that a command changed nothing.
    pub(crate) fn files(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let entries = walkdir::WalkDir::new(self.path()).sort_by_file_name().into_iter();
        entries
            .filter_map(Result::ok)
            .filter(|entry| entry.file_type().is_file())
            .map(|entry| (entry.path().to_owned(), std::fs::read(entry.path()).unwrap()))
            .collect()
    }

    /// Runs a command line, split at blanks.
    pub(crate) fn run(&self, line: &str) -> Ran {
        self.run_with(line, "", &[])
    }

    /// The same, with standard input and environment variables.
    pub(crate) fn run_with(&self, line: &str, input: &str, environment: &[(&str, &str)]) -> Ran {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cognitops"));
        command
            .args(line.split_whitespace())
            .current_dir(self.path())
            .env_clear()
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .env("AWS_CONFIG_FILE", "")
            .env("AWS_SHARED_CREDENTIALS_FILE", "")
            .envs(environment.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let output = finish(command, input.as_bytes());
        Ran {
            code: output.status.code().expect("the command ends by itself"),
            stdout: self.anonymous(&output.stdout),
            stderr: self.anonymous(&output.stderr),
        }
    }

    /// Output without what differs from run to run: the directory, and ids that the sandbox drew.
    fn anonymous(&self, output: &[u8]) -> String {
        let text = String::from_utf8(output.to_vec()).expect("output is UTF-8");
        let text = text.replace(&self.path().display().to_string(), "[DIR]");
        let pool = regex::Regex::new(r"us-east-1_[A-Za-z0-9]{9}").unwrap();
        let client = regex::Regex::new(r"\b[0-9a-z]{26}\b").unwrap();
        client.replace_all(&pool.replace_all(&text, "[POOL]"), "[CLIENT]").into_owned()
    }
}

/// Feeds a command its input and waits, but not for ever.
pub(crate) fn finish(mut command: Command, input: &[u8]) -> Output {
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    // A command need not read its input to the end.
    let feeder = std::thread::spawn(move || drop(stdin.write_all(&input)));
    let id = child.id();
    let (done, waiting) = std::sync::mpsc::channel::<()>();
    let watchdog = std::thread::spawn(move || {
        if waiting.recv_timeout(LIMIT) == Err(std::sync::mpsc::RecvTimeoutError::Timeout) {
            let _ = Command::new("kill").args(["-9", &id.to_string()]).status();
        }
    });
    let started = Instant::now();
    let output = child.wait_with_output().unwrap();
    drop(done);
    watchdog.join().unwrap();
    feeder.join().unwrap();
    assert!(started.elapsed() < LIMIT, "the command did not end");
    output
}

impl Ran {
    /// Help without the options that every command has.
    pub(crate) fn own_help(&self) -> String {
        let text = self.to_string();
        let (own, global) = text.split_once("Global options:").unwrap();
        format!("{own}…\n{}", global.split_once("\n\n").unwrap().1)
    }
}

impl std::fmt::Display for Ran {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "exit: {}", self.code)?;
        for (name, text) in [("stdout", &self.stdout), ("stderr", &self.stderr)] {
            if !text.is_empty() {
                write!(f, "\n--- {name}\n{}", text.trim_end())?;
            }
        }
        Ok(())
    }
}
