//! Writing a result.

use std::io::{self, Write};

use alexandria_domain::{BlockKind, Format, Metadata, Section, TocEntry};
use alexandria_extract::{ExtractError, Extracted};

use super::failure;
use super::frame::{Kind, Payload};

/// Size in bytes after which a frame of many values ends.
const FRAME_BYTES: usize = 128 << 10;

/// Writes what was extracted, or why nothing was.
///
/// # Errors
/// When the output cannot be written.
pub fn write_result(result: &Result<Extracted, ExtractError>, to: &mut impl Write) -> io::Result<()> {
    let mut payload = Payload::default();
    match result {
        Err(error) => {
            failure::put(error, &mut payload);
            payload.write(Kind::Failure, to)
        }
        Ok(extracted) => {
            write_head(extracted.format, &extracted.metadata, to)?;
            write_toc(&extracted.toc, 0, &mut payload, to)?;
            finish(&mut payload, Kind::Toc, to)?;
            for section in &extracted.sections {
                write_section(section, &mut payload, to)?;
            }
            if let Some(cover) = &extracted.cover {
                payload.text(&cover.media_type);
                payload.write(Kind::Cover, to)?;
                for part in cover.bytes.chunks(FRAME_BYTES) {
                    payload.raw(part);
                    payload.write(Kind::CoverBytes, to)?;
                }
            }
            payload.write(Kind::End, to)
        }
    }
}

fn write_head(format: Format, metadata: &Metadata, to: &mut impl Write) -> io::Result<()> {
    let mut payload = Payload::default();
    payload.text(format.name());
    payload.text(&metadata.title);
    payload.text(&metadata.language);
    payload.texts(metadata.authors.iter());
    payload.texts(metadata.subjects.iter());
    payload.raw(&u16::try_from(metadata.identifiers.len()).unwrap_or(u16::MAX).to_le_bytes());
    for identifier in &metadata.identifiers {
        payload.text(&identifier.scheme);
        payload.text(&identifier.value);
    }
    payload.optional_text(metadata.series.as_ref().map(|series| series.name.as_str()));
    payload.optional_text(metadata.series.as_ref().and_then(|series| series.position.as_deref()));
    payload.optional_text(metadata.publisher.as_deref());
    payload.optional_text(metadata.published.as_deref());
    payload.optional_text(metadata.description.as_deref());
    payload.flag(metadata.right_to_left);
    payload.write(Kind::Head, to)
}

/// Entries in the order of reading. Their depth is limited by the extraction.
fn write_toc(entries: &[TocEntry], depth: u8, payload: &mut Payload, to: &mut impl Write) -> io::Result<()> {
    for entry in entries {
        payload.byte(depth);
        payload.text(&entry.label);
        payload.optional_text(entry.href.as_deref());
        if payload.len() >= FRAME_BYTES {
            payload.write(Kind::Toc, to)?;
        }
        write_toc(&entry.children, depth.saturating_add(1), payload, to)?;
    }
    Ok(())
}

fn write_section(section: &Section, payload: &mut Payload, to: &mut impl Write) -> io::Result<()> {
    payload.text(&section.href);
    payload.text(&section.media_type);
    payload.texts(section.toc_path.iter());
    payload.flag(section.linear);
    payload.write(Kind::Section, to)?;
    for block in &section.blocks {
        payload.byte(match block.kind {
            BlockKind::Text => 0,
            BlockKind::Heading(level) => level,
            BlockKind::Note => 7,
        });
        payload.text(&block.text);
        if payload.len() >= FRAME_BYTES {
            payload.write(Kind::Blocks, to)?;
        }
    }
    finish(payload, Kind::Blocks, to)
}

/// Writes the last frame of many values, if there are any left.
fn finish(payload: &mut Payload, kind: Kind, to: &mut impl Write) -> io::Result<()> {
    if payload.len() == 0 { Ok(()) } else { payload.write(kind, to) }
}
