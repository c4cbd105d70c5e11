//! Resource limits.

use std::io;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use super::layers::Bounds;

/// Maximum size of the stack, in bytes. Linux leaves room for twice as much below it.
const STACK_BYTES: u64 = 64 << 20;

/// Sets the limits of this process. Descriptors that are open stay open.
pub(super) fn set(bounds: &Bounds) -> io::Result<()> {
    let seconds = bounds.time.as_secs().saturating_add(1);
    // At the first value the process is told by a signal that says why, at the second it is killed.
    lower(Resource::Cpu, seconds, seconds.saturating_add(1))?;
    let _too_low_already = raise_stack();
    for resource in [Resource::Core, Resource::Fsize, Resource::Nofile] {
        lower(resource, 0, 0)?;
    }
    #[cfg(target_os = "linux")]
    {
        lower(Resource::As, bounds.memory_bytes, bounds.memory_bytes)?;
        lower(Resource::Nproc, 0, 0)?;
    }
    Ok(())
}

/// Lets the stack of this thread grow further, because some formats nest. Only Linux allows it after the start of the process.
fn raise_stack() -> io::Result<()> {
    let maximum = getrlimit(Resource::Stack).maximum;
    let current = Some(maximum.map_or(STACK_BYTES, |maximum| maximum.min(STACK_BYTES)));
    Ok(setrlimit(Resource::Stack, Rlimit { current, maximum })?)
}

/// Lowers a limit, but never raises one, which only the system's administrator may.
fn lower(resource: Resource, current: u64, maximum: u64) -> io::Result<()> {
    let old = getrlimit(resource).maximum;
    let within = |wanted: u64| Some(old.map_or(wanted, |old| old.min(wanted)));
    Ok(setrlimit(resource, Rlimit { current: within(current), maximum: within(maximum) })?)
}
