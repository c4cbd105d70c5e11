//! Runs a program with all its threads under `ptrace`, and injects the fault at one of its calls.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode};

use anyhow::Context;
use nix::errno::Errno;
use nix::libc::{self, c_int, user_regs_struct};
use nix::sys::ptrace::{self, Options};
use nix::sys::signal::{Signal, kill};
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::Pid;

use crate::call::{self, Call};
use crate::plan::{Fault, Plan};

/// Runs the plan's program to its end. Returns its exit code, or 128 plus the signal that killed it, as a shell does.
pub(crate) fn run(plan: &Plan) -> anyhow::Result<ExitCode> {
    let leader = start(plan)?;
    let mut tracer = Tracer { plan, leader, failing: HashMap::new(), count: 0, hit: 0, report: String::new() };
    let code = tracer.follow()?;
    let report = format!("calls {}\nhit {}\n{}", tracer.count, tracer.hit, tracer.report);
    fs::write(&plan.report, report).context("the report cannot be written")?;
    Ok(ExitCode::from(code))
}

/// Starts the program stopped and attaches to it before it runs.
fn start(plan: &Plan) -> anyhow::Result<Pid> {
    let stopped = "kill -STOP $$; exec \"$@\"";
    let child = Command::new("sh").args(["-c", stopped, "sh"]).args(&plan.command).spawn()?;
    let leader = Pid::from_raw(i32::try_from(child.id())?);
    waitpid(leader, Some(WaitPidFlag::WUNTRACED))?;
    let options = Options::PTRACE_O_TRACESYSGOOD | Options::PTRACE_O_TRACECLONE | Options::PTRACE_O_EXITKILL;
    ptrace::seize(leader, options).context("this machine does not permit tracing")?;
    kill(leader, Signal::SIGCONT)?;
    Ok(leader)
}

struct Tracer<'a> {
    plan: &'a Plan,
    leader: Pid,
    /// Threads whose call is not made, and the error that it returns.
    failing: HashMap<Pid, c_int>,
    count: u64,
    hit: u64,
    report: String,
}

impl Tracer<'_> {
    fn follow(&mut self) -> anyhow::Result<u8> {
        loop {
            let (thread, signal) = match waitpid(None, Some(WaitPidFlag::__WALL))? {
                WaitStatus::Exited(thread, code) if thread == self.leader => return Ok(u8::try_from(code)?),
                WaitStatus::Signaled(thread, signal, _) if thread == self.leader => {
                    return Ok(128 + u8::try_from(signal as c_int)?);
                }
                WaitStatus::PtraceSyscall(thread) => {
                    unless_gone(self.at_call(thread))?;
                    (thread, None)
                }
                WaitStatus::Stopped(thread, signal) => (thread, Some(signal)),
                WaitStatus::PtraceEvent(thread, ..) => (thread, None),
                _ => continue,
            };
            unless_gone(ptrace::syscall(thread, signal))?;
        }
    }

    /// A thread is entering or leaving a call.
    fn at_call(&mut self, thread: Pid) -> nix::Result<()> {
        let mut registers = ptrace::getregs(thread)?;
        if let Some(error) = self.failing.remove(&thread) {
            registers.rax = i64::from(-error).cast_unsigned();
            return ptrace::setregs(thread, registers);
        }
        // What the kernel shows at entry; no call that matters here returns it.
        let is_entry = registers.rax.cast_signed() == i64::from(-libc::ENOSYS);
        if is_entry { self.at_entry(thread, registers) } else { Ok(()) }
    }

    fn at_entry(&mut self, thread: Pid, mut registers: user_regs_struct) -> nix::Result<()> {
        let Some((call, path)) = call::pending(thread, &registers) else { return Ok(()) };
        let Ok(path) = path.strip_prefix(&self.plan.folder) else { return Ok(()) };
        if self.plan.fault == Fault::DiskFull && !call.needs_space {
            return Ok(());
        }
        self.count += 1;
        if !self.plan.hits(self.count) {
            return Ok(());
        }
        self.record(call, path);
        let error = match self.plan.fault {
            Fault::Kill => return kill(self.leader, Signal::SIGKILL),
            Fault::IoError => libc::EIO,
            Fault::DiskFull => libc::ENOSPC,
        };
        self.failing.insert(thread, error);
        // No call has this number, so the kernel does nothing.
        registers.orig_rax = u64::MAX;
        ptrace::setregs(thread, registers)
    }

    fn record(&mut self, call: Call, path: &Path) {
        self.hit += 1;
        // Writing to a string cannot fail.
        let _written = writeln!(self.report, "{} {}", call.name, path.display());
    }
}

/// Ignores that a thread is gone: it may be killed at any time, and the next wait reports it.
fn unless_gone(outcome: nix::Result<()>) -> nix::Result<()> {
    match outcome {
        Err(Errno::ESRCH) => Ok(()),
        outcome => outcome,
    }
}
