//! A panic quotes what it stumbled over; of the programs' nothing gets further than the place where it happened.
#![expect(clippy::unwrap_used, reason = "a test stops where its premises fail")]

use std::fs;
use std::process::{Command, Output};

use alexandria_tests_atrest::scenario::{Scenario, TEXT};
use alexandria_tests_atrest::trace;
use alexandria_tests_support::{Requirement, program, skip};

/// Lets it panic over a text with the canary. Everything it wrote is added to the life's scan.
fn panic_over_the_text(scenario: &mut Scenario, how: &[&str]) -> Output {
    let text = scenario.sandbox.path("own/text");
    fs::write(&text, format!("é {}", scenario.word(TEXT))).unwrap();
    let mut command = Command::new(program("alexandria-panic").unwrap());
    scenario.sandbox.apply(&mut command);
    command.arg(scenario.sandbox.path("home/logs")).arg(text).args(how);
    let (log, own) = (scenario.sandbox.path("trace.log"), scenario.sandbox.path("own"));
    trace::run(&mut command, &log, &scenario.canaries, &own, &mut scenario.scan).unwrap()
}

#[test]
fn panic_logs_its_location_and_no_text() {
    if !trace::is_available() {
        skip(Requirement::Tools, "no strace, so what a panicking program writes is not checked");
        return;
    }
    let mut scenario = Scenario::new().unwrap();
    let quoted = panic_over_the_text(&mut scenario, &[]);
    assert!(
        quoted.status.success() && scenario.canaries[TEXT].is_in(&quoted.stderr),
        "this panic quotes nothing: {quoted:?}"
    );

    let silent = panic_over_the_text(&mut scenario, &["hardened"]);
    assert!(silent.status.success() && silent.stderr.is_empty(), "{silent:?}");
    scenario.search_disk().unwrap();
    assert!(scenario.scan.bytes > 0, "nothing was searched");
    let logs = fs::read_dir(scenario.sandbox.path("home/logs")).unwrap();
    let logged: String = logs.map(|file| fs::read_to_string(file.unwrap().path()).unwrap()).collect();
    assert!(logged.contains("panic file=") && logged.contains("core/src/str"), "{logged}");
}
