//! A file to everything that is stored of it.

use std::io::{Read, Seek};

use alexandria_domain::{Block, BlockKind, Cover, Format, Metadata, Section, TocEntry};

use crate::error::{ExtractError, LimitKind};
use crate::format::{HEAD_BYTES, probe};
use crate::limits::{Guard, Limits, within};
use crate::publication::{Publication, open};
use crate::{language, media_type, view};

/// What a file holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extracted {
    /// Its format, by content and name.
    pub format: Format,
    /// What it says about itself. The title is never empty; the language is guessed if it is not given.
    pub metadata: Metadata,
    /// Table of contents; every target is a section's address, with or without a fragment.
    pub toc: Vec<TocEntry>,
    /// Sections in reading order.
    pub sections: Vec<Section>,
    /// Cover image as it stands in the file.
    pub cover: Option<Cover>,
}

/// Reads a whole publication. `name` is the file's name, for its ending and as a title of last resort.
///
/// # Errors
/// See [`ExtractError`]. Nothing is returned of a file that is refused.
pub fn extract(mut source: impl Read + Seek + Send, name: &str, limits: &Limits) -> Result<Extracted, ExtractError> {
    let guard = Guard::start(limits);
    let mut head = Vec::with_capacity(HEAD_BYTES);
    source.rewind()?;
    source.by_ref().take(HEAD_BYTES as u64).read_to_end(&mut head)?;
    if head.is_empty() {
        return Err(ExtractError::malformed("it is empty"));
    }
    let format = probe(name, &head)?;
    let mut publication = open(source, format, &guard)?;
    let sections = sections(&mut *publication, &guard)?;
    let mut metadata = publication.metadata().clone();
    if metadata.title.is_empty() {
        metadata.title = title_of(name);
    }
    if metadata.language.is_empty() {
        metadata.language = language::guess(&sample(&sections));
    }
    let cover = publication.cover(&guard)?;
    tracing::debug!(format = format.name(), sections = sections.len(), "extracted");
    Ok(Extracted { format, metadata, toc: publication.toc().to_vec(), sections, cover })
}

fn sections(publication: &mut dyn Publication, guard: &Guard) -> Result<Vec<Section>, ExtractError> {
    let spine = publication.spine().to_vec();
    within(spine.len(), LimitKind::Sections, guard.limits.sections)?;
    let mut sections = Vec::with_capacity(spine.len());
    let mut before = 0;
    for (number, item) in spine.into_iter().enumerate() {
        guard.check_time()?;
        let tree = publication.section(number, guard)?;
        let blocks = view::blocks(&tree, before, guard)?;
        before += blocks.len();
        sections.push(Section {
            href: item.href,
            media_type: media_type::PAGE.to_owned(),
            toc_path: item.toc_path,
            linear: item.linear,
            blocks,
        });
    }
    Ok(sections)
}

/// The file's name without folders and ending, as a title.
fn title_of(name: &str) -> String {
    let file = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let stem = match file.rsplit_once('.') {
        Some((stem, _)) if !stem.is_empty() => stem,
        _ => file,
    };
    crate::words::collapsed(&stem.replace('_', " ")).unwrap_or_else(|| "Untitled".to_owned())
}

/// Running text from the middle on, where front matter in another language is behind.
fn sample(sections: &[Section]) -> String {
    let text = |sections: &[Section]| {
        let mut sample = String::new();
        let is_prose = |block: &&Block| block.kind == BlockKind::Text;
        for block in sections.iter().flat_map(|section| &section.blocks).filter(is_prose) {
            sample.extend(block.text.chars().take(language::SAMPLE_CHARS));
            sample.push('\n');
            if sample.len() >= language::SAMPLE_CHARS {
                break;
            }
        }
        sample
    };
    let (front, back) = sections.split_at(sections.len() / 2);
    let from_middle = text(back);
    if from_middle.is_empty() { text(front) } else { from_middle }
}
