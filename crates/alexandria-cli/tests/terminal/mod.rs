//! Runs the command in a terminal emulated by `script`, which echoes input unless the command disables echo.

use std::io::{Read, Write};
use std::process::{Command, Stdio};

use alexandria_tests_skip::{Requirement, skip};

use super::support::TestHome;

/// Arguments of `script` for a terminal with echo.
const SCRIPT_ARGS: [&str; 5] = ["--echo", "always", "--quiet", "--return", "--command"];

/// Runs a command and answers its prompts, given as pairs of prompt and answer. Returns the exit code and everything
/// that appeared on the terminal.
fn converse(home: &TestHome, args: &[&str], answers: &[(&str, &str)]) -> (Option<i32>, String) {
    let bare = home.bare();
    let words = std::iter::once(bare.get_program()).chain(bare.get_args()).map(|word| word.to_str().unwrap());
    let line = words.chain(args.iter().copied()).collect::<Vec<_>>().join(" ");
    let mut script = Command::new("script");
    script.args(SCRIPT_ARGS).args([line.as_str(), "/dev/null"]).env("SHELL", "/bin/sh");
    for (name, value) in bare.get_envs() {
        match value {
            Some(value) => script.env(name, value),
            None => script.env_remove(name),
        };
    }
    let mut child = script.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let (mut keyboard, mut screen) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
    let mut shown = Vec::new();
    for (prompt, answer) in answers {
        let mut byte = [0];
        while !shown.ends_with(prompt.as_bytes()) && screen.read(&mut byte).unwrap() == 1 {
            shown.extend_from_slice(&byte);
        }
        assert!(shown.ends_with(prompt.as_bytes()), "{prompt}: {}", String::from_utf8_lossy(&shown));
        keyboard.write_all(answer.as_bytes()).unwrap();
    }
    screen.read_to_end(&mut shown).unwrap();
    (child.wait().unwrap().code(), String::from_utf8_lossy(&shown).into_owned())
}

#[test]
fn passphrase_prompt_does_not_echo() {
    let probe = Command::new("script").args(SCRIPT_ARGS).args(["true", "/dev/null"]).stdin(Stdio::null()).output();
    if !probe.is_ok_and(|output| output.status.success()) {
        skip(Requirement::Tools, "`script` is not available, so there is no terminal");
        return;
    }
    let home = TestHome::new();
    let check = |args: &[&str], answers: &[(&str, &str)], expect: i32, words: &str| {
        let (code, shown) = converse(&home, args, answers);
        assert_eq!(code, Some(expect), "{args:?}: {shown}");
        assert!(shown.contains(words), "{args:?}: {shown}");
        assert!(answers.iter().all(|(_, typed)| !shown.contains(typed.trim())), "the answer was echoed: {shown}");
    };
    check(&["list"], &[("Passphrase: ", "open sesame\n")], 0, "book");
    check(&["list"], &[("Passphrase: ", "open says me\n")], 3, "passphrase is wrong");
    check(&["list"], &[("Passphrase: ", "open\u{3}")], 130, "no passphrase was entered");
    let change = ["protect", "passphrase"];
    let (old, new) = (("Passphrase: ", "open sesame\n"), ("New passphrase: ", "words to remember\n"));
    check(&change, &[old, new, ("Repeat the new passphrase: ", "words to forget\n")], 2, "differ");
    check(
        &change,
        &[old, new, ("Repeat the new passphrase: ", "words to remember\n")],
        0,
        "The passphrase has been set.",
    );
    check(&["list"], &[("Passphrase: ", "words to remember\n")], 0, "book");
    // With --json, or without a terminal, there is no prompt.
    let (code, shown) = converse(&home, &["--json", "list"], &[]);
    assert!(code == Some(3) && shown.contains("--passphrase-file"), "{code:?}: {shown}");
    let output = home.bare().arg("list").output().unwrap();
    assert_eq!(output.status.code(), Some(3), "{output:?}");
}
