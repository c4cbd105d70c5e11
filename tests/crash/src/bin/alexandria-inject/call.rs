//! The system calls that change what is on a disk, and the file each is about.

use std::fs::{self, File};
use std::os::unix::ffi::OsStringExt;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use nix::libc::{self, c_long, user_regs_struct};
use nix::unistd::Pid;

/// How a call names its file.
#[derive(Clone, Copy, Debug)]
enum Named {
    /// By a descriptor, the first argument.
    Descriptor,
    /// By a path, the first argument.
    Path,
    /// By the descriptor of a folder, the first argument, and a path below it, the second.
    PathAt,
    /// As the first form, but it changes nothing unless the flags, the second argument, say that a file is made.
    Made,
    /// The same for the third form and the third argument.
    MadeAt,
}

/// One kind of call.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Call {
    number: c_long,
    pub(crate) name: &'static str,
    named: Named,
    /// Whether it can fail because the disk is full.
    pub(crate) needs_space: bool,
}

const fn call(number: c_long, name: &'static str, named: Named, needs_space: bool) -> Call {
    Call { number, name, named, needs_space }
}

const CALLS: &[Call] = &[
    call(libc::SYS_write, "write", Named::Descriptor, true),
    call(libc::SYS_writev, "writev", Named::Descriptor, true),
    call(libc::SYS_pwrite64, "pwrite64", Named::Descriptor, true),
    call(libc::SYS_pwritev, "pwritev", Named::Descriptor, true),
    call(libc::SYS_pwritev2, "pwritev2", Named::Descriptor, true),
    call(libc::SYS_copy_file_range, "copy_file_range", Named::Descriptor, true),
    call(libc::SYS_fallocate, "fallocate", Named::Descriptor, true),
    call(libc::SYS_ftruncate, "ftruncate", Named::Descriptor, false),
    call(libc::SYS_fsync, "fsync", Named::Descriptor, false),
    call(libc::SYS_fdatasync, "fdatasync", Named::Descriptor, false),
    call(libc::SYS_open, "open", Named::Made, true),
    call(libc::SYS_openat, "openat", Named::MadeAt, true),
    call(libc::SYS_rename, "rename", Named::Path, true),
    call(libc::SYS_renameat, "renameat", Named::PathAt, true),
    call(libc::SYS_renameat2, "renameat2", Named::PathAt, true),
    call(libc::SYS_link, "link", Named::Path, true),
    call(libc::SYS_linkat, "linkat", Named::PathAt, true),
    call(libc::SYS_mkdir, "mkdir", Named::Path, true),
    call(libc::SYS_mkdirat, "mkdirat", Named::PathAt, true),
    call(libc::SYS_unlink, "unlink", Named::Path, false),
    call(libc::SYS_unlinkat, "unlinkat", Named::PathAt, false),
    call(libc::SYS_rmdir, "rmdir", Named::Path, false),
];

/// The call a thread is about to make, if it changes what is on a disk, and its file.
pub(crate) fn about_to_be_made(thread: Pid, registers: &user_regs_struct) -> Option<(Call, PathBuf)> {
    let number = c_long::try_from(registers.orig_rax).ok()?;
    let call = *CALLS.iter().find(|call| call.number == number)?;
    let path = match call.named {
        Named::Descriptor => of_descriptor(thread, registers.rdi)?,
        Named::Path => below(thread, None, registers.rdi)?,
        Named::PathAt => below(thread, Some(registers.rdi), registers.rsi)?,
        Named::Made => below(thread, None, registers.rdi).filter(|path| is_made(registers.rsi, path))?,
        Named::MadeAt => {
            below(thread, Some(registers.rdi), registers.rsi).filter(|path| is_made(registers.rdx, path))?
        }
    };
    Some((call, path))
}

fn is_made(flags: u64, path: &Path) -> bool {
    flags & u64::from(libc::O_CREAT.unsigned_abs()) != 0 && !path.exists()
}

fn of_descriptor(thread: Pid, descriptor: u64) -> Option<PathBuf> {
    fs::read_link(format!("/proc/{thread}/fd/{descriptor}")).ok()
}

/// The path at an address in the thread's memory, below an open folder or the present one.
fn below(thread: Pid, folder: Option<u64>, address: u64) -> Option<PathBuf> {
    let path = text_at(thread, address)?;
    if path.is_absolute() {
        return Some(path);
    }
    // Of the descriptor only the lower half counts; the present folder is -100 there.
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
