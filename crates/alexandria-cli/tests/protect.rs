//! `alexandria protect` as a person uses it on a machine without a keychain: the built command, a real library, no bus.
#![expect(clippy::unwrap_used, reason = "a test stops where its premises fail")]

mod support;

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;

use self::support::World;

impl World {
    /// Makes a recovery code in the file `name`.
    fn make_code(&self, name: &str, verb: &str, secret: &str) {
        let file = self.path(name);
        let file = file.to_str().unwrap();
        self.done(&["protect", verb, "--write-to", file, "--confirm-file", file], secret);
    }

    fn opens_with(&self, secret: &str) {
        assert!(self.done(&["list"], secret).contains("book"));
    }
}

#[test]
fn a_recovery_code_is_shown_once_and_opens_the_library_when_typed_back() {
    let world = World::new();
    let mut child = world.command(&["protect", "recovery"], "passphrase");
    let mut child = child.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let code = lines.next().unwrap().unwrap();
    assert_eq!(code.len(), 34, "{code}");
    child.stdin.take().unwrap().write_all(format!("{}\n", code.to_lowercase()).as_bytes()).unwrap();
    assert!(child.wait().unwrap().success());
    assert!(lines.all(|line| !line.unwrap().contains(&code)), "it is shown once");
    world.write("code", &code);
    world.opens_with("code");
    // The passphrase is forgotten; the code sets a new one.
    world.write("new", "another passphrase\n");
    let new = world.path("new");
    world.done(&["protect", "passphrase", "--new-passphrase-file", new.to_str().unwrap()], "code");
    world.opens_with("new");
    assert!(world.fails(&["list"], "passphrase", 3).contains("passphrase is wrong"));
    let shown = world.done(&["--json", "protect", "show"], "new");
    assert!(shown.contains(r#""slots":["passphrase","recovery-code"]"#), "{shown}");
    assert!(world.done(&["doctor"], "new").contains("a recovery code opens the library"));
}

#[test]
fn a_code_that_is_not_typed_back_is_none() {
    let world = World::new();
    let before = fs::read(world.path("library").join("vault")).unwrap();
    let file = world.path("code");
    let file = file.to_str().unwrap();
    // Nothing typed, and something else in the file to confirm with.
    world.fails(&["protect", "recovery", "--write-to", file], "passphrase", 130);
    assert!(!world.path("code").exists(), "a code of no use is not kept");
    let passphrase = world.path("passphrase");
    let passphrase = passphrase.to_str().unwrap();
    world.fails(&["protect", "recovery", "--write-to", file, "--confirm-file", passphrase], "passphrase", 3);
    assert_eq!(fs::read(world.path("library").join("vault")).unwrap(), before);
    // A file that is there is not written over.
    world.fails(&["protect", "recovery", "--write-to", passphrase], "passphrase", 2);
    assert_eq!(fs::read_to_string(passphrase).unwrap(), "open sesame\n");
}

#[test]
fn a_rotation_replaces_the_code_and_keeps_the_passphrase() {
    let world = World::new();
    world.make_code("code", "recovery", "passphrase");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(world.path("code")).unwrap().permissions().mode() & 0o777, 0o600);
    }
    world.make_code("code-2", "rotate", "passphrase");
    world.opens_with("passphrase");
    world.opens_with("code-2");
    world.fails(&["list"], "code", 3);
    // With a code to open the library, the passphrase is needed as well, and it stays the standard's cost to guess.
    let file = world.path("code-3");
    let file = file.to_str().unwrap();
    world.fails(&["protect", "rotate", "--write-to", file, "--confirm-file", file], "code-2", 3);
    let passphrase = world.path("passphrase");
    let both = ["--passphrase-file", passphrase.to_str().unwrap()];
    let rotate = ["protect", "rotate", "--write-to", file, "--confirm-file", file];
    world.done(&[both.as_slice(), &rotate].concat(), "code-2");
    world.opens_with("passphrase");
    let vault = fs::read_to_string(world.path("library").join("vault")).unwrap();
    assert!(vault.contains(r#""memory_kib": 65536"#), "{vault}");
}

#[test]
fn what_a_person_needs_cannot_be_removed() {
    let world = World::new();
    world.make_code("code", "recovery", "passphrase");
    assert!(world.fails(&["protect", "remove", "passphrase"], "code", 2).contains("too little would be left"));
    world.fails(&["protect", "keychain"], "passphrase", 3);
    world.done(&["protect", "remove", "recovery-code"], "passphrase");
    world.opens_with("passphrase");
    world.fails(&["list"], "code", 3);
}

/// The process is looked at while it waits for a code to be typed back, with its secrets in memory.
#[cfg(target_os = "linux")]
#[test]
fn a_process_with_secrets_leaves_no_core() {
    let world = World::new();
    let mut child = world.command(&["protect", "recovery"], "passphrase");
    let mut child = child.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut shown = String::new();
    BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut shown).unwrap();
    let limits = fs::read_to_string(format!("/proc/{}/limits", child.id())).unwrap();
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
    assert_eq!(core.split_whitespace().collect::<Vec<_>>()[4..6], ["1", "1"], "{core}");
    let arguments = fs::read_to_string(format!("/proc/{}/cmdline", child.id())).unwrap();
    assert!(!arguments.contains("open sesame"));
    drop(child.stdin.take());
    assert_eq!(child.wait().unwrap().code(), Some(130));
}
