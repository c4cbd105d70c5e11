//! What a worker process may do: read its standard input, write its standard output, use memory and time within limits,
//! and end.
//!
//! On Linux two independent layers of the kernel enforce it, landlock for files, TCP and signals, and seccomp for all
//! system calls. A system that lacks one of them still has the other, and the worker reports which are active. Resource
//! limits are not optional. On macOS there are only resource limits, without one for memory, and on Windows there is
//! nothing yet but the process of its own: both are listed in `docs/threat-model.md`.

mod layers;
#[cfg(unix)]
mod limits;
#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "linux")]
mod system_calls;

use std::io;

pub use layers::{Bounds, Confined, Enforcement, Layer, Layers};

/// Confines this process. To be called before its first foreign byte, and before it starts a thread.
///
/// # Errors
/// If a resource limit cannot be set. A layer that the kernel does not have is no error, but reported.
#[cfg(target_os = "linux")]
pub fn enter(bounds: &Bounds, layers: &[Layer]) -> io::Result<Confined> {
    linux::enter(bounds, layers)
}

/// Confines this process, to be called before its first foreign byte: only resource limits.
///
/// # Errors
/// If a resource limit cannot be set.
#[cfg(all(unix, not(target_os = "linux")))]
pub fn enter(bounds: &Bounds, _layers: &[Layer]) -> io::Result<Confined> {
    use std::os::fd::AsFd as _;
    let input = std::fs::File::from(io::stdin().as_fd().try_clone_to_owned()?);
    limits::set(bounds)?;
    Ok(Confined { input, layers: Layers { limits: true, ..Layers::default() } })
}

/// Does not confine this process yet.
///
/// # Errors
/// If there is no standard input.
#[cfg(windows)]
pub fn enter(_bounds: &Bounds, _layers: &[Layer]) -> io::Result<Confined> {
    use std::os::windows::io::AsHandle as _;
    let input = std::fs::File::from(io::stdin().as_handle().try_clone_to_owned()?);
    Ok(Confined { input, layers: Layers::default() })
}
