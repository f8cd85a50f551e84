use std::collections::BTreeMap;
use std::fs::{self, File, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{domain, replica};

/// The largest state file, in bytes.
const MAX_STATE_BYTES: u64 = 256 << 20;
const FORMAT: &str = "cognitops-sandbox";
const VERSION: u32 = 1;

/// What a sandbox is opened for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Reading: no lock, and no file is made.
    Read,
    /// Writing: the file is locked against other writers.
    Write,
}

/// Why a state file cannot be used. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    /// Reading or writing failed.
    #[error("the sandbox file {}: {message}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// The system's words.
        message: String,
    },
    /// It is a directory, a FIFO or a device.
    #[error("the sandbox file {} is not a regular file; choose another with --sandbox=FILE", .0.display())]
    NotAFile(PathBuf),
    /// It is over the limit.
    #[error("the sandbox file {} is larger than 256 MiB; choose another with --sandbox=FILE", .0.display())]
    TooLarge(PathBuf),
    /// It is not JSON, or JSON of another shape.
    #[error(
        "the sandbox file {} is broken (line {line}, column {column}); mend it, remove it, or choose another with --sandbox=FILE",
        path.display()
    )]
    Corrupt {
        /// The file.
        path: PathBuf,
        /// Where reading stopped.
        line: usize,
        /// Where reading stopped.
        column: usize,
    },
    /// It is somebody else's.
    #[error("{} is not a sandbox file of cognitops; choose another with --sandbox=FILE", .0.display())]
    Foreign(PathBuf),
    /// A later version wrote it.
    #[error("the sandbox file {} was written by a later version of cognitops (format {version})", path.display())]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its format's version.
        version: u64,
    },
    /// Another process writes it.
    #[error("the sandbox file {} is in use by another cognitops; wait for it to end", .0.display())]
    Locked(PathBuf),
}

/// What comes before a replica's Region among what settles; no domain's name has such a sign.
pub(super) const REPLICA: &str = "replica/";

/// Everything in the sandbox's account.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct State {
    format: String,
    version: u32,
    seed: u64,
    created: u64,
    /// How far the clock was put forward, in milliseconds.
    #[serde(default, rename = "clockAhead", skip_serializing_if = "is_zero")]
    pub(super) clock_ahead: u64,
    pub(super) pools: BTreeMap<String, PoolState>,
    /// The provisioned limits that were set, by Region and category.
    #[serde(default, rename = "provisionedLimits", skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) limits: BTreeMap<String, BTreeMap<String, i64>>,
}

/// A pool with what lies in it, in the API's own documents.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct PoolState {
    pub(super) pool: Value,
    pub(super) mfa: Value,
    #[serde(default)]
    pub(super) clients: BTreeMap<String, Value>,
    /// The secrets of clients to which one was added, by client and id.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) client_secrets: BTreeMap<String, BTreeMap<String, Value>>,
    #[serde(default)]
    pub(super) identity_providers: BTreeMap<String, Value>,
    #[serde(default)]
    pub(super) resource_servers: BTreeMap<String, Value>,
    #[serde(default)]
    pub(super) groups: BTreeMap<String, Value>,
    #[serde(default)]
    pub(super) domains: BTreeMap<String, Value>,
    /// The domains and replicas that the service works on, and when it is done, in milliseconds since 1970.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) settling: BTreeMap<String, u64>,
    /// By Region, with the tags that no answer shows.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) replicas: BTreeMap<String, Value>,
    /// What the pool (`ALL`) and its clients, by id, have one of, by section.
    #[serde(default)]
    pub(super) attached: BTreeMap<String, BTreeMap<String, Value>>,
    /// Styles of managed login by id.
    #[serde(default)]
    pub(super) brandings: BTreeMap<String, Value>,
    /// Terms documents by id.
    #[serde(default)]
    pub(super) terms: BTreeMap<String, Value>,
}

#[allow(clippy::trivially_copy_pass_by_ref)] // serde hands it a reference
fn is_zero(number: &u64) -> bool {
    *number == 0
}

impl State {
    fn new(seed: u64) -> Self {
        Self {
            format: FORMAT.to_owned(),
            version: VERSION,
            seed,
            created: 0,
            clock_ahead: 0,
            pools: BTreeMap::new(),
            limits: BTreeMap::new(),
        }
    }

    /// A random text of an alphabet, repeatable from the state.
    pub(super) fn random(&mut self, alphabet: &[u8], length: usize) -> String {
        self.created += 1;
        let mut random =
            fastrand::Rng::with_seed(self.seed.wrapping_add(self.created.wrapping_mul(0x9E37_79B9)));
        (0..length).map(|_| char::from(alphabet[random.usize(..alphabet.len())])).collect()
    }

    /// A random UUID of version 4.
    pub(super) fn uuid(&mut self) -> String {
        let digits = self.random(b"0123456789abcdef", 30);
        let variant = self.random(b"89ab", 1);
        let (time, rest) = digits.split_at(12);
        let (high, node) = rest.split_at(6);
        format!("{}-{}-4{}-{variant}{}-{}", &time[..8], &time[8..], &high[..3], &high[3..], &node[..12])
    }
}

/// The state with its file.
pub(super) struct Store {
    state: State,
    path: Option<PathBuf>,
    lock: Option<File>,
    writable: bool,
    dirty: bool,
}

impl Store {
    pub(super) fn in_memory() -> Self {
        Self { state: State::new(0), path: None, lock: None, writable: true, dirty: false }
    }

    pub(super) fn open(path: &Path, access: Access) -> Result<Self, SandboxError> {
        let path = &behind_links(path);
        let lock = match access {
            Access::Read => None,
            Access::Write => {
                read(path)?; // what is not ours gets no lock beside it
                Some(lock(path)?)
            }
        };
        let state = read(path)?.unwrap_or_else(|| State::new(fastrand::u64(..)));
        let writable = access == Access::Write;
        Ok(Self { state, path: Some(path.to_owned()), lock, writable, dirty: false })
    }

    pub(super) fn state(&self) -> &State {
        &self.state
    }

    pub(super) fn state_mut(&mut self) -> &mut State {
        self.dirty = true;
        &mut self.state
    }

    /// Puts another state in the place of this one; what is to be written stays as it is.
    pub(super) fn swap(&mut self, other: &mut State) {
        std::mem::swap(&mut self.state, other);
    }

    /// Ends what the service worked on until now.
    pub(super) fn settle(&mut self, now: Duration) {
        let now = u64::try_from(now.as_millis()).unwrap_or(u64::MAX);
        let is_over = |pool: &PoolState| pool.settling.values().any(|until| *until <= now);
        if !self.state.pools.values().any(is_over) {
            return;
        }
        for pool in self.state_mut().pools.values_mut() {
            let over: Vec<String> = pool
                .settling
                .iter()
                .filter(|(_, until)| **until <= now)
                .map(|(name, _)| name.clone())
                .collect();
            for name in over {
                pool.settling.remove(&name);
                match name.strip_prefix(REPLICA) {
                    Some(region) => replica::settle(pool, region),
                    None => domain::settle(pool, &name),
                }
            }
        }
    }

    pub(super) fn is_writable(&self) -> bool {
        self.writable
    }

    pub(super) fn document(&self) -> Value {
        serde_json::to_value(&self.state).unwrap_or_default()
    }

    /// Draws from a seed, unless something was drawn before.
    pub(super) fn seed(&mut self, seed: u64) {
        if self.state.created == 0 {
            self.state.seed = seed;
        }
    }

    /// Whether there is a file to write.
    pub(super) fn has_file(&self) -> bool {
        self.path.is_some()
    }

    /// What the file is to hold, if it holds something else. It counts as written from here on.
    pub(super) fn take_pending(&mut self) -> Result<Option<Pending>, SandboxError> {
        let Some(path) = self.path.as_ref().filter(|_| self.dirty) else { return Ok(None) };
        let mut text =
            serde_json::to_vec_pretty(&self.state).map_err(|error| io_error(path, &error.into()))?;
        text.push(b'\n');
        if text.len() as u64 > MAX_STATE_BYTES {
            return Err(SandboxError::TooLarge(path.clone())); // nobody could open it again
        }
        self.dirty = false;
        Ok(Some(Pending { path: path.clone(), text }))
    }

    /// What was taken to be written was not.
    pub(super) fn keep_pending(&mut self) {
        self.dirty = true;
    }
}

/// The text of a state file that is to be written.
pub(super) struct Pending {
    path: PathBuf,
    text: Vec<u8>,
}

impl Pending {
    pub(super) fn write(&self) -> Result<(), SandboxError> {
        let path = &self.path;
        let failed = |error: io::Error| io_error(path, &error);
        let directory = directory_of(path);
        // A temporary file is private to its owner from the start: client secrets lie in it.
        let mut file = tempfile::Builder::new().prefix(".sandbox-").tempfile_in(directory).map_err(failed)?;
        file.write_all(&self.text).map_err(failed)?;
        file.as_file().sync_all().map_err(failed)?;
        file.persist(path).map_err(|error| failed(error.error))?;
        Ok(())
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        if let Some(lock) = &self.lock {
            let _ = lock.unlock();
        }
    }
}

fn directory_of(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn io_error(path: &Path, error: &io::Error) -> SandboxError {
    let text = error.to_string();
    let message = text.split(" (os error").next().unwrap_or(&text).to_lowercase();
    SandboxError::Io { path: path.to_owned(), message }
}

/// The most links from one to the next.
const MOST_LINKS: usize = 40;

/// The file that a path leads to: it is replaced and locked, and not the link to it.
fn behind_links(path: &Path) -> PathBuf {
    let mut path = path.to_owned();
    for _ in 0..MOST_LINKS {
        match fs::read_link(&path) {
            Ok(target) => path = directory_of(&path).join(target),
            Err(_) => break,
        }
    }
    path
}

/// Locks a file beside the state, which is replaced as a whole and so cannot be locked itself.
fn lock(path: &Path) -> Result<File, SandboxError> {
    regular(path)?;
    let failed = |error: io::Error| io_error(path, &error);
    fs::create_dir_all(directory_of(path)).map_err(failed)?;
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".lock");
    let beside = path.with_file_name(name);
    regular(&beside)?;
    let file = File::options().create(true).truncate(false).write(true).open(&beside).map_err(failed)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(SandboxError::Locked(path.to_owned())),
        Err(TryLockError::Error(error)) => Err(failed(error)),
    }
}

/// Refuses what is there and no regular file: opening it could wait for ever.
fn regular(path: &Path) -> Result<Option<fs::Metadata>, SandboxError> {
    match fs::metadata(path) {
        Ok(metadata) if metadata.is_file() => Ok(Some(metadata)),
        Ok(_) => Err(SandboxError::NotAFile(path.to_owned())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(io_error(path, &error)),
    }
}

/// What says whose file it is.
#[derive(Deserialize)]
struct Header {
    format: Option<Value>,
    version: Option<Value>,
}

fn read(path: &Path) -> Result<Option<State>, SandboxError> {
    let Some(metadata) = regular(path)? else { return Ok(None) };
    if metadata.len() > MAX_STATE_BYTES {
        return Err(SandboxError::TooLarge(path.to_owned()));
    }
    let mut text = Vec::new();
    let file = File::open(path).map_err(|error| io_error(path, &error))?;
    file.take(MAX_STATE_BYTES + 1).read_to_end(&mut text).map_err(|error| io_error(path, &error))?;
    let corrupt = |error: serde_json::Error| SandboxError::Corrupt {
        path: path.to_owned(),
        line: error.line(),
        column: error.column(),
    };
    let header: Header = match serde_json::from_slice(&text) {
        Ok(header) => header,
        Err(error) if error.is_data() => return Err(SandboxError::Foreign(path.to_owned())),
        Err(error) => return Err(corrupt(error)),
    };
    if header.format != Some(Value::from(FORMAT)) {
        return Err(SandboxError::Foreign(path.to_owned()));
    }
    match header.version.and_then(|version| version.as_u64()) {
        Some(version) if version > u64::from(VERSION) => {
            Err(SandboxError::Newer { path: path.to_owned(), version })
        }
        _ => serde_json::from_slice(&text).map(Some).map_err(corrupt),
    }
}
