//! Which system calls a worker may make: a list of those that it needs. Any other kills it.
//!
//! Killing rather than an error, because no correct worker gets there: code that tries again with another call is an
//! attacker's, and the signal makes the attempt visible. A few calls are harmless, and libraries do without their result;
//! they get an error, so that another version of the C library costs nobody a book.

use std::collections::BTreeMap;

use libc::c_long;
use seccompiler::{
    BackendError, BpfProgram, Error, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
    SeccompRule, TargetArch, apply_filter,
};

/// Reading, writing, memory, randomness for hash tables, the clock, and ending.
const ALLOWED: &[c_long] = &[
    libc::SYS_read,
    libc::SYS_readv,
    libc::SYS_write,
    libc::SYS_writev,
    libc::SYS_lseek,
    libc::SYS_close,
    libc::SYS_brk,
    libc::SYS_munmap,
    libc::SYS_mremap,
    libc::SYS_madvise,
    libc::SYS_futex,
    libc::SYS_getrandom,
    libc::SYS_clock_gettime,
    libc::SYS_getpid,
    libc::SYS_gettid,
    libc::SYS_rt_sigaction,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rt_sigreturn,
    libc::SYS_sigaltstack,
    libc::SYS_restart_syscall,
    libc::SYS_sched_yield,
    libc::SYS_exit,
    libc::SYS_exit_group,
];

/// Questions that libraries ask and can do without.
const REFUSED: &[c_long] = &[
    libc::SYS_fstat,
    libc::SYS_newfstatat,
    libc::SYS_statx,
    libc::SYS_ioctl,
    libc::SYS_fcntl,
    libc::SYS_sysinfo,
    libc::SYS_sched_getaffinity,
    libc::SYS_prlimit64,
];

/// Restricts this thread, the only one of the process.
pub(super) fn restrict() -> Result<(), Error> {
    let architecture = TargetArch::try_from(std::env::consts::ARCH)?;
    // The kernel runs both filters and takes the stricter answer: an error is stricter than permission.
    let refusal = SeccompAction::Errno(libc::EPERM.unsigned_abs());
    let refused = unconditional(REFUSED);
    let mut known = unconditional(ALLOWED);
    known.extend(refused.clone());
    known.extend(conditional()?);
    let refusing = SeccompFilter::new(refused, SeccompAction::Allow, refusal, architecture)?;
    let killing = SeccompFilter::new(known, SeccompAction::KillProcess, SeccompAction::Allow, architecture)?;
    let (refusing, killing): (BpfProgram, BpfProgram) = (refusing.try_into()?, killing.try_into()?);
    // In this order: the second allows no further filter.
    apply_filter(&refusing)?;
    apply_filter(&killing)
}

fn unconditional(calls: &[c_long]) -> BTreeMap<i64, Vec<SeccompRule>> {
    calls.iter().map(|call| (*call, Vec::new())).collect()
}

/// Memory that is neither executable nor a file's, and the signal by which a process aborts itself.
fn conditional() -> Result<BTreeMap<i64, Vec<SeccompRule>>, BackendError> {
    let is = |argument, value: u64| SeccompCondition::new(argument, SeccompCmpArgLen::Dword, SeccompCmpOp::Eq, value);
    let has = |argument, mask: i32, value: i32| {
        let (mask, value) = (u64::from(mask.unsigned_abs()), u64::from(value.unsigned_abs()));
        SeccompCondition::new(argument, SeccompCmpArgLen::Dword, SeccompCmpOp::MaskedEq(mask), value)
    };
    let not_executable = || has(2, libc::PROT_EXEC, 0);
    let anonymous = has(3, libc::MAP_ANONYMOUS, libc::MAP_ANONYMOUS)?;
    let this_process = is(0, u64::from(std::process::id()))?;
    let abort = is(2, u64::from(libc::SIGABRT.unsigned_abs()))?;
    Ok(BTreeMap::from([
        (libc::SYS_mmap, vec![SeccompRule::new(vec![not_executable()?, anonymous])?]),
        (libc::SYS_mprotect, vec![SeccompRule::new(vec![not_executable()?])?]),
        (libc::SYS_tgkill, vec![SeccompRule::new(vec![this_process, abort])?]),
    ]))
}
