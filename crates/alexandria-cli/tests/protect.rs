//! `alexandria protect` on a machine without a keychain: the built command, a real library, no session bus.
#![expect(clippy::unwrap_used, reason = "a test fails if its setup does")]

mod support;

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;

use self::support::TestHome;

impl TestHome {
    /// Creates a recovery code in the file `name`, with `protect recovery` or `protect rotate`.
    fn create_code(&self, name: &str, verb: &str, secret: &str) {
        let file = self.path(name);
        let file = file.to_str().unwrap();
        self.succeeds(&["protect", verb, "--write-to", file, "--confirm-file", file], secret);
    }

    fn opens_with(&self, secret: &str) {
        assert!(self.succeeds(&["list"], secret).contains("book"));
    }
}

#[test]
fn recovery_code_is_shown_once_and_opens_the_library_once_confirmed() {
    let home = TestHome::new();
    let mut child = home.command(&["protect", "recovery"], "passphrase");
    let mut child = child.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let code = lines.next().unwrap().unwrap();
    assert_eq!(code.len(), 34, "{code}");
    child.stdin.take().unwrap().write_all(format!("{}\n", code.to_lowercase()).as_bytes()).unwrap();
    assert!(child.wait().unwrap().success());
    assert!(lines.all(|line| !line.unwrap().contains(&code)), "the code is shown once");
    home.write("code", &code);
    home.opens_with("code");
    // With the code, a forgotten passphrase can be replaced.
    home.write("new", "another passphrase\n");
    let new = home.path("new");
    home.succeeds(&["protect", "passphrase", "--new-passphrase-file", new.to_str().unwrap()], "code");
    home.opens_with("new");
    assert!(home.fails(&["list"], "passphrase", 3).contains("passphrase is wrong"));
    let shown = home.succeeds(&["--json", "protect", "show"], "new");
    assert!(shown.contains(r#""slots":["passphrase","recovery-code"]"#), "{shown}");
    assert!(home.succeeds(&["doctor"], "new").contains("a recovery code opens the library"));
}

#[test]
fn unconfirmed_recovery_code_is_discarded() {
    let home = TestHome::new();
    let before = fs::read(home.path("library").join("vault")).unwrap();
    let file = home.path("code");
    let file = file.to_str().unwrap();
    // No confirmation, then a wrong one.
    home.fails(&["protect", "recovery", "--write-to", file], "passphrase", 130);
    assert!(!home.path("code").exists(), "the file of an unconfirmed code is removed");
    let passphrase = home.path("passphrase");
    let passphrase = passphrase.to_str().unwrap();
    home.fails(&["protect", "recovery", "--write-to", file, "--confirm-file", passphrase], "passphrase", 3);
    assert_eq!(fs::read(home.path("library").join("vault")).unwrap(), before);
    // An existing file is not overwritten.
    home.fails(&["protect", "recovery", "--write-to", passphrase], "passphrase", 2);
    assert_eq!(fs::read_to_string(passphrase).unwrap(), "open sesame\n");
}

#[test]
fn rotation_replaces_the_code_and_keeps_the_passphrase() {
    let home = TestHome::new();
    home.create_code("code", "recovery", "passphrase");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(home.path("code")).unwrap().permissions().mode() & 0o777, 0o600);
    }
    home.create_code("code-2", "rotate", "passphrase");
    home.opens_with("passphrase");
    home.opens_with("code-2");
    home.fails(&["list"], "code", 3);
    // If a code unlocks the library, the passphrase is needed as well. It keeps the standard Argon2id cost.
    let file = home.path("code-3");
    let file = file.to_str().unwrap();
    home.fails(&["protect", "rotate", "--write-to", file, "--confirm-file", file], "code-2", 3);
    let passphrase = home.path("passphrase");
    let both = ["--passphrase-file", passphrase.to_str().unwrap()];
    let rotate = ["protect", "rotate", "--write-to", file, "--confirm-file", file];
    home.succeeds(&[both.as_slice(), &rotate].concat(), "code-2");
    home.opens_with("passphrase");
    let vault = fs::read_to_string(home.path("library").join("vault")).unwrap();
    assert!(vault.contains(r#""memory_kib": 65536"#), "{vault}");
}

#[test]
fn last_portable_unlock_method_cannot_be_removed() {
    let home = TestHome::new();
    home.create_code("code", "recovery", "passphrase");
    assert!(home.fails(&["protect", "remove", "passphrase"], "code", 2).contains("must keep a passphrase"));
    home.fails(&["protect", "keychain"], "passphrase", 3);
    home.succeeds(&["protect", "remove", "recovery-code"], "passphrase");
    home.opens_with("passphrase");
    home.fails(&["list"], "code", 3);
}

/// Inspects the process while it waits for a confirmation, with secrets in memory.
#[cfg(target_os = "linux")]
#[test]
fn process_with_secrets_cannot_dump_core() {
    let home = TestHome::new();
    let mut child = home.command(&["protect", "recovery"], "passphrase");
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
