//! Cutting the text of a book into passages, which has its time and ends when the import is cancelled.

use std::time::{Duration, Instant};

use alexandria_domain::{Section, Splitter};
use alexandria_extract::{ExtractError, LimitKind};
use alexandria_store::PreparedPassage;
use tokio_util::sync::CancellationToken;

use super::file::FileError;
use crate::open::Core;

/// Cuts the sections into passages, measured by the model's tokeniser, or by a cautious guess if it is not installed.
pub(super) fn passages(
    core: &Core,
    sections: &[Section],
    time: Duration,
    cancel: &CancellationToken,
) -> Result<Vec<PreparedPassage>, FileError> {
    let counter = core.token_counter();
    let measure =
        |text: &str| counter.as_deref().map_or_else(|_missing| estimate_tokens(text), |counter| counter.count(text));
    cut(sections, &measure, time, cancel)
}

fn cut(
    sections: &[Section],
    measure: &dyn Fn(&str) -> usize,
    time: Duration,
    cancel: &CancellationToken,
) -> Result<Vec<PreparedPassage>, FileError> {
    let begun = Instant::now();
    let check = || match begun.elapsed() {
        _ if cancel.is_cancelled() => Err(FileError::Cancelled),
        elapsed if elapsed >= time => Err(too_slow(time)),
        _ => Ok(()),
    };
    // A section may be a whole book in one paragraph, so looking between sections is not enough. Measuring is what
    // takes the time: from the first check that fails on nothing is measured any more, and what then comes of the
    // section is thrown away below, because every later check fails as well.
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

/// Tokens of a text if no tokeniser is there: English prose has about four letters to a token, other scripts one.
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

    /// Cuts a book of one long paragraph, and cancels while a text is measured, the last of `texts`; never if that is
    /// 0. Gives the number of passages, and how many texts were measured in all.
    fn cut_one(time: Duration, texts: usize) -> (Result<usize, FileError>, usize) {
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
        let passages = cut(&[section], &measure, time, &cancel);
        (passages.map(|passages| passages.len()), measured.get())
    }

    #[test]
    fn cutting_one_paragraph_ends_when_it_is_cancelled_and_with_its_time() {
        let (passages, measured) = cut_one(HOUR, 0);
        assert!(passages.is_ok_and(|passages| passages > 10) && measured > 500, "{measured}");
        let (passages, measured) = cut_one(HOUR, 100);
        assert!(matches!(passages, Err(FileError::Cancelled)));
        assert_eq!(measured, 100);
        let (passages, measured) = cut_one(Duration::ZERO, 0);
        let late = |error: &FileError| {
            matches!(error, FileError::Extract(ExtractError::Limit { what: LimitKind::Milliseconds, .. }))
        };
        assert!(passages.is_err_and(|error| late(&error)));
        assert_eq!(measured, 0);
    }
}
