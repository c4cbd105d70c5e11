//! What a confined worker cannot do, tried by a worker that does what its file says.

use std::fs;
use std::net::{TcpListener, UdpSocket};
use std::os::linux::net::SocketAddrExt as _;
use std::os::unix::net::{SocketAddr, UnixListener};
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Command, Stdio};

use crate::support::{behave, file, misbehaving};
use alexandria_extract::{ExtractError, Limits};
use alexandria_worker::{Request, WorkerError};
use tempfile::TempDir;

/// Names of files that choose the layers of the misbehaving worker.
const ALL: &str = "a.txt";
const LANDLOCK: &str = "a.md";
const SECCOMP: &str = "a.html";
const NONE: &str = "a.xyz";

/// The outcome of an attempt.
#[derive(Debug, PartialEq, Eq)]
enum Outcome {
    Done,
    /// The call failed with an error of the operating system.
    Denied,
    /// The call ended the process.
    Killed,
    Other(String),
}

fn outcome(command: &str, name: &str) -> Outcome {
    match behave(command, name, &Limits::default()) {
        Ok(_) => Outcome::Done,
        Err(WorkerError::ForbiddenCall) => Outcome::Killed,
        Err(WorkerError::Extract(ExtractError::Io(error))) if error.kind() == std::io::ErrorKind::PermissionDenied => {
            Outcome::Denied
        }
        other => Outcome::Other(format!("{other:?}")),
    }
}

/// Servers and files that an attack could use.
struct Targets {
    folder: TempDir,
    tcp: TcpListener,
    udp: UdpSocket,
    _unix: UnixListener,
    _abstract: UnixListener,
}

impl Targets {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("creates a folder");
        let name = SocketAddr::from_abstract_name(folder.path().as_os_str().as_encoded_bytes()).expect("is a name");
        Self {
            tcp: TcpListener::bind("127.0.0.1:0").expect("listens"),
            udp: UdpSocket::bind("127.0.0.1:0").expect("listens"),
            _unix: UnixListener::bind(folder.path().join("socket")).expect("listens"),
            _abstract: UnixListener::bind_addr(&name).expect("listens"),
            folder,
        }
    }

    /// Attempts that touch nothing but these targets, with what landlock alone makes of them.
    fn attempts(&self) -> Vec<(String, Outcome)> {
        let path = |name: &str| self.folder.path().join(name).display().to_string();
        fs::write(path("victim"), b"x").expect("writes");
        let (tcp, udp) = (self.tcp.local_addr().expect("has one"), self.udp.local_addr().expect("has one"));
        vec![
            ("read /etc/passwd".to_owned(), Outcome::Denied),
            (format!("read {}", path("victim")), Outcome::Denied),
            (format!("write {}", path("written")), Outcome::Denied),
            (format!("folder {}", path("created")), Outcome::Denied),
            (format!("delete {}", path("victim")), Outcome::Denied),
            (format!("tcp {tcp}"), Outcome::Denied),
            ("listen 127.0.0.1:0".to_owned(), Outcome::Denied),
            ("run /bin/true".to_owned(), Outcome::Denied),
            // What landlock does not know of, and only seccomp prevents.
            (format!("udp {udp}"), Outcome::Done),
            (format!("unix {}", path("socket")), Outcome::Done),
            ("thread".to_owned(), Outcome::Done),
        ]
    }
}

#[test]
fn unconfined_worker_can_do_everything() {
    let targets = Targets::new();
    for (command, _) in targets.attempts() {
        assert_eq!(outcome(&command, NONE), Outcome::Done, "{command}");
    }
    assert_eq!(outcome("signal", NONE), Outcome::Done);
}

#[test]
fn confined_worker_is_killed_at_every_attempt() {
    let targets = Targets::new();
    let attempts = targets.attempts().into_iter().map(|(command, _)| command);
    for command in attempts.chain(["become /bin/true", "signal", "trace"].map(str::to_owned)) {
        assert_eq!(outcome(&command, ALL), Outcome::Killed, "{command}");
        assert_eq!(outcome(&command, SECCOMP), Outcome::Killed, "{command} with seccomp alone");
    }
    assert!(targets.folder.path().join("victim").exists() && !targets.folder.path().join("written").exists());
}

/// On a kernel without seccomp filters, or if one has a gap.
#[test]
fn landlock_alone_denies_files_programs_tcp_and_signals() {
    let targets = Targets::new();
    for (command, expect) in targets.attempts() {
        assert_eq!(outcome(&command, LANDLOCK), expect, "{command}");
    }
    for command in ["become /bin/true", "signal", "trace"] {
        assert_eq!(outcome(command, LANDLOCK), Outcome::Denied, "{command}");
    }
}

#[test]
fn worker_inherits_neither_environment_nor_folder_nor_descriptors() {
    let leaked: Vec<fs::File> = (0..8).map(|_| file(b"x")).collect();
    for file in &leaked {
        rustix::io::fcntl_setfd(file, rustix::io::FdFlags::empty()).expect("lets children inherit the file");
    }
    for command in ["environment", "descriptors", "directory"] {
        assert_eq!(outcome(command, NONE), Outcome::Done, "{command}");
    }
}

#[test]
fn worker_ends_with_the_thread_that_started_it() {
    let start = || {
        let mut command = Command::new(misbehaving().program());
        command.args(Request::new(ALL, &Limits::default(), 1 << 30).arguments());
        let mut child = command.stdin(file(b"linger")).stdout(Stdio::piped()).spawn().expect("starts");
        // It has confined itself once it writes.
        let mut first = [0];
        std::io::Read::read_exact(child.stdout.as_mut().expect("is a pipe"), &mut first).expect("writes");
        child
    };
    let mut child = std::thread::spawn(start).join().expect("starts");
    assert_eq!(child.wait().expect("ends").signal(), Some(9));
}
