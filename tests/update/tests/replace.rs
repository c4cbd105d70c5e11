//! Whenever the replacement of an AppImage is killed, the old or the new program is in its place, complete.

use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::Command;

use alexandria_tests_skip::{Requirement, skip};
use anyhow::{Context as _, ensure};

/// System calls that change files or make changes durable.
const CALLS: &str =
    "openat,write,copy_file_range,sendfile,fchmod,fsync,link,linkat,rename,renameat,renameat2,unlink,close";

#[test]
fn killed_replacement_leaves_the_old_or_the_new_program() -> anyhow::Result<()> {
    if Command::new("strace").arg("--version").output().is_err() {
        skip(Requirement::Tools, "strace is not installed");
        return Ok(());
    }
    let folder = tempfile::tempdir()?;
    let (old, new) = (vec![b'o'; 300_000], vec![b'n'; 400_000]);
    let (program, package) = (folder.path().join("A.AppImage"), folder.path().join("package"));
    std::fs::write(&package, &new)?;
    let mut outcomes = [0, 0];
    for call in 1.. {
        std::fs::write(&program, &old)?;
        drop(std::fs::remove_file(folder.path().join("A.AppImage.previous")));
        let killed = run(&program, &package, Some(call))?;
        let present = std::fs::read(&program).with_context(|| format!("no program after call {call}"))?;
        ensure!(present == old || present == new, "neither program after call {call}");
        outcomes[usize::from(present == new)] += 1;
        // The next attempt works whatever was left behind.
        if killed {
            run(&program, &package, None)?;
            ensure!(std::fs::read(&program)? == new, "the second attempt failed after call {call}");
        } else {
            break;
        }
    }
    ensure!(outcomes[0] > 5 && outcomes[1] > 0, "killed at {outcomes:?} calls before and after");
    Ok(())
}

/// Replaces the program, killed at the given call. Returns whether it was killed.
fn run(program: &Path, package: &Path, killed_at: Option<u32>) -> anyhow::Result<bool> {
    let replace = env!("CARGO_BIN_EXE_replace-appimage");
    let mut command = match killed_at {
        Some(call) => {
            let mut strace = Command::new("strace");
            let inject = format!("inject={CALLS}:signal=KILL:when={call}");
            strace.args(["-qq", "-o", "/dev/null", "-e", &format!("trace={CALLS}"), "-e", &inject, replace]);
            strace
        }
        None => Command::new(replace),
    };
    let output = command.arg(program).arg(package).output()?;
    let killed = output.status.signal() == Some(9) || output.status.code() == Some(137);
    let errors = String::from_utf8_lossy(&output.stderr);
    ensure!(killed || output.status.success(), "{errors}");
    Ok(killed)
}
