//! Running plans, and making failing ones shorter.

use crate::disk::Bug;
use crate::plan::Step;
use crate::server::Bugs;
use crate::simulation::Simulation;

/// What a plan led to.
#[derive(Debug)]
pub(crate) struct Report {
    pub(crate) rounds: usize,
    pub(crate) steps: u64,
    pub(crate) records: usize,
    pub(crate) snapshots: u64,
    pub(crate) loaded: u64,
}

/// Runs a plan: the steps with their faults, then a fair network.
pub(crate) fn run(plan: &[Step], bug: Option<Bug>, bugs: Bugs) -> Result<Report, String> {
    let mut simulation = Simulation::new(bug, bugs);
    for (number, step) in plan.iter().enumerate() {
        let located = |what: String| format!("after step {number}, {step:?}: {what}");
        simulation.take(*step).map_err(located)?;
        simulation.check_now().map_err(|what| format!("after step {number}, {step:?}: {what}"))?;
    }
    let rounds = simulation.converge()?;
    simulation.check_new_device()?;
    Ok(Report {
        rounds,
        steps: simulation.steps(),
        records: simulation.history.len(),
        snapshots: simulation.server.made_snapshots,
        loaded: simulation.server.loaded_snapshots,
    })
}

/// A shorter plan that fails, too: steps are left out as long as it does.
pub(crate) fn shrink(plan: &[Step], fails: impl Fn(&[Step]) -> bool) -> Vec<Step> {
    let mut plan = plan.to_vec();
    let mut size = plan.len() / 2;
    while size > 0 {
        let mut at = 0;
        while at < plan.len() {
            let mut shorter = plan.clone();
            shorter.drain(at..(at + size).min(plan.len()));
            if fails(&shorter) {
                plan = shorter;
            } else {
                at += size;
            }
        }
        size /= 2;
    }
    plan
}
