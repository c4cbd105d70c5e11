//! Starting a worker process for a file, and what becomes of it.

use std::fs::File;
use std::io::{BufReader, Read, Seek as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::Once;
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use alexandria_extract::{ExtractError, Extracted, Limits};

use crate::error::WorkerError;
use crate::exit::{Reached, reason};
use crate::locate;
use crate::password::Password;
use crate::progress::Progress;
use crate::request::{COVER, GRACE, Request, Task};
use crate::wire::{Coverage, DecodeError, Report, VERSION, read_greeting, read_reported};

/// Maximum size of a worker in memory, in bytes: twice what a whole import may need (docs/benchmarks.md).
const MEMORY_BYTES: u64 = 1 << 30;
/// Time between two looks at whether the caller cancelled.
const POLL_INTERVAL: Duration = Duration::from_millis(50);
/// Time between two looks at whether a process has ended.
const EXIT_POLL_INTERVAL: Duration = Duration::from_millis(2);
/// How long a worker may take to end after its output has ended.
const EXIT_TIMEOUT: Duration = Duration::from_secs(2);
/// How much of a worker's standard error is read, in bytes. It is never shown.
const MESSAGE_BYTES: u64 = 64;

/// How long a page may take. The process has a shorter limit of its own, but cannot keep it everywhere.
const PAGE_TIMEOUT: Duration = Duration::from_secs(15);
/// Maximum number of pages at which a process may end before the file is given up.
const MAX_SKIPPED: usize = 4;

/// A program that reads a foreign file in a confined process, one process for each file.
#[derive(Clone, Debug)]
pub struct Worker {
    program: PathBuf,
    memory_bytes: u64,
}

type Output = Result<Result<Extracted, ExtractError>, Failure>;

/// Why the output of a worker is not used.
enum Failure {
    OtherVersion,
    Decode(DecodeError),
}

impl Worker {
    /// The worker of this installation or build.
    ///
    /// # Errors
    /// [`WorkerError::NotInstalled`] if it is not with the running program.
    pub fn locate() -> Result<Self, WorkerError> {
        Ok(Self::new(locate::program()?))
    }

    /// The worker in this file.
    #[must_use]
    pub const fn new(program: PathBuf) -> Self {
        Self { program, memory_bytes: MEMORY_BYTES }
    }

    /// The program.
    #[must_use]
    pub fn program(&self) -> &Path {
        &self.program
    }

    pub(crate) const fn memory_bytes(&self) -> u64 {
        self.memory_bytes
    }

    /// Reads a file that is open for reading, like [`alexandria_extract::extract`] in this process. `name` is not passed
    /// on. Blocks until the result is there, the time is over, or `is_cancelled` says so, and moves the file's position.
    ///
    /// If the process ends while it reads a page, another one reads the other pages, a few times.
    ///
    /// # Errors
    /// See [`WorkerError`]. No process is left in any case.
    pub fn extract(
        &self,
        file: &File,
        name: &str,
        limits: &Limits,
        is_cancelled: &dyn Fn() -> bool,
    ) -> Result<Extracted, WorkerError> {
        self.extract_with(file, name, None, limits, is_cancelled)
    }

    /// Like [`extract`](Self::extract), for a document that opens with this password only. It goes through a pipe, as does the file.
    ///
    /// # Errors
    /// [`ExtractError::WrongPassword`] if it is another, else as for [`extract`](Self::extract).
    pub fn extract_locked(
        &self,
        file: &File,
        name: &str,
        password: &Password,
        limits: &Limits,
        is_cancelled: &dyn Fn() -> bool,
    ) -> Result<Extracted, WorkerError> {
        self.extract_with(file, name, Some(password), limits, is_cancelled)
    }

    fn extract_with(
        &self,
        file: &File,
        name: &str,
        password: Option<&Password>,
        limits: &Limits,
        is_cancelled: &dyn Fn() -> bool,
    ) -> Result<Extracted, WorkerError> {
        // Some formats are read from memory, which is counted in whole mebibytes.
        let file_bytes = file.metadata().map_err(WorkerError::Start)?.len().min(limits.file_bytes);
        let memory_bytes = self.memory_bytes.saturating_add(file_bytes >> 20 << 20);
        let mut skipped = Vec::new();
        let mut first_error = None;
        loop {
            let task = match password {
                Some(_) => Task::Unlock { skipped: skipped.clone() },
                None => Task::Extract { skipped: skipped.clone() },
            };
            let request = Request::new(name, limits, memory_bytes).with_task(task);
            let progress = Progress::default();
            let error = match self.extract_once(file, password, &request, &progress, is_cancelled) {
                Ok(extracted) => {
                    let has_text = extracted.sections.iter().any(|section| !section.blocks.is_empty());
                    // What is left of a file of one page is nothing.
                    let only_cover_skipped = skipped.iter().all(|page| *page == COVER);
                    return match first_error {
                        Some(error) if !has_text && !only_cover_skipped => Err(error),
                        _ => Ok(extracted.named_after(name)),
                    };
                }
                Err(error) => error,
            };
            let page = progress.page().filter(|page| error.may_be_of_page() && !skipped.contains(page));
            let is_last = skipped.len() >= MAX_SKIPPED;
            match (page, first_error) {
                (Some(page), first) if !is_last => {
                    tracing::warn!(page, "a page cannot be read and is left out");
                    skipped.push(page);
                    first_error = first.or(Some(error));
                }
                // An error that has nothing to do with pages is about the attempt, not about the file.
                (_, Some(first)) if error.may_be_of_page() || matches!(error, WorkerError::Extract(_)) => {
                    return Err(first);
                }
                _ => return Err(error),
            }
        }
    }

    /// Reads a file in one process.
    fn extract_once(
        &self,
        file: &File,
        password: Option<&Password>,
        request: &Request,
        progress: &Progress,
        is_cancelled: &dyn Fn() -> bool,
    ) -> Result<Extracted, WorkerError> {
        let time = request.limits.time.saturating_add(GRACE);
        let deadline = Instant::now().checked_add(time);
        let (mut process, output) = self.start(file, password, request)?;
        let (limits, reported) = (request.limits, progress.clone());
        let output = read_elsewhere(move || read_output(output, &limits, &reported))?;
        let mut last = (progress.count(), Instant::now());
        let failure = loop {
            match output.recv_timeout(POLL_INTERVAL) {
                // Whatever the process still does, it is done.
                Ok(Ok(result)) => return Ok(result?),
                Ok(Err(failure)) => break failure,
                Err(RecvTimeoutError::Disconnected) => return Err(WorkerError::Incomplete),
                Err(RecvTimeoutError::Timeout) if is_cancelled() => return Err(WorkerError::Cancelled),
                Err(RecvTimeoutError::Timeout) if deadline.is_some_and(|deadline| Instant::now() >= deadline) => {
                    return Err(WorkerError::TimedOut(time));
                }
                Err(RecvTimeoutError::Timeout) => {}
            }
            let count = progress.count();
            if count != last.0 {
                last = (count, Instant::now());
            } else if count > 0 && last.1.elapsed() >= PAGE_TIMEOUT {
                return Err(WorkerError::TimedOut(PAGE_TIMEOUT));
            }
        };
        Err(match failure {
            Failure::OtherVersion => WorkerError::OtherVersion,
            Failure::Decode(DecodeError::Invalid(what)) => WorkerError::InvalidResult(what),
            Failure::Decode(DecodeError::Io(error)) => WorkerError::Receive(error),
            Failure::Decode(DecodeError::Truncated) => {
                process.reason(Reached { memory_bytes: request.memory_bytes, time })
            }
        })
    }

    /// Starts a process with nothing of this process's environment. Its standard input is the file, or a pipe with the password
    /// and then the file.
    fn start(
        &self,
        file: &File,
        password: Option<&Password>,
        request: &Request,
    ) -> Result<(Process, ChildStdout), WorkerError> {
        let mut command = Command::new(&self.program);
        let file = file.try_clone().map_err(WorkerError::Start)?;
        let (input, piped) = match password {
            Some(password) => (Stdio::piped(), Some((file, password.duplicate()))),
            None => (Stdio::from(file), None),
        };
        command.args(request.arguments()).env_clear();
        command.stdin(input).stdout(Stdio::piped()).stderr(Stdio::piped());
        #[cfg(unix)]
        {
            use std::os::unix::process::CommandExt as _;
            // In a group of its own, it does not get the interrupt of a terminal, which cancels the import in order.
            command.current_dir("/").process_group(0);
        }
        let mut child = command.spawn().map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => WorkerError::NotInstalled,
            _ => WorkerError::Start(error),
        })?;
        let (output, errors) = (child.stdout.take(), child.stderr.take());
        let input = child.stdin.take();
        let mut process = Process { child, errors, writer: None };
        if let (Some(input), Some((file, password))) = (input, piped) {
            let thread = thread::Builder::new().name("alexandria-worker".to_owned());
            process.writer = Some(thread.spawn(move || send(file, &password, input)).map_err(WorkerError::Start)?);
        }
        Ok((process, output.ok_or(WorkerError::Incomplete)?))
    }
}

/// A started process, which is killed on drop.
struct Process {
    child: Child,
    errors: Option<ChildStderr>,
    /// Writes to its standard input.
    writer: Option<JoinHandle<()>>,
}

impl Process {
    /// Why the process wrote no complete result.
    fn reason(&mut self, limits: Reached) -> WorkerError {
        let Some(status) = self.wait() else { return WorkerError::Incomplete };
        let errors = self.errors.take();
        let message = errors.and_then(|errors| {
            // Elsewhere, because a child of the process may keep the pipe open where nothing prevents it from having one.
            let read = read_elsewhere(move || {
                let mut message = Vec::new();
                errors.take(MESSAGE_BYTES).read_to_end(&mut message).map(|_length| message)
            });
            read.ok()?.recv_timeout(EXIT_TIMEOUT).ok()?.ok()
        });
        reason(status, &message.unwrap_or_default(), limits)
    }

    /// Waits until the process ends by itself, but not long.
    fn wait(&mut self) -> Option<ExitStatus> {
        let started = Instant::now();
        while started.elapsed() < EXIT_TIMEOUT {
            match self.child.try_wait() {
                Ok(None) => thread::sleep(EXIT_POLL_INTERVAL),
                Ok(status) => return status,
                Err(_) => return None,
            }
        }
        None
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _already_ended = self.child.kill();
        let _already_waited_for = self.child.wait();
        // Its pipe is closed now. The next process reads the same file, so nothing else may move the file's position.
        if let Some(writer) = self.writer.take() {
            let _ended = writer.join();
        }
    }
}

/// Sends a password and a file, each after its length. What cannot be sent is missed at the other end.
fn send(mut file: File, password: &Password, mut input: ChildStdin) {
    let mut send = || -> std::io::Result<()> {
        let bytes = file.metadata()?.len();
        file.rewind()?;
        password.write(&mut input)?;
        input.write_all(&bytes.to_le_bytes())?;
        std::io::copy(&mut (&file).take(bytes), &mut input)?;
        input.flush()
    };
    if send().is_err() {
        tracing::debug!("the process ended before it had read its file");
    }
}

/// Reads on another thread, which ends when the other side closes. If it never does, the thread stays and does no harm.
fn read_elsewhere<T: Send + 'static>(read: impl FnOnce() -> T + Send + 'static) -> Result<Receiver<T>, WorkerError> {
    let (sender, receiver) = sync_channel(1);
    let thread = thread::Builder::new().name("alexandria-worker".to_owned());
    thread
        .spawn(move || {
            let _nobody_waits = sender.send(read());
        })
        .map_err(WorkerError::Start)?;
    Ok(receiver)
}

fn read_output(output: ChildStdout, limits: &Limits, progress: &Progress) -> Output {
    let mut output = BufReader::with_capacity(64 << 10, output);
    let greeting = read_greeting(&mut output).map_err(Failure::Decode)?;
    if greeting.version != VERSION {
        return Err(Failure::OtherVersion);
    }
    log_layers(&greeting.layers);
    let mut report = |report| match report {
        Report::Page(page) => progress.reached(page),
        Report::Coverage(Coverage { pages, pictures, unreliable, unreadable }) => {
            tracing::info!(pages, pictures, unreliable, unreadable, "pages read");
        }
    };
    read_reported(&mut output, limits, &mut report).map_err(Failure::Decode)
}

/// Logs once what confines the workers of this process.
fn log_layers(layers: &crate::sandbox::Layers) {
    static LOGGED: Once = Once::new();
    LOGGED.call_once(|| {
        if layers.are_complete() {
            tracing::info!(%layers, "files are read in a confined process");
        } else {
            tracing::warn!(%layers, "files are read in a process that is not fully confined");
        }
    });
}
