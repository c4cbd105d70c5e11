//! Which notes of other programs are the same.

use alexandria_extract::ForeignNote;

/// How a note is known again, the first being how it is stored: program and a hash of its id there, or of its text if it has
/// none. A note that was exported from here has the id that it has here.
pub(super) fn origin_of(program: &str, note: &ForeignNote) -> Vec<String> {
    let mut hasher = blake3::Hasher::new();
    let id = note.id.as_deref().unwrap_or(&note.quote.highlight);
    for part in [program, &note.title, id] {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    let hash: String = hasher.finalize().to_hex().chars().take(32).collect();
    let mut origins = vec![format!("{program}:{hash}")];
    let ours = note.id.as_deref().and_then(|id| id.strip_prefix("urn:uuid:"));
    origins.extend(ours.map(|uuid| uuid.replace('-', "").to_ascii_lowercase()));
    origins
}
