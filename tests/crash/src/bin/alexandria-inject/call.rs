//! The system calls that change a file system, and the file that each works on.

use std::fs::{self, File};
use std::os::unix::ffi::OsStringExt;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use nix::libc::{self, c_long, user_regs_struct};
use nix::unistd::Pid;

/// How a call names its file.
#[derive(Clone, Copy, Debug)]
enum Target {
    /// By a descriptor, the first argument.
    Descriptor,
    /// By a path, the first argument.
    Path,
    /// By the descriptor of a folder, the first argument, and a path below it, the second.
    PathAt,
    /// By a path, the first argument; it changes something only if the flags, the second argument, create a file.
    PathIfCreated,
    /// As `PathAt`, with the flags in the third argument.
    PathAtIfCreated,
}

/// One kind of call.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Call {
    number: c_long,
    pub(crate) name: &'static str,
    target: Target,
    /// Whether it can fail because the disk is full.
    pub(crate) needs_space: bool,
}

const fn call(number: c_long, name: &'static str, target: Target, needs_space: bool) -> Call {
    Call { number, name, target, needs_space }
}

const CALLS: &[Call] = &[
    call(libc::SYS_write, "write", Target::Descriptor, true),
    call(libc::SYS_writev, "writev", Target::Descriptor, true),
    call(libc::SYS_pwrite64, "pwrite64", Target::Descriptor, true),
    call(libc::SYS_pwritev, "pwritev", Target::Descriptor, true),
    call(libc::SYS_pwritev2, "pwritev2", Target::Descriptor, true),
    call(libc::SYS_copy_file_range, "copy_file_range", Target::Descriptor, true),
    call(libc::SYS_fallocate, "fallocate", Target::Descriptor, true),
    call(libc::SYS_ftruncate, "ftruncate", Target::Descriptor, false),
    call(libc::SYS_fsync, "fsync", Target::Descriptor, false),
    call(libc::SYS_fdatasync, "fdatasync", Target::Descriptor, false),
    call(libc::SYS_open, "open", Target::PathIfCreated, true),
    call(libc::SYS_openat, "openat", Target::PathAtIfCreated, true),
    call(libc::SYS_rename, "rename", Target::Path, true),
    call(libc::SYS_renameat, "renameat", Target::PathAt, true),
    call(libc::SYS_renameat2, "renameat2", Target::PathAt, true),
    call(libc::SYS_link, "link", Target::Path, true),
    call(libc::SYS_linkat, "linkat", Target::PathAt, true),
    call(libc::SYS_mkdir, "mkdir", Target::Path, true),
    call(libc::SYS_mkdirat, "mkdirat", Target::PathAt, true),
    call(libc::SYS_unlink, "unlink", Target::Path, false),
    call(libc::SYS_unlinkat, "unlinkat", Target::PathAt, false),
    call(libc::SYS_rmdir, "rmdir", Target::Path, false),
];

/// The call that a thread is about to make, if it changes a file system, and its file.
pub(crate) fn pending(thread: Pid, registers: &user_regs_struct) -> Option<(Call, PathBuf)> {
    let number = c_long::try_from(registers.orig_rax).ok()?;
    let call = *CALLS.iter().find(|call| call.number == number)?;
    let path = match call.target {
        Target::Descriptor => of_descriptor(thread, registers.rdi)?,
        Target::Path => below(thread, None, registers.rdi)?,
        Target::PathAt => below(thread, Some(registers.rdi), registers.rsi)?,
        Target::PathIfCreated => below(thread, None, registers.rdi).filter(|path| is_created(registers.rsi, path))?,
        Target::PathAtIfCreated => {
            below(thread, Some(registers.rdi), registers.rsi).filter(|path| is_created(registers.rdx, path))?
        }
    };
    Some((call, path))
}

fn is_created(flags: u64, path: &Path) -> bool {
    flags & u64::from(libc::O_CREAT.unsigned_abs()) != 0 && !path.exists()
}

fn of_descriptor(thread: Pid, descriptor: u64) -> Option<PathBuf> {
    fs::read_link(format!("/proc/{thread}/fd/{descriptor}")).ok()
}

/// The path at an address in the thread's memory, relative to an open folder or the current one.
fn below(thread: Pid, folder: Option<u64>, address: u64) -> Option<PathBuf> {
    let path = text_at(thread, address)?;
    if path.is_absolute() {
        return Some(path);
    }
    // Only the lower half of the register is the descriptor; -100 stands for the current folder.
    let folder = folder.and_then(|descriptor| u32::try_from(descriptor & u64::from(u32::MAX)).ok());
    let folder = match folder {
        Some(descriptor) if descriptor.cast_signed() != libc::AT_FDCWD => of_descriptor(thread, descriptor.into())?,
        _ => fs::read_link(format!("/proc/{thread}/cwd")).ok()?,
    };
    Some(folder.join(path))
}

/// The text at an address, which ends with a zero byte.
fn text_at(thread: Pid, address: u64) -> Option<PathBuf> {
    let memory = File::open(format!("/proc/{thread}/mem")).ok()?;
    let mut text = vec![0; libc::PATH_MAX.unsigned_abs() as usize];
    // The page after the text may not be readable; what was read before it is enough.
    let read = memory.read_at(&mut text, address).ok()?;
    text.truncate(read);
    let end = text.iter().position(|&byte| byte == 0)?;
    text.truncate(end);
    Some(std::ffi::OsString::from_vec(text).into())
}
