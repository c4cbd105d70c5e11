//! Where the time of a start goes: when each stage was first reached.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// What a start reaches on its way to the shelf. The window and the library come side by side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StartStage {
    /// The window exists and loads its page.
    Window,
    /// The library is open.
    Library,
    /// The page runs and asks for something.
    Page,
    /// The page has received the list of publications.
    Shelf,
}

/// A stage, and how long after the beginning it was reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StartStep {
    /// The stage.
    pub stage: StartStage,
    /// Since the program's first statement.
    pub after: Duration,
}

/// The clock of one start.
#[derive(Debug)]
pub struct StartClock {
    started: Instant,
    steps: Mutex<Vec<StartStep>>,
}

impl StartClock {
    /// Starts the clock.
    #[must_use]
    pub fn begin() -> Self {
        Self { started: Instant::now(), steps: Mutex::new(Vec::new()) }
    }

    /// Records that a stage is reached, unless it was reached before: a library that is unlocked again is no start.
    pub fn reach(&self, stage: StartStage) {
        let after = self.started.elapsed();
        let mut steps = self.steps.lock().unwrap_or_else(PoisonError::into_inner);
        if steps.iter().all(|step| step.stage != stage) {
            steps.push(StartStep { stage, after });
        }
    }

    /// The stages in the order in which they were reached.
    #[must_use]
    pub fn steps(&self) -> Vec<StartStep> {
        self.steps.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn start_clock_keeps_the_first_time_of_each_stage_in_order() {
        let clock = StartClock::begin();
        assert_eq!(clock.steps(), []);
        for stage in [StartStage::Library, StartStage::Window, StartStage::Shelf] {
            clock.reach(stage);
        }
        let steps = clock.steps();
        assert!(steps.is_sorted_by_key(|step| step.after));
        let stages: Vec<_> = steps.iter().map(|step| step.stage).collect();
        assert_eq!(stages, [StartStage::Library, StartStage::Window, StartStage::Shelf]);
        clock.reach(StartStage::Library);
        assert_eq!(clock.steps(), steps, "the library was locked and unlocked");
    }
}
