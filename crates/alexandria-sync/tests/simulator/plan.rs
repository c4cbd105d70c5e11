//! Plans: what happens to the world, one step a line. A step that does not apply is skipped, so lines can be deleted.

use serde::{Deserialize, Serialize};

use crate::random::Random;

/// What happens to a request of a device, and to its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Fate {
    /// Answered.
    Answered,
    /// The server never sees it.
    RequestLost,
    /// The server did what was asked, and nobody hears of it.
    AnswerLost,
    /// The answer comes twice.
    AnsweredTwice,
    /// The request comes twice.
    RequestedTwice,
    /// A proxy answers.
    NotOurs,
    /// The server is busy.
    Busy,
    /// The answer has no date.
    Undated,
}

/// One step. Devices are numbered from 0, in the order in which they came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "snake_case")]
pub(crate) enum Step {
    /// The reader changes a field.
    Edit { device: usize, field: u8 },
    /// Outputs of the engine are carried out.
    Run { device: usize, outputs: usize },
    /// The oldest request reaches the server, or not.
    Serve { device: usize, fate: Fate },
    /// The oldest answer reaches the engine.
    Answer { device: usize },
    /// All that a device has to do is done, several times, without faults.
    Work { device: usize },
    /// The process dies and starts again.
    Crash { device: usize, inside: bool },
    /// Time passes.
    Tick { ms: u64 },
    /// The reader asks for a sync now.
    SyncNow { device: usize },
    /// A wall clock is set.
    Skew { device: usize, ms: i64 },
    /// A device loses its connection, or has one again.
    Offline { device: usize, is: bool },
    /// A disk is full, or has space again.
    DiskFull { device: usize, is: bool },
    /// The server's pages have this limit from now on.
    Page { records: usize },
    /// The server's log is backed up.
    BackUpServer,
    /// The server is restored from the oldest of its last backups.
    RestoreServer,
    /// A device is backed up.
    BackUp { device: usize },
    /// A device is lost, and its backup is restored as another device.
    Restore { device: usize },
    /// A device is added.
    Enrol,
    /// A device is revoked by another, and the keys are rotated.
    Revoke { device: usize },
    /// A device gets the newest keys.
    Grant { device: usize },
}

/// A random plan.
pub(crate) fn generate(random: &mut Random, steps: usize) -> Vec<Step> {
    // What is frequent in this plan: faults that need each other meet more often than with one mixture for all.
    let weights: Vec<u64> = (0..19).map(|_| [0, 1, 1, 2, 8][random.index(5)]).collect();
    (0..steps).map(|_| step(random, &weights)).collect()
}

fn step(random: &mut Random, weights: &[u64]) -> Step {
    let device = random.index(6);
    // What keeps things going, and what happens seldom, whatever the mixture.
    match random.index(100) {
        0..22 => return Step::Edit { device, field: u8::try_from(random.index(8)).unwrap() },
        22..40 => return Step::Run { device, outputs: 1 + random.index(6) },
        40..58 => return Step::Serve { device, fate: Fate::Answered },
        58..72 => return Step::Answer { device },
        72..77 => return Step::Work { device },
        77 => return Step::Enrol,
        _ => {}
    }
    let faults = [Fate::RequestLost, Fate::AnswerLost, Fate::AnsweredTwice, Fate::RequestedTwice, Fate::NotOurs];
    match random.weighted(weights) {
        0..=2 => Step::Serve { device, fate: faults[random.index(5)] },
        3 => Step::Serve { device, fate: [Fate::Busy, Fate::Undated][random.index(2)] },
        4 | 5 => Step::Crash { device, inside: random.index(2) == 0 },
        6 => Step::Tick { ms: [1, 1_000, 60_000, 600_000, 4_000_000][random.index(5)] },
        7 => Step::SyncNow { device },
        8 => Step::Skew {
            device,
            ms: [0, 1_000, -3_600_000, 3_600_000, 315_360_000_000, -315_360_000_000][random.index(6)],
        },
        9 => Step::Offline { device, is: random.index(2) == 0 },
        10 => Step::DiskFull { device, is: random.index(2) == 0 },
        11 => Step::Page { records: 1 + random.index(20) },
        12 => Step::BackUpServer,
        13 if random.index(3) == 0 => Step::RestoreServer,
        14 => Step::BackUp { device },
        15 if random.index(2) == 0 => Step::Restore { device },
        16 if random.index(2) == 0 => Step::Enrol,
        17 if random.index(4) == 0 => Step::Revoke { device },
        _ => Step::Grant { device },
    }
}

/// A plan as lines of JSON.
pub(crate) fn to_lines(plan: &[Step]) -> String {
    plan.iter().map(|step| serde_json::to_string(step).unwrap() + "\n").collect()
}

/// Reads a plan. Lines that begin with `#` are comments.
pub(crate) fn from_lines(text: &str) -> Vec<Step> {
    let lines = text.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    lines.map(|line| serde_json::from_str(line).unwrap()).collect()
}
