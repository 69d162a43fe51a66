//! Real daemons on loopback, each with a folder of its own, ended with the test.

use std::ffi::OsStr;
use std::fs;
use std::io::ErrorKind;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::sleep;
use std::time::Duration;

/// A folder that is removed with its owner.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        // Tests in namespaces of their own share this folder and their process ids.
        loop {
            let number = NEXT.fetch_add(1, Ordering::Relaxed);
            let name = format!("hoshimori-test-{}-{number}", std::process::id());
            let path = std::env::temp_dir().join(name);
            match fs::create_dir(&path) {
                Ok(()) => return Self(path),
                Err(error) => assert_eq!(error.kind(), ErrorKind::AlreadyExists, "{error}"),
            }
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// The path of a file in the folder, as text for configurations.
    pub(crate) fn file(&self, name: &str) -> String {
        self.0.join(name).to_str().unwrap().to_owned()
    }

    pub(crate) fn write(&self, name: &str, text: &str) -> String {
        let path = self.file(name);
        fs::write(&path, text).unwrap();
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.0));
    }
}

/// A program of this machine, or `None` with a message where it is not installed.
pub(crate) fn program(name: &str) -> Option<PathBuf> {
    let folders = ["/usr/sbin", "/usr/bin", "/usr/local/sbin", "/usr/local/bin"];
    let found = folders.iter().map(|folder| Path::new(folder).join(name)).find(|it| it.exists());
    if found.is_none() {
        println!("skipped: `{name}` is not installed");
    }
    found
}

/// A running daemon.
pub(crate) struct Daemon {
    pub(crate) port: u16,
    child: Child,
    _folder: Folder,
}

impl Daemon {
    /// Starts `program` and waits until it listens on `port` of 127.78.0.1.
    pub(crate) fn start<I, A>(program: &Path, arguments: I, port: u16, folder: Folder) -> Self
    where
        I: IntoIterator<Item = A>,
        A: AsRef<OsStr>,
    {
        let mut command = Command::new(program);
        command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        let child = command.spawn().unwrap();
        let daemon = Self { port, child, _folder: folder };
        daemon.wait_until_listening();
        daemon
    }

    #[expect(clippy::disallowed_methods, reason = "the test looks whether its own daemon is up")]
    fn wait_until_listening(&self) {
        for _ in 0..200 {
            if TcpStream::connect(("127.78.0.1", self.port)).is_ok() {
                return;
            }
            sleep(Duration::from_millis(25));
        }
        panic!("the daemon does not listen on port {}", self.port);
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// A port that was free a moment ago.
pub(crate) fn free_port() -> u16 {
    TcpListener::bind("127.78.0.1:0").unwrap().local_addr().unwrap().port()
}

/// Runs a program to its end and insists on its success.
pub(crate) fn run(program: &Path, arguments: &[&str]) {
    let output = Command::new(program).args(arguments).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
