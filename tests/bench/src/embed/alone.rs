//! ONNX Runtime alone: texts are tokenized beforehand, and its output is not used.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::str::FromStr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use alexandria_index::runtime::{RUNTIME_DIR_VARIABLE, pinned};
use anyhow::{Context, anyhow};
use ort::environment::Environment;
use ort::session::Session;
use ort::value::Tensor;
use tokenizers::{Tokenizer, TruncationParams};

/// The argument that makes this program measure ONNX Runtime alone.
pub(crate) const ARGUMENT: &str = "--onnx-runtime-alone";
/// Most tokens the model sees.
const MAX_TOKENS: usize = 256;

/// How the work is distributed over two threads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Layout {
    sessions: usize,
    threads_each: usize,
    batch: usize,
}

impl Layout {
    /// The layout of our engine.
    pub(crate) const SAME_AS_OURS: Self = Self { sessions: 2, threads_each: 1, batch: 1 };
    /// That, and those that a program would start with. Texts of one batch have nearly the same length.
    pub(crate) const ALL: [Self; 3] = [
        Self::SAME_AS_OURS,
        Self { sessions: 1, threads_each: 2, batch: 1 },
        Self { sessions: 1, threads_each: 2, batch: 8 },
    ];
}

impl fmt::Display for Layout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { sessions, threads_each, batch } = self;
        write!(f, "{sessions} session(s) × {threads_each} thread(s), {batch} text(s) a batch")
    }
}

impl FromStr for Layout {
    type Err = anyhow::Error;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|layout| layout.to_string() == name).context("no such layout")
    }
}

/// The time of a layout, measured in a new process.
pub(crate) fn in_new_process(layout: Layout, list: &Path) -> anyhow::Result<Duration> {
    let program = std::env::current_exe()?;
    let output = Command::new(program).arg(ARGUMENT).arg(layout.to_string()).arg(list).output()?;
    let stdout = String::from_utf8_lossy(&output.stdout);
    let seconds = stdout.trim().parse();
    Ok(Duration::from_secs_f64(seconds.map_err(|_| anyhow!("{}", String::from_utf8_lossy(&output.stderr)))?))
}

/// One batch: tokens of texts, padded to the longest.
struct Batch {
    texts: usize,
    tokens: Vec<i64>,
    mask: Vec<i64>,
}

/// The time from the first batch to the last, after a warm-up.
pub(crate) fn measure(layout: Layout, list: &Path) -> anyhow::Result<Duration> {
    let folder = PathBuf::from(std::env::var_os(RUNTIME_DIR_VARIABLE).context("ALEXANDRIA_RUNTIME_DIR is not set")?);
    let environment = ort::init_from(folder.join(pinned::LIBRARY.name))?.with_telemetry(false).build()?;
    let batches = batches(&folder, list, layout.batch)?;
    let session = || session(&environment, &folder, layout.threads_each);
    let mut sessions = (0..layout.sessions).map(|_| session()).collect::<anyhow::Result<Vec<_>>>()?;
    for session in &mut sessions {
        for batch in batches.iter().take(4) {
            embed(session, batch)?;
        }
    }
    let next = AtomicUsize::new(0);
    let started = Instant::now();
    let work = |session: &mut Session| {
        while let Some(batch) = batches.get(next.fetch_add(1, Ordering::Relaxed)) {
            embed(session, batch)?;
        }
        anyhow::Ok(())
    };
    let work = &work;
    thread::scope(|scope| {
        let workers: Vec<_> = sessions.iter_mut().map(|session| scope.spawn(move || work(session))).collect();
        workers.into_iter().try_for_each(|worker| worker.join().map_err(|_| anyhow!("a thread panicked"))?)
    })?;
    Ok(started.elapsed())
}

fn session(environment: &Environment, folder: &Path, threads: usize) -> anyhow::Result<Session> {
    let builder_error = |error: ort::Error<ort::session::builder::SessionBuilder>| anyhow!("{error}");
    let mut builder = Session::builder(environment)?.with_intra_threads(threads).map_err(builder_error)?;
    Ok(builder.commit_from_file(folder.join(pinned::MODEL.name))?)
}

fn batches(folder: &Path, list: &Path, size: usize) -> anyhow::Result<Vec<Batch>> {
    let mut tokenizer =
        Tokenizer::from_file(folder.join(pinned::TOKENIZER.name)).map_err(|error| anyhow!("{error}"))?;
    let truncation = TruncationParams { max_length: MAX_TOKENS, ..TruncationParams::default() };
    tokenizer.with_padding(None).with_truncation(Some(truncation)).map_err(|error| anyhow!("{error}"))?;
    let encode = |text: &str| {
        let encoded = tokenizer.encode(text, true).map_err(|error| anyhow!("{error}"))?;
        anyhow::Ok(encoded.get_ids().iter().map(|&piece| i64::from(piece)).collect())
    };
    let mut texts = fs::read_to_string(list)?.lines().map(encode).collect::<anyhow::Result<Vec<Vec<i64>>>>()?;
    if size > 1 {
        texts.sort_by_key(Vec::len);
    }
    Ok(texts.chunks(size).map(batch).collect())
}

fn batch(texts: &[Vec<i64>]) -> Batch {
    let longest = texts.iter().map(Vec::len).max().unwrap_or_default();
    let mut batch = Batch { texts: texts.len(), tokens: Vec::new(), mask: Vec::new() };
    for text in texts {
        let padding = longest - text.len();
        batch.tokens.extend(text.iter().copied().chain(std::iter::repeat_n(0, padding)));
        batch.mask.extend(std::iter::repeat_n(1, text.len()).chain(std::iter::repeat_n(0, padding)));
    }
    batch
}

fn embed(session: &mut Session, batch: &Batch) -> anyhow::Result<()> {
    let shape = [batch.texts, batch.tokens.len() / batch.texts];
    session.run(ort::inputs![
        "input_ids" => Tensor::from_array((shape, batch.tokens.clone()))?,
        "attention_mask" => Tensor::from_array((shape, batch.mask.clone()))?,
        "token_type_ids" => Tensor::from_array((shape, vec![0_i64; batch.tokens.len()]))?,
    ])?;
    Ok(())
}
