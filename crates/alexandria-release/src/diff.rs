//! What a signer is about to sign: the difference between two versions of a metadata file, as text.

use similar::{ChangeTag, TextDiff};
use tough::schema::{Role, Signed};

/// The lines that differ between the signed parts, with three lines around them, as `diff -u` shows them.
///
/// # Errors
/// When a part cannot be written as JSON.
pub fn diff<T: Role>(old: Option<&Signed<T>>, new: &T) -> anyhow::Result<String> {
    let old = old.map(|old| serde_json::to_value(&old.signed)).transpose()?;
    let old = old.map(|old| serde_json::to_string_pretty(&old)).transpose()?.unwrap_or_default();
    let new = serde_json::to_string_pretty(&serde_json::to_value(new)?)?;
    let diff = TextDiff::from_lines(&old, &new);
    let mut text = String::new();
    for group in diff.grouped_ops(3) {
        for change in group.iter().flat_map(|operation| diff.iter_changes(operation)) {
            let mark = match change.tag() {
                ChangeTag::Delete => '-',
                ChangeTag::Insert => '+',
                ChangeTag::Equal => ' ',
            };
            text.push(mark);
            text.push_str(change.value().trim_end_matches('\n'));
            text.push('\n');
        }
        text.push_str("...\n");
    }
    Ok(text)
}
