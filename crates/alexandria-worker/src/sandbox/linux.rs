//! The order of the steps on Linux: what needs files comes first, and the system calls are taken away last.

use std::fs::{self, File};
use std::io;
use std::os::fd::AsFd as _;

use landlock::{
    ABI, Access as _, AccessFs, AccessNet, CompatLevel, Compatible as _, Ruleset, RulesetAttr as _, RulesetError,
    RulesetStatus, Scope,
};
use rustix::process::{DumpableBehavior, Signal, getppid, set_dumpable_behavior, set_parent_process_death_signal};
use rustix::thread::set_no_new_privs;

use super::layers::{Bounds, Confined, Enforcement, Layer, Layers};
use super::{limits, system_calls};

/// The landlock version whose rights are asked for: files, TCP, signals and abstract sockets.
const LANDLOCK: ABI = ABI::V6;

/// Descriptors that are closed if the kernel does not say which are open.
const GUESSED_DESCRIPTORS: i32 = 1024;

pub(super) fn enter(bounds: &Bounds, layers: &[Layer]) -> io::Result<Confined> {
    end_with_parent(bounds.parent)?;
    close_inherited();
    let input = File::from(io::stdin().as_fd().try_clone_to_owned()?);
    // Neither traced by other programs of the user, nor dumped.
    set_dumpable_behavior(DumpableBehavior::NotDumpable)?;
    set_no_new_privs(true)?;
    let landlock = if layers.contains(&Layer::Landlock) {
        // An error here is a kernel that behaves unexpectedly; the other layer is to hold all the same.
        restrict_files().unwrap_or(Enforcement::None)
    } else {
        Enforcement::None
    };
    let limits = layers.contains(&Layer::Limits);
    if limits {
        limits::set(bounds)?;
    }
    let seccomp = layers.contains(&Layer::Seccomp) && system_calls::restrict().is_ok();
    Ok(Confined { input, layers: Layers { landlock, seccomp, limits } })
}

/// Asks the kernel to kill this process when its parent's thread ends, and fails if that has ended already.
fn end_with_parent(parent: u32) -> io::Result<()> {
    set_parent_process_death_signal(Some(Signal::KILL))?;
    let current = getppid().map(|id| id.as_raw_nonzero().get());
    if current.and_then(|id| u32::try_from(id).ok()) == Some(parent) {
        Ok(())
    } else {
        Err(io::Error::other("the parent has ended"))
    }
}

/// Closes what the parent left open by mistake: C libraries open files without the flag that closes them.
fn close_inherited() {
    let open: Vec<i32> = match fs::read_dir("/proc/self/fd") {
        Ok(entries) => entries.flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect(),
        Err(_) => (0..GUESSED_DESCRIPTORS).collect(),
    };
    for descriptor in open.into_iter().filter(|descriptor| *descriptor > 2) {
        // One of them was the folder itself, which is closed already.
        let _already_closed = nix::unistd::close(descriptor);
    }
}

/// No rule allows anything: what landlock handles, it denies.
fn restrict_files() -> Result<Enforcement, RulesetError> {
    let ruleset = Ruleset::default()
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(AccessFs::from_all(LANDLOCK))?
        .handle_access(AccessNet::from_all(LANDLOCK))?
        .scope(Scope::from_all(LANDLOCK))?;
    Ok(match ruleset.create()?.restrict_self()?.ruleset {
        RulesetStatus::FullyEnforced => Enforcement::Full,
        RulesetStatus::PartiallyEnforced => Enforcement::Partial,
        RulesetStatus::NotEnforced => Enforcement::None,
    })
}
