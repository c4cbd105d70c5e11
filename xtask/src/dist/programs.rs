//! Programs that were built before, checked before they are packaged.
//!
//! A release is compiled in one step and packaged in another, which holds the signing keys and runs no code of
//! dependencies at compile time. Absent: whether the programs were built from this commit. Whoever passes them on has to
//! ensure that, by their hashes.

use std::fs::{self, File};
use std::io::Read as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use anyhow::{Context as _, bail, ensure};

use crate::build::{SHIPPED, program};
use crate::process::Process;

/// The start of an ELF file, up to and including the processor.
const HEADER_BYTES: usize = 20;

/// Checks that the folder holds the programs that are shipped, for this machine's processor and of this version. Only the
/// command prints its version.
///
/// # Errors
/// If one is missing, is no such program, or has another version.
pub(super) fn check(folder: &Path, version: &str) -> anyhow::Result<()> {
    for name in SHIPPED {
        let path = folder.join(name);
        is_program(&path).with_context(|| format!("{} cannot be packaged", path.display()))?;
    }
    let command = program(folder, "alexandria");
    let printed = Process::new(&command).argument("--version").output()?;
    ensure!(
        printed == format!("alexandria {version}"),
        "{} says that it is `{printed}`, and the workspace has the version {version}; build the programs again",
        command.display()
    );
    Ok(())
}

fn is_program(path: &Path) -> anyhow::Result<()> {
    let metadata = fs::metadata(path).context("it is missing; pass the folder in which cargo built it")?;
    ensure!(metadata.is_file(), "it is not a file");
    ensure!(metadata.permissions().mode() & 0o111 != 0, "it is not executable; set its mode to 755");
    let mut header = Vec::new();
    File::open(path)?.take(HEADER_BYTES as u64).read_to_end(&mut header)?;
    is_elf(&header, std::env::consts::ARCH)
}

/// Whether these are the first bytes of a 64-bit little-endian ELF file for the processor.
fn is_elf(header: &[u8], architecture: &str) -> anyhow::Result<()> {
    let machine: u8 = match architecture {
        "x86_64" => 0x3e,
        "aarch64" => 0xb7,
        other => bail!("there is no package for {other}"),
    };
    ensure!(header.len() == HEADER_BYTES && header.starts_with(b"\x7fELF\x02\x01"), "it is not a program for Linux");
    ensure!(header.ends_with(&[machine, 0]), "it was built for another processor than {architecture}");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ELF: &[u8] = b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x03\0\x3e\0";

    /// `expect` is in the error, or empty if there is none.
    fn check_outcome(outcome: &anyhow::Result<()>, expect: &str) {
        let message = outcome.as_ref().err().map(|error| format!("{error:#}")).unwrap_or_default();
        assert!(message.contains(expect) && message.is_empty() == expect.is_empty(), "{expect}: {message}");
    }

    #[test]
    fn elf_files_for_this_processor_are_programs() {
        let check = |header, architecture, expect| check_outcome(&is_elf(header, architecture), expect);
        check(ELF, "x86_64", "");
        check(ELF, "aarch64", "another processor than aarch64");
        check(ELF, "riscv64", "no package for riscv64");
        check(&ELF[..19], "x86_64", "not a program for Linux");
        check(b"#!/bin/sh\nexec /bin/true\n", "x86_64", "not a program for Linux");
    }

    #[test]
    fn programs_are_there_executable_and_of_this_version() {
        let folder = std::env::temp_dir().join(format!("xtask-programs-{}", std::process::id()));
        super::super::release::empty(&folder).unwrap();
        let expect = |expect| check_outcome(&check(&folder, "1.2.3"), expect);
        expect("alexandria cannot be packaged: it is missing");
        let write = |name: &str, mode| {
            let path = folder.join(name);
            // A program that fails and prints nothing. Another program copies it: while this one has the copy open, a child of
            // another test would hold it, and it is busy.
            Process::new("cp").quietly().arguments([Path::new("/bin/false"), &path]).run().unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        };
        write("alexandria", 0o644);
        expect("not executable");
        write("alexandria", 0o755);
        expect("alexandria-desktop cannot be packaged: it is missing");
        write("alexandria-desktop", 0o755);
        expect("alexandria-worker cannot be packaged: it is missing");
        write("alexandria-worker", 0o755);
        expect("and the workspace has the version 1.2.3");
        fs::remove_dir_all(folder).unwrap();
    }
}
