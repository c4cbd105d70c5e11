//! Running a program under `ptrace`, all its threads, and hitting one of its calls.

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

/// Runs the plan's program to its end. Answers as a shell would: its exit code, or 128 and the signal it died of.
pub(crate) fn run(plan: &Plan) -> anyhow::Result<ExitCode> {
    let leader = start(plan)?;
    let mut tracer = Tracer { plan, leader, failing: HashMap::new(), count: 0, hit: 0, report: String::new() };
    let code = tracer.follow()?;
    let report = format!("calls {}\nhit {}\n{}", tracer.count, tracer.hit, tracer.report);
    fs::write(&plan.report, report).context("the report cannot be written")?;
    Ok(ExitCode::from(code))
}

/// Starts the program stopped, and takes hold of it before it does anything.
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
    /// Threads in a call that is not made, and the error it is to return.
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

    /// A thread stands before or behind a call.
    fn at_call(&mut self, thread: Pid) -> nix::Result<()> {
        let mut registers = ptrace::getregs(thread)?;
        if let Some(error) = self.failing.remove(&thread) {
            registers.rax = i64::from(-error).cast_unsigned();
            return ptrace::setregs(thread, registers);
        }
        // This is what the kernel shows before a call; no call that matters here answers with it.
        let is_before = registers.rax.cast_signed() == i64::from(-libc::ENOSYS);
        if is_before { self.before(thread, registers) } else { Ok(()) }
    }

    fn before(&mut self, thread: Pid, mut registers: user_regs_struct) -> nix::Result<()> {
        let Some((call, path)) = call::about_to_be_made(thread, &registers) else { return Ok(()) };
        let Ok(path) = path.strip_prefix(&self.plan.folder) else { return Ok(()) };
        if self.plan.fault == Fault::Full && !call.needs_space {
            return Ok(());
        }
        self.count += 1;
        if !self.plan.hits(self.count) {
            return Ok(());
        }
        self.note(call, path);
        let error = match self.plan.fault {
            Fault::Kill => return kill(self.leader, Signal::SIGKILL),
            Fault::Broken => libc::EIO,
            Fault::Full => libc::ENOSPC,
        };
        self.failing.insert(thread, error);
        // No call has this number, so nothing is done.
        registers.orig_rax = u64::MAX;
        ptrace::setregs(thread, registers)
    }

    fn note(&mut self, call: Call, path: &Path) {
        self.hit += 1;
        // Writing to a string cannot fail.
        let _written = writeln!(self.report, "{} {}", call.name, path.display());
    }
}

/// A thread may be killed at any time, by us above all; the wait tells.
fn unless_gone(outcome: nix::Result<()>) -> nix::Result<()> {
    match outcome {
        Err(Errno::ESRCH) => Ok(()),
        outcome => outcome,
    }
}
