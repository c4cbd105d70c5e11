//! The command at a terminal, with somebody who types. `script` is the terminal: it shows what is typed, unless the
//! command asks for that not to be shown.

use std::io::{Read, Write};
use std::process::{Command, Stdio};

use alexandria_tests_skip::{Requirement, skip};

use super::support::World;

/// What makes a terminal that shows what is typed.
const SCRIPT: [&str; 5] = ["--echo", "always", "--quiet", "--return", "--command"];

/// Runs a command and answers what it asks: each time it has printed the first, the second is typed. Returns its exit
/// code and all that was on the terminal.
fn talk(world: &World, args: &[&str], answers: &[(&str, &str)]) -> (Option<i32>, String) {
    let bare = world.bare();
    let words = std::iter::once(bare.get_program()).chain(bare.get_args()).map(|word| word.to_str().unwrap());
    let line = words.chain(args.iter().copied()).collect::<Vec<_>>().join(" ");
    let mut script = Command::new("script");
    script.args(SCRIPT).args([line.as_str(), "/dev/null"]).env("SHELL", "/bin/sh");
    for (name, value) in bare.get_envs() {
        match value {
            Some(value) => script.env(name, value),
            None => script.env_remove(name),
        };
    }
    let mut child = script.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let (mut keyboard, mut screen) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
    let mut shown = Vec::new();
    for (question, answer) in answers {
        let mut byte = [0];
        while !shown.ends_with(question.as_bytes()) && screen.read(&mut byte).unwrap() == 1 {
            shown.extend_from_slice(&byte);
        }
        assert!(shown.ends_with(question.as_bytes()), "{question}: {}", String::from_utf8_lossy(&shown));
        keyboard.write_all(answer.as_bytes()).unwrap();
    }
    screen.read_to_end(&mut shown).unwrap();
    (child.wait().unwrap().code(), String::from_utf8_lossy(&shown).into_owned())
}

#[test]
fn a_passphrase_is_asked_for_and_never_shown() {
    let probe = Command::new("script").args(SCRIPT).args(["true", "/dev/null"]).stdin(Stdio::null()).output();
    if !probe.is_ok_and(|output| output.status.success()) {
        skip(Requirement::Tools, "no `script` that makes a terminal");
        return;
    }
    let world = World::new();
    let check = |args: &[&str], answers: &[(&str, &str)], expect: i32, words: &str| {
        let (code, shown) = talk(&world, args, answers);
        assert_eq!(code, Some(expect), "{args:?}: {shown}");
        assert!(shown.contains(words), "{args:?}: {shown}");
        assert!(answers.iter().all(|(_, typed)| !shown.contains(typed.trim())), "it was shown: {shown}");
    };
    check(&["list"], &[("Passphrase: ", "open sesame\n")], 0, "book");
    check(&["list"], &[("Passphrase: ", "open says me\n")], 3, "passphrase is wrong");
    check(&["list"], &[("Passphrase: ", "open\u{3}")], 130, "no passphrase was typed");
    let change = ["protect", "passphrase"];
    let (old, new) = (("Passphrase: ", "open sesame\n"), ("New passphrase: ", "words to remember\n"));
    check(&change, &[old, new, ("once more: ", "words to forget\n")], 2, "differ");
    check(&change, &[old, new, ("once more: ", "words to remember\n")], 0, "The passphrase is set.");
    check(&["list"], &[("Passphrase: ", "words to remember\n")], 0, "book");
    // For a program, and without a terminal, nobody is asked.
    let (code, shown) = talk(&world, &["--json", "list"], &[]);
    assert!(code == Some(3) && shown.contains("--passphrase-file"), "{code:?}: {shown}");
    let output = world.bare().arg("list").output().unwrap();
    assert_eq!(output.status.code(), Some(3), "{output:?}");
}
