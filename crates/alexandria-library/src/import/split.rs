//! Splitting the text of a book into passages, within a time limit and until the import is cancelled.

use std::time::{Duration, Instant};

use alexandria_domain::{Section, Splitter};
use alexandria_extract::{ExtractError, LimitKind};
use alexandria_store::PreparedPassage;
use tokio_util::sync::CancellationToken;

use super::error::FileError;
use crate::models::Models;

/// Splits the sections into passages, measured by the model's tokenizer, or by a cautious estimate if it is not installed.
pub(super) fn passages(
    models: &Models,
    sections: &[Section],
    time: Duration,
    cancel: &CancellationToken,
) -> Result<Vec<PreparedPassage>, FileError> {
    let tokens = models.tokens();
    let measure =
        |text: &str| tokens.as_deref().map_or_else(|_missing| estimate_tokens(text), |tokens| tokens.count(text));
    split(sections, &measure, time, cancel)
}

fn split(
    sections: &[Section],
    measure: &dyn Fn(&str) -> usize,
    time: Duration,
    cancel: &CancellationToken,
) -> Result<Vec<PreparedPassage>, FileError> {
    let started = Instant::now();
    let check = || match started.elapsed() {
        _ if cancel.is_cancelled() => Err(FileError::Cancelled),
        elapsed if elapsed >= time => Err(too_slow(time)),
        _ => Ok(()),
    };
    // A section may be a whole book in one paragraph, so checking between sections is not enough. Measuring takes the time:
    // after the first failed check nothing is measured any more, and the wrong split of this section is discarded below,
    // because every later check fails as well.
    let count = |text: &str| if check().is_ok() { measure(text) } else { 0 };
    let splitter = Splitter::new(&count);
    let mut passages = Vec::new();
    for (section, number) in sections.iter().zip(0..) {
        for passage in splitter.split(number, section) {
            check()?;
            passages.push(PreparedPassage::new(passage));
        }
    }
    Ok(passages)
}

fn too_slow(time: Duration) -> FileError {
    let limit = u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
    ExtractError::Limit { what: LimitKind::Milliseconds, limit }.into()
}

/// Tokens of a text, estimated without the tokenizer: English prose has about four letters to a token, other scripts one.
fn estimate_tokens(text: &str) -> usize {
    let ascii = text.bytes().filter(u8::is_ascii).count();
    ascii.div_ceil(3) + text.chars().filter(|c| !c.is_ascii()).count()
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use alexandria_domain::{Block, BlockKind};

    use super::*;

    const HOUR: Duration = Duration::from_secs(60 * 60);

    /// Splits a book of one long paragraph, and cancels while the text number `texts` is measured; never if that is 0.
    /// Returns the number of passages, and how many texts were measured in all.
    fn split_one(time: Duration, texts: usize) -> (Result<usize, FileError>, usize) {
        let text = ["The whale was white and the sea was wide."; 1000].join(" ");
        let section = Section { blocks: vec![Block { text, kind: BlockKind::Text }], ..Section::default() };
        let (cancel, measured) = (CancellationToken::new(), Cell::new(0));
        let measure = |text: &str| {
            measured.set(measured.get() + 1);
            if measured.get() == texts {
                cancel.cancel();
            }
            text.split(' ').count()
        };
        let passages = split(&[section], &measure, time, &cancel);
        (passages.map(|passages| passages.len()), measured.get())
    }

    #[test]
    fn split_of_one_paragraph_stops_when_cancelled_or_out_of_time() {
        let (passages, measured) = split_one(HOUR, 0);
        assert!(passages.is_ok_and(|passages| passages > 10) && measured > 500, "{measured}");
        let (passages, measured) = split_one(HOUR, 100);
        assert!(matches!(passages, Err(FileError::Cancelled)));
        assert_eq!(measured, 100);
        let (passages, measured) = split_one(Duration::ZERO, 0);
        let late = |error: &FileError| {
            matches!(error, FileError::Extract(ExtractError::Limit { what: LimitKind::Milliseconds, .. }))
        };
        assert!(passages.is_err_and(|error| late(&error)));
        assert_eq!(measured, 0);
    }
}
