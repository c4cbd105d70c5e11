//! What a process and its descendants take, as Linux tells it in `/proc`.

use std::collections::HashMap;
use std::fs;
use std::time::Duration;

use anyhow::Context;

/// Ticks a second in which processor time is counted; the same on every Linux.
const TICKS: u64 = 100;

/// Proportional set size in MB: a page that several processes share counts for each in part.
pub(super) fn memory_mb(root: u32) -> anyhow::Result<f64> {
    let mut kb = 0;
    for id in family(root)? {
        // A process that has just ended takes nothing.
        let Ok(rollup) = fs::read_to_string(format!("/proc/{id}/smaps_rollup")) else { continue };
        let pss = rollup.lines().find_map(|line| line.strip_prefix("Pss:"));
        kb += pss.and_then(|pss| pss.split_whitespace().next()).and_then(|kb| kb.parse::<u32>().ok()).unwrap_or(0);
    }
    Ok(f64::from(kb) / 1024.0)
}

/// Time on a processor since each was started.
pub(super) fn processor_time(root: u32) -> anyhow::Result<Duration> {
    let mut ticks = 0;
    for id in family(root)? {
        let Some(fields) = fields(id) else { continue };
        let number = |place: usize| fields.get(place).and_then(|field| field.parse::<u64>().ok()).unwrap_or(0);
        ticks += number(11) + number(12);
    }
    Ok(Duration::from_millis(ticks * 1000 / TICKS))
}

/// The process and all that descend from it.
fn family(root: u32) -> anyhow::Result<Vec<u32>> {
    let mut children: HashMap<u32, Vec<u32>> = HashMap::new();
    for entry in fs::read_dir("/proc").context("windows are measured on Linux only")? {
        let Some(id) = entry?.file_name().to_str().and_then(|name| name.parse().ok()) else { continue };
        let parent = fields(id).and_then(|fields| fields.get(1).and_then(|parent| parent.parse().ok()));
        children.entry(parent.unwrap_or(0)).or_default().push(id);
    }
    let mut family = vec![root];
    let mut next = 0;
    while let Some(id) = family.get(next) {
        family.extend(children.remove(id).unwrap_or_default());
        next += 1;
    }
    Ok(family)
}

/// The fields of `/proc/<id>/stat` after the program's name, which may have blanks: state, parent, and so on.
fn fields(id: u32) -> Option<Vec<String>> {
    let stat = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    let (_, rest) = stat.rsplit_once(") ")?;
    Some(rest.split_whitespace().map(str::to_owned).collect())
}
