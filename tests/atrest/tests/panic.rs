//! A panic quotes what it stumbled over; of the programs' nothing gets further than the place where it happened.
#![expect(clippy::unwrap_used, reason = "a test stops where its premises fail")]

use std::fs;
use std::process::{Command, Output};

use alexandria_tests_atrest::life::{Life, TEXT};
use alexandria_tests_atrest::trace;
use alexandria_tests_support::{Requirement, program, skip};

/// Lets it panic over a text with the canary. Everything it wrote is added to the life's scan.
fn panic_over_the_text(life: &mut Life, how: &[&str]) -> Output {
    let text = life.world.path("own/text");
    fs::write(&text, format!("é {}", life.word(TEXT))).unwrap();
    let mut command = Command::new(program("alexandria-panic").unwrap());
    life.world.apply(&mut command);
    command.arg(life.world.path("home/logs")).arg(text).args(how);
    let (log, own) = (life.world.path("trace.log"), life.world.path("own"));
    trace::run(&mut command, &log, &life.canaries, &own, &mut life.scan).unwrap()
}

#[test]
fn a_panic_leaves_its_place_in_the_log_and_quotes_nothing() {
    if !trace::is_available() {
        skip(Requirement::Tools, "no strace, so what a panicking program writes is not checked");
        return;
    }
    let mut life = Life::new().unwrap();
    let quoted = panic_over_the_text(&mut life, &[]);
    assert!(
        quoted.status.success() && life.canaries[TEXT].is_in(&quoted.stderr),
        "this panic quotes nothing: {quoted:?}"
    );

    let silent = panic_over_the_text(&mut life, &["hardened"]);
    assert!(silent.status.success() && silent.stderr.is_empty(), "{silent:?}");
    life.search_disk().unwrap();
    assert!(life.scan.bytes > 0, "nothing was searched");
    let logs = fs::read_dir(life.world.path("home/logs")).unwrap();
    let logged: String = logs.map(|file| fs::read_to_string(file.unwrap().path()).unwrap()).collect();
    assert!(logged.contains("panic file=") && logged.contains("core/src/str"), "{logged}");
}
