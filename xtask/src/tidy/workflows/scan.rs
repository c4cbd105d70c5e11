//! Reads from the text of a workflow what the rules are about. YAML is not parsed in full: keys and scripts are found by their
//! lines, in the form in which the workflows of this repository are written.

/// A script: the lines of one `run`, with their numbers from 1; continued lines are one.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Script {
    pub(super) lines: Vec<(usize, String)>,
}

/// The values of a key, with their lines from 1. Quotation marks are left out.
pub(super) fn values<'a>(text: &'a str, key: &'a str) -> impl Iterator<Item = (usize, &'a str)> {
    text.lines().enumerate().filter_map(move |(index, line)| Some((index + 1, value(line, key)?)))
}

fn value<'a>(line: &'a str, key: &str) -> Option<&'a str> {
    let item = line.trim_start();
    let item = item.strip_prefix("- ").unwrap_or(item);
    let value = item.strip_prefix(key)?.strip_prefix(':')?;
    (value.is_empty() || value.starts_with(' ')).then(|| value.trim().trim_matches(['"', '\'']))
}

/// Every script of a workflow.
pub(super) fn scripts(text: &str) -> Vec<Script> {
    let lines: Vec<&str> = text.lines().collect();
    let mut scripts = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        let Some(first) = value(line, "run") else { continue };
        if !first.starts_with(['|', '>']) {
            let script = first.split(" #").next().unwrap_or_default();
            scripts.push(Script { lines: vec![(index + 1, script.to_owned())] });
            continue;
        }
        let column = indentation(line);
        let block = lines.iter().enumerate().skip(index + 1);
        let block = block.take_while(|(_, line)| line.trim().is_empty() || indentation(line) > column);
        scripts.push(Script {
            lines: joined(block.map(|(index, line)| (index + 1, line.trim())), first.starts_with('>')),
        });
    }
    scripts
}

/// Joins lines that end in a backslash with the next; in a folded block, all lines.
fn joined<'a>(lines: impl Iterator<Item = (usize, &'a str)>, is_folded: bool) -> Vec<(usize, String)> {
    let mut joined: Vec<(usize, String)> = Vec::new();
    let mut continues = false;
    for (number, line) in lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#')) {
        let (part, goes_on) = line.strip_suffix('\\').map_or((line, is_folded), |part| (part.trim_end(), true));
        match joined.last_mut() {
            Some((_, whole)) if continues => *whole = format!("{whole} {part}"),
            _ => joined.push((number, part.to_owned())),
        }
        continues = goes_on;
    }
    joined
}

fn indentation(line: &str) -> usize {
    line.len() - line.trim_start().len()
}
