//! The budget of one page, and unwinding when it is used up: the interpreter has no other way to stop.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::time::{Duration, Instant};

use crate::error::PageError;

/// Maximum number of glyphs of a page: a newspaper page has some 30,000.
pub const MAX_GLYPHS: usize = 500_000;

/// Drawing operations between two looks at the clock.
const CHECK_INTERVAL: u32 = 64;

/// Time and glyphs that a page may still use.
#[derive(Debug)]
pub(crate) struct Budget {
    deadline: Option<Instant>,
    steps: u32,
    glyphs: usize,
}

impl Budget {
    pub(crate) fn new(time: Duration) -> Self {
        Self { deadline: Instant::now().checked_add(time), steps: 0, glyphs: MAX_GLYPHS }
    }

    /// Counts a drawing operation. Unwinds if the time is over.
    pub(crate) fn step(&mut self) {
        self.steps = self.steps.wrapping_add(1);
        if self.steps.is_multiple_of(CHECK_INTERVAL) && self.deadline.is_some_and(|deadline| Instant::now() > deadline)
        {
            resume_unwind(Box::new(PageError::TooSlow));
        }
    }

    /// Counts a glyph. Unwinds if there are too many.
    pub(crate) fn glyph(&mut self) {
        match self.glyphs.checked_sub(1) {
            Some(rest) => self.glyphs = rest,
            None => resume_unwind(Box::new(PageError::TooManyGlyphs)),
        }
    }
}

/// Does work on a page, and returns as an error what unwinds: a budget that is used up, or a panic of the interpreter.
pub(crate) fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, PageError> {
    catch_unwind(AssertUnwindSafe(work))
        .map_err(|payload| payload.downcast_ref::<PageError>().copied().unwrap_or(PageError::Damaged))
}
