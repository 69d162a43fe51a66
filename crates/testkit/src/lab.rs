use std::collections::BTreeMap;
use std::env;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use crate::expectation::{self, Expectation};
use crate::known_service::{self, KnownService};

/// How long a laboratory may take until everything listens; the slowest makes a dozen keys.
const STARTS_WITHIN: Duration = Duration::from_mins(1);
/// How often the end of a laboratory is looked for, and how many times.
const ENDS: (Duration, u32) = (Duration::from_millis(20), 500);
/// What `lab/run` exits with where a package is missing.
const MISSING_PACKAGE: i32 = 77;

/// The running daemons of one scenario; they end when it is dropped.
#[derive(Debug)]
pub struct Lab {
    scenario: String,
    address: String,
    process: Child,
    told: BTreeMap<String, String>,
}

impl Lab {
    /// Starts `scenario` on 127.0.0.1.
    ///
    /// `None`, with the reason on standard error, where a Debian package that it needs is missing.
    ///
    /// # Panics
    /// When the daemons do not start and, where the variable `CI` is set, when a package is missing:
    /// there a skipped test would look like a passed one.
    pub fn start(scenario: &str) -> Option<Self> {
        Self::start_at(scenario, "127.0.0.1")
    }

    /// Starts `scenario` on `address`, one of 127.0.0.0/8, so that a test can have it to itself.
    ///
    /// # Panics
    /// As [`start`](Self::start).
    pub fn start_at(scenario: &str, address: &str) -> Option<Self> {
        Self::run(scenario, address, &[scenario, address])
    }

    /// Starts `scenario` on any `address` of a network namespace that the test has to itself.
    ///
    /// # Panics
    /// As [`start`](Self::start).
    pub fn start_at_home(scenario: &str, address: &str) -> Option<Self> {
        Self::run(scenario, address, &["--home", scenario, address])
    }

    fn run(scenario: &str, address: &str, arguments: &[&str]) -> Option<Self> {
        let mut process = Command::new(root().join("run"))
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("lab/run cannot be started: {error}"));
        let line = process.stdout.take().map(first_line).unwrap_or_default();
        let Some(ready) = line.strip_prefix("ready ") else {
            return refused(scenario, process);
        };
        let told = ready.split_whitespace().filter_map(|entry| entry.split_once('='));
        Some(Self {
            scenario: scenario.to_owned(),
            address: address.to_owned(),
            told: told.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
            process,
        })
    }

    /// The address on which the daemons listen.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The port that the scenario calls `name`.
    ///
    /// # Panics
    /// When it has no such port.
    pub fn port(&self, name: &str) -> u16 {
        let told = self.told.get(name).and_then(|port| port.parse().ok());
        told.unwrap_or_else(|| panic!("`{}` has no port `{name}`", self.scenario))
    }

    /// The file `name` among those that the scenario made.
    ///
    /// # Panics
    /// When there is none.
    pub fn file(&self, name: &str) -> PathBuf {
        let folder = self.told.get("directory").map_or(Path::new(""), Path::new);
        let path = folder.join(name);
        assert!(path.is_file(), "`{}` has no file `{name}`", self.scenario);
        path
    }

    /// What the tests must say of it.
    ///
    /// # Panics
    /// When its `expected.toml` cannot be read.
    pub fn expectations(&self) -> Vec<Expectation> {
        expectation::read(&root().join(&self.scenario))
    }

    /// What the services of the laboratory `services` truly are.
    ///
    /// # Panics
    /// When its `expected.toml` or the versions that it found cannot be read.
    pub fn known_services(&self) -> Vec<KnownService> {
        known_service::read(&root().join(&self.scenario), &self.file("versions.toml"))
    }
}

impl Drop for Lab {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        let (pause, times) = ENDS;
        for _ in 0..times {
            if !matches!(self.process.try_wait(), Ok(None)) {
                return;
            }
            thread::sleep(pause);
        }
        // The script hangs. Its daemons are left behind, which the next reader of a process list
        // should see rather than a test that never ends.
        eprintln!("the laboratory `{}` did not end in time", self.scenario);
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../lab")
}

/// The first line of `output`, or nothing where it does not come in time.
fn first_line(output: ChildStdout) -> String {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut line = String::new();
        if BufReader::new(output).read_line(&mut line).is_ok() {
            // Nobody listens any more when the time is over.
            let _ = sender.send(line);
        }
    });
    receiver.recv_timeout(STARTS_WITHIN).unwrap_or_default().trim_end().to_owned()
}

fn refused(scenario: &str, mut process: Child) -> Option<Lab> {
    drop(process.stdin.take());
    let mut said = String::new();
    if let Some(mut errors) = process.stderr.take() {
        let _ = errors.read_to_string(&mut said);
    }
    let status = process.wait().ok().and_then(|status| status.code());
    let is_skipped = status == Some(MISSING_PACKAGE) && env::var_os("CI").is_none();
    assert!(is_skipped, "the laboratory `{scenario}` did not start: {said}");
    eprintln!("{scenario}: {}", said.trim_end());
    None
}
