//! The process of an open document. A thread owns it: the process ends with the thread that started it.

use std::io::{self, BufReader, Read, Seek, SeekFrom, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use alexandria_extract::{ExtractError, Limits};

use crate::client::Worker;
use crate::error::WorkerError;
use crate::password::Password;
use crate::progress::Progress;
use crate::request::{Request, Task};
use crate::wire::{
    DecodeError, OpenPage, Question, VERSION, read_greeting, read_opened, read_page, read_picture, write_question,
};

/// How long opening a document may take.
const OPEN_TIMEOUT: Duration = Duration::from_secs(20);
/// How long an answer may take.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(10);

/// A stored document, which each process reads from its beginning.
pub(super) type Source = Arc<Mutex<dyn ReadSeek + Send>>;

/// What can be read again.
pub(super) trait ReadSeek: Read + Seek {}

impl<S: Read + Seek> ReadSeek for S {}

/// What is answered to a question.
pub(super) enum Answer {
    Page(OpenPage),
    Picture(Vec<u8>),
}

type Answered = Result<Result<Answer, ExtractError>, WorkerError>;

/// A running process, which is ended on drop.
pub(super) struct Process {
    child: Arc<Mutex<Option<Child>>>,
    questions: SyncSender<(Question, SyncSender<Answered>)>,
    progress: Progress,
    /// Number of pages of the document.
    pub(super) pages: u32,
}

impl Process {
    /// Starts a process for a document, of which it is not to read some pages. Blocks until the document is open.
    pub(super) fn start(
        worker: &Worker,
        source: &Source,
        password: &Password,
        skipped: Vec<u32>,
        limits: &Limits,
    ) -> Result<Result<Self, ExtractError>, WorkerError> {
        let (opened, is_open) = sync_channel(1);
        let (questions, asked) = sync_channel::<(Question, SyncSender<Answered>)>(1);
        let child = Arc::new(Mutex::new(None));
        let bytes =
            source.lock().unwrap_or_else(PoisonError::into_inner).seek(SeekFrom::End(0)).map_err(WorkerError::Start)?;
        let memory_bytes = worker.memory_bytes().saturating_add(bytes.min(limits.file_bytes));
        let mut command = Command::new(worker.program());
        let (shared, source, limits) = (Arc::clone(&child), Arc::clone(source), *limits);
        let password = password.duplicate();
        let progress = Progress::default();
        let reached = progress.clone();
        let thread = thread::Builder::new().name("alexandria-document".to_owned());
        let run = move || {
            // In this thread, because the process is told which one started it, and ends with it.
            let request = Request::new("file", &limits, memory_bytes).with_task(Task::Open { skipped });
            command.args(request.arguments()).env_clear();
            match begin(&mut command, &shared, &source, password, bytes) {
                Ok(Ok((mut input, mut output, pages))) => {
                    let _nobody_waits = opened.send(Ok(Ok(pages)));
                    while let Ok((question, answer)) = asked.recv() {
                        let _nobody_waits = answer.send(ask(question, &mut input, &mut output, &limits, &reached));
                    }
                }
                Ok(Err(error)) => drop(opened.send(Ok(Err(error)))),
                Err(error) => drop(opened.send(Err(error))),
            }
            end(&shared);
        };
        thread.spawn(run).map_err(WorkerError::Start)?;
        let process = |pages| Self { child, questions, progress, pages };
        match wait(&is_open, OPEN_TIMEOUT) {
            Ok(result) => Ok(result?.map(process)),
            Err(error) => {
                end(&process(0).child);
                Err(error)
            }
        }
    }

    /// The page that the process read last.
    pub(super) fn reached(&self) -> Option<u32> {
        self.progress.page()
    }

    /// Asks, and waits for the answer. After an error of the worker, this process is of no more use.
    pub(super) fn ask(&self, question: Question) -> Answered {
        let (answer, answered) = sync_channel(1);
        self.questions.send((question, answer)).map_err(|_ended| WorkerError::Incomplete)?;
        wait(&answered, ANSWER_TIMEOUT).and_then(|answer| answer)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        end(&self.child);
    }
}

fn wait<T>(receiver: &Receiver<T>, timeout: Duration) -> Result<T, WorkerError> {
    receiver.recv_timeout(timeout).map_err(|error| match error {
        RecvTimeoutError::Timeout => WorkerError::TimedOut(timeout),
        RecvTimeoutError::Disconnected => WorkerError::Incomplete,
    })
}

/// Ends the process, if it runs.
fn end(child: &Mutex<Option<Child>>) {
    if let Some(mut child) = child.lock().unwrap_or_else(PoisonError::into_inner).take() {
        let _already_ended = child.kill();
        let _already_waited_for = child.wait();
    }
}

type Pipes = (ChildStdin, BufReader<ChildStdout>, u32);

/// Starts the process, gives it the document, and waits until it is open.
fn begin(
    command: &mut Command,
    shared: &Mutex<Option<Child>>,
    source: &Source,
    password: Password,
    bytes: u64,
) -> Result<Result<Pipes, ExtractError>, WorkerError> {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    #[cfg(unix)]
    {
        use std::os::unix::process::CommandExt as _;
        command.current_dir("/").process_group(0);
    }
    let mut child = command.spawn().map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => WorkerError::NotInstalled,
        _ => WorkerError::Start(error),
    })?;
    let (input, output) = (child.stdin.take(), child.stdout.take());
    *shared.lock().unwrap_or_else(PoisonError::into_inner) = Some(child);
    let (Some(mut input), Some(output)) = (input, output) else { return Err(WorkerError::Incomplete) };
    let mut output = BufReader::new(output);
    let greeting = read_greeting(&mut output).map_err(failure)?;
    if greeting.version != VERSION {
        return Err(WorkerError::OtherVersion);
    }
    password.write(&mut input).map_err(WorkerError::Receive)?;
    // Not kept while the document is open.
    drop(password);
    if send(source, bytes, &mut input).map_err(WorkerError::Receive)? != bytes {
        return Err(WorkerError::Incomplete);
    }
    Ok(read_opened(&mut output).map_err(failure)?.map(|pages| (input, output, pages)))
}

/// Sends the document after its length, and returns how much there was of it.
fn send(source: &Source, bytes: u64, input: &mut ChildStdin) -> io::Result<u64> {
    let mut source = source.lock().unwrap_or_else(PoisonError::into_inner);
    source.rewind()?;
    input.write_all(&bytes.to_le_bytes())?;
    let copied = io::copy(&mut (&mut *source).take(bytes), input)?;
    input.flush()?;
    Ok(copied)
}

fn ask(
    question: Question,
    input: &mut ChildStdin,
    output: &mut impl Read,
    limits: &Limits,
    progress: &Progress,
) -> Answered {
    write_question(question, input).map_err(WorkerError::Receive)?;
    match question {
        Question::Text(_) => {
            Ok(read_page(output, limits, &mut |page| progress.reached(page)).map_err(failure)?.map(Answer::Page))
        }
        Question::Picture(..) => Ok(read_picture(output).map_err(failure)?.map(Answer::Picture)),
    }
}

fn failure(error: DecodeError) -> WorkerError {
    match error {
        DecodeError::Io(error) => WorkerError::Receive(error),
        DecodeError::Truncated => WorkerError::Incomplete,
        DecodeError::Invalid(what) => WorkerError::InvalidResult(what),
    }
}
