//! A link of two machines in network namespaces of their own: this test and one real daemon.
//!
//! A test that needs one runs itself again inside `unshare`, where nothing that it or the daemon
//! sends reaches any other network, and where everything ends with the test.

use std::env;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

/// The address of the daemon.
pub(crate) const HOST: &str = "10.83.0.2";

/// Runs the ignored test `name` of this binary in namespaces of its own and insists on its
/// success; says why and does nothing where that takes a privilege.
pub(crate) fn run_isolated(name: &str) {
    let isolated = ["--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "--"];
    let allowed = Command::new("unshare").args(isolated).arg("true").output();
    if !allowed.is_ok_and(|output| output.status.success()) {
        println!("skipped: network namespaces need `unshare` and a privilege");
        return;
    }
    let itself = env::current_exe().unwrap();
    let mut test = Command::new("unshare");
    test.args(isolated).arg(itself).args(["--exact", name, "--ignored", "--nocapture"]);
    let output = test.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.contains("1 passed"), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
}

/// The daemon at the other end; it ends with the link.
pub(crate) struct Link {
    daemon: Child,
}

impl Link {
    /// Starts `program` in another namespace, where the link is `hsna` and is up already.
    pub(crate) fn start(program: &Path, arguments: &[&str]) -> Self {
        // Whatever the daemon leaves in /run stays in this namespace of mounts.
        run("mount", &["-t", "tmpfs", "tmpfs", "/run"]);
        let mut daemon = Command::new("unshare");
        daemon.args(["--net", "--", "sh", "-c", "read go; exec \"$0\" \"$@\""]);
        let mut daemon = daemon.arg(program).args(arguments).stdin(Stdio::piped()).spawn().unwrap();
        let pid = daemon.id().to_string();
        wait_for_namespace(&pid);
        run("ip", &["link", "add", "hsnb", "type", "veth", "peer", "name", "hsna", "netns", &pid]);
        run("ip", &["address", "add", "10.83.0.1/24", "dev", "hsnb"]);
        run("ip", &["link", "set", "hsnb", "up"]);
        let there = |words: &[&str]| run("nsenter", &[&["-t", &pid, "-n", "ip"], words].concat());
        there(&["address", "add", "10.83.0.2/24", "broadcast", "+", "dev", "hsna"]);
        there(&["link", "set", "lo", "up"]);
        there(&["link", "set", "hsna", "up"]);
        // Its input stays open: some daemons end when that does.
        daemon.stdin.as_mut().unwrap().write_all(b"go\n").unwrap();
        Self { daemon }
    }

    /// What `ip` says at the other end.
    pub(crate) fn ip(&self, words: &[&str]) -> String {
        let pid = self.daemon.id().to_string();
        let there = ["-t", &pid, "-n", "ip"];
        let output = Command::new("nsenter").args(there).args(words).output().unwrap();
        String::from_utf8_lossy(&output.stdout).into_owned()
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        drop(self.daemon.kill());
        drop(self.daemon.wait());
    }
}

fn wait_for_namespace(pid: &str) {
    let namespace = |of: &str| fs::read_link(format!("/proc/{of}/ns/net")).ok();
    let own = namespace("self");
    for _ in 0..200 {
        if namespace(pid) != own {
            return;
        }
        sleep(Duration::from_millis(10));
    }
    panic!("the daemon got no namespace");
}

pub(crate) fn run(program: &str, arguments: &[&str]) {
    let output = Command::new(program).args(arguments).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program} {arguments:?}: {said}");
}
