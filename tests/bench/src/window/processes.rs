//! Memory and CPU time of a process and its descendants, from `/proc`.

use std::collections::HashMap;
use std::fs;
use std::time::Duration;

use anyhow::Context;

/// Clock ticks a second, in which CPU time is counted; the same on every Linux.
const TICKS_PER_SECOND: u64 = 100;

/// Proportional set size in MB: a shared page counts for each process in part.
pub(super) fn memory_mb(root: u32) -> anyhow::Result<f64> {
    let mut kb = 0;
    for id in descendants(root)? {
        // A process that has just ended uses none.
        let Ok(rollup) = fs::read_to_string(format!("/proc/{id}/smaps_rollup")) else { continue };
        let pss = rollup.lines().find_map(|line| line.strip_prefix("Pss:"));
        kb += pss.and_then(|pss| pss.split_whitespace().next()).and_then(|kb| kb.parse::<u32>().ok()).unwrap_or(0);
    }
    Ok(f64::from(kb) / 1024.0)
}

/// CPU time since the start of each process.
pub(super) fn cpu_time(root: u32) -> anyhow::Result<Duration> {
    let mut ticks = 0;
    for id in descendants(root)? {
        let Some(fields) = fields(id) else { continue };
        let number = |index: usize| fields.get(index).and_then(|field| field.parse::<u64>().ok()).unwrap_or(0);
        ticks += number(11) + number(12);
    }
    Ok(Duration::from_millis(ticks * 1000 / TICKS_PER_SECOND))
}

/// The process and all its descendants.
fn descendants(root: u32) -> anyhow::Result<Vec<u32>> {
    let mut children: HashMap<u32, Vec<u32>> = HashMap::new();
    for entry in fs::read_dir("/proc").context("windows are measured on Linux only")? {
        let Some(id) = entry?.file_name().to_str().and_then(|name| name.parse().ok()) else { continue };
        let parent = fields(id).and_then(|fields| fields.get(1).and_then(|parent| parent.parse().ok()));
        children.entry(parent.unwrap_or(0)).or_default().push(id);
    }
    let mut ids = vec![root];
    let mut next = 0;
    while let Some(id) = ids.get(next) {
        ids.extend(children.remove(id).unwrap_or_default());
        next += 1;
    }
    Ok(ids)
}

/// The fields of `/proc/<id>/stat` after the program's name, which may contain spaces: state, parent, and so on.
fn fields(id: u32) -> Option<Vec<String>> {
    let stat = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    let (_, rest) = stat.rsplit_once(") ")?;
    Some(rest.split_whitespace().map(str::to_owned).collect())
}
