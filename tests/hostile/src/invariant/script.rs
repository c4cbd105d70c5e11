//! Archives written as text, for mutations to get past their checksums, and for seeds that can be read and written by hand.
//!
//! A line that starts with `%%` starts an entry of the archive: a letter for its kind, a space, its name.

use crate::archive::Entry;

/// The entries that a script describes.
pub(super) fn entries(script: &[u8]) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    for line in script.split_inclusive(|byte| *byte == b'\n') {
        if let Some([kind, b' ', name @ ..]) = line.strip_prefix(b"%%") {
            let mut entry = Entry::new(name.strip_suffix(b"\n").unwrap_or(name), "");
            match kind {
                b'd' => entry.deflated = true,
                b'e' => entry.flags = 1,
                b'l' => entry.attributes = 0o120_777 << 16,
                b'u' => entry.flags = 1 << 11,
                _ => {}
            }
            entries.push(entry);
        } else if let Some(entry) = entries.last_mut() {
            entry.bytes.extend_from_slice(line);
        }
    }
    entries
}
