//! Runs the real binary.

use std::ffi::OsStr;
use std::io::{Read, Write};
use std::process::{Child, Command, Stdio};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use serde_json::Value;

/// Path of the binary under test.
pub(crate) const BINARY: &str = env!("CARGO_BIN_EXE_hoshimori");

/// How often the end of a process is looked for, and how many times: three minutes, many times
/// what the slowest run of an unoptimised build takes.
const WAIT: (Duration, u32) = (Duration::from_millis(10), 18_000);

/// What a run left behind.
#[derive(Debug)]
pub(crate) struct Run {
    /// The exit status; `None` where a signal ended it.
    pub(crate) status: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Run {
    /// Standard output as one JSON document.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("{error}: {} {}", self.stdout, self.stderr))
    }

    /// The same run, which came to an end of its own, whatever the grades: they depend on what else
    /// the machine offers on all addresses.
    #[track_caller]
    pub(crate) fn completes(self) -> Self {
        assert!(matches!(self.status, Some(0 | 1)), "{}\n{}", self.stdout, self.stderr);
        self
    }

    /// The same run, its exit status asserted.
    #[track_caller]
    pub(crate) fn exits(self, status: i32) -> Self {
        assert_eq!(self.status, Some(status), "{}\n{}", self.stdout, self.stderr);
        self
    }
}

/// Runs the program with `arguments` to its end.
pub(crate) fn hoshimori<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>) -> Run {
    let mut command = program();
    finish(command.args(arguments))
}

/// The program, free of the settings of whoever runs the tests.
pub(crate) fn program() -> Command {
    let mut command = Command::new(BINARY);
    without_settings(&mut command);
    command
}

/// `script` in a shell that has the path of the program in `$HOSHIMORI`.
pub(crate) fn shell(script: &str) -> Command {
    let mut command = Command::new("bash");
    without_settings(&mut command);
    command.args(["-c", script]).env("HOSHIMORI", BINARY);
    command
}

fn without_settings(command: &mut Command) {
    for name in
        ["HOSHIMORI_LANG", "HOSHIMORI_SCHEME", "SSL_CERT_FILE", "SSL_CERT_DIR", "COLUMNS", "LINES"]
    {
        command.env_remove(name);
    }
}

/// Runs `command` to its end.
pub(crate) fn finish(command: &mut Command) -> Run {
    Running::start(command).end()
}

/// Runs `command` to its end with `input` on its standard input.
pub(crate) fn finish_with_input(command: &mut Command, input: &str) -> Run {
    command.stdin(Stdio::piped());
    let mut running = Running::start(command);
    if let Some(mut stdin) = running.child.stdin.take() {
        stdin.write_all(input.as_bytes()).unwrap();
    }
    running.end()
}

/// A process that is still running.
#[derive(Debug)]
pub(crate) struct Running {
    child: Child,
    stdout: JoinHandle<String>,
    stderr: JoinHandle<String>,
}

impl Running {
    pub(crate) fn start(command: &mut Command) -> Self {
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let stdout = collect(child.stdout.take().unwrap());
        let stderr = collect(child.stderr.take().unwrap());
        Self { child, stdout, stderr }
    }

    /// Waits until `is_reached`, as long as the process runs.
    pub(crate) fn wait_until(&mut self, mut is_reached: impl FnMut() -> bool) {
        for _ in 0..WAIT.1 * 5 {
            if is_reached() {
                return;
            }
            let status = self.child.try_wait().unwrap();
            assert!(status.is_none(), "it ended before the test could step in: {status:?}");
            thread::sleep(WAIT.0 / 5);
        }
        panic!("what the test waits for did not happen");
    }

    /// Ends it at once, as kill -9 does, and waits until it is gone.
    pub(crate) fn kill(mut self) -> Run {
        self.child.kill().unwrap();
        self.end()
    }

    /// Sends it the signal called `name`.
    pub(crate) fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        let status = Command::new("kill").args(["-s", name, &pid]).status().unwrap();
        assert!(status.success());
    }

    /// Waits for its end.
    pub(crate) fn end(mut self) -> Run {
        for _ in 0..WAIT.1 {
            if let Some(status) = self.child.try_wait().unwrap() {
                return Run {
                    status: status.code(),
                    stdout: self.stdout.join().unwrap(),
                    stderr: self.stderr.join().unwrap(),
                };
            }
            thread::sleep(WAIT.0);
        }
        self.child.kill().unwrap();
        panic!("the program did not end in time");
    }
}

fn collect(mut pipe: impl Read + Send + 'static) -> JoinHandle<String> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        pipe.read_to_end(&mut bytes).unwrap();
        String::from_utf8(bytes).unwrap()
    })
}
