//! Reading everything of a file that is stored.

use std::io::{Read, Seek};

use alexandria_domain::{Block, BlockKind, Cover, Format, Metadata, Section, TocEntry};

use crate::error::{ExtractError, LimitKind};
use crate::limits::{Guard, Limits, within};
use crate::open::open;
use crate::probe::identify;
use crate::publication::Publication;
use crate::{language, media_type, text};

/// What a file holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extracted {
    /// Its format, by content and name.
    pub format: Format,
    /// Declared by the file, with two exceptions: a missing title is the file's name, a missing language is guessed.
    pub metadata: Metadata,
    /// Table of contents; every target is a section's href, with or without a fragment.
    pub toc: Vec<TocEntry>,
    /// Sections in reading order.
    pub sections: Vec<Section>,
    /// Cover image as it is in the file.
    pub cover: Option<Cover>,
}

impl Extracted {
    /// Gives a publication without a title that of last resort: the file's name without folders and extension.
    #[must_use]
    pub fn named_after(mut self, name: &str) -> Self {
        if self.metadata.title.is_empty() {
            self.metadata.title = title_of(name);
        }
        self
    }
}

/// Reads a whole publication. `name` is the file's name: its extension tells formats apart, its stem is the title of last
/// resort.
///
/// # Errors
/// See [`ExtractError`]. A file is read completely or not at all.
pub fn extract(source: impl Read + Seek + Send, name: &str, limits: &Limits) -> Result<Extracted, ExtractError> {
    Ok(extract_unnamed(source, name, limits)?.named_after(name))
}

/// Like [`extract`], but a title that the file does not declare stays empty. [`anonymous_name`] is as good as the file's
/// name. For a process that is not told it.
///
/// # Errors
/// As for [`extract`].
pub fn extract_unnamed(
    mut source: impl Read + Seek + Send,
    name: &str,
    limits: &Limits,
) -> Result<Extracted, ExtractError> {
    let guard = Guard::start(limits);
    let format = identify(&mut source, name, &guard)?;
    let mut publication = open(source, format, &guard)?;
    read(&mut *publication, format, &guard)
}

/// Reads a whole publication that is open, of this or of another engine. `name` is as for [`extract`].
///
/// # Errors
/// As for [`extract`].
pub fn extract_publication(
    publication: &mut dyn Publication,
    format: Format,
    name: &str,
    guard: &Guard,
) -> Result<Extracted, ExtractError> {
    Ok(read(publication, format, guard)?.named_after(name))
}

fn read(publication: &mut dyn Publication, format: Format, guard: &Guard) -> Result<Extracted, ExtractError> {
    let sections = sections(publication, guard)?;
    let mut metadata = publication.metadata().clone();
    if metadata.language.is_empty() {
        metadata.language = language::detect(&sample(&sections));
    }
    let cover = publication.cover(guard)?;
    tracing::debug!(format = format.name(), sections = sections.len(), "extracted");
    Ok(Extracted { format, metadata, toc: publication.toc().to_vec(), sections, cover })
}

fn sections(publication: &mut dyn Publication, guard: &Guard) -> Result<Vec<Section>, ExtractError> {
    let spine = publication.spine().to_vec();
    within(spine.len(), LimitKind::Sections, guard.limits.sections)?;
    let mut sections = Vec::with_capacity(spine.len());
    let (mut total, mut text_bytes) = (0, 0);
    for (number, item) in spine.into_iter().enumerate() {
        guard.check_time()?;
        let blocks = publication.blocks(number, guard)?;
        total += blocks.len();
        within(total, LimitKind::Blocks, guard.limits.blocks)?;
        text_bytes += blocks.iter().map(|block| block.text.len()).sum::<usize>();
        within(text_bytes, LimitKind::TextBytes, guard.limits.text_bytes)?;
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

/// The language of the text as a BCP 47 tag; empty if the text does not show it. For engines elsewhere.
#[must_use]
pub fn guess_language(sections: &[Section]) -> String {
    language::detect(&sample(sections))
}

/// The file's name without folders and extension, as a title.
fn title_of(name: &str) -> String {
    let file = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let stem = match file.rsplit_once('.') {
        Some((stem, _)) if !stem.is_empty() => stem,
        _ => file,
    };
    text::collapse(&stem.replace('_', " ")).unwrap_or_else(|| "Untitled".to_owned())
}

/// Prose from the middle on: front matter may be in another language.
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
