//! Metadata, as far as it can be trusted. Most titles were never written by a person: programs put in file names, or their own.

use hayro_syntax::Pdf;
use hayro_syntax::object::{Dict, Stream, String as PdfString};

use super::text::text_string;

/// Maximum length of a value, in bytes.
const MAX_VALUE_BYTES: usize = 1 << 10;
/// Maximum number of values of a field.
const MAX_VALUES: usize = 100;
/// Maximum size of the XML metadata that is read, in bytes.
const MAX_XML_BYTES: usize = 256 << 10;

/// Beginnings of titles that programs make, in lower case.
const PROGRAM_TITLES: &[&str] = &[
    "microsoft word -",
    "microsoft powerpoint -",
    "microsoft excel -",
    "powerpoint presentation",
    "powerpoint-präsentation",
    "présentation powerpoint",
    "presentación de powerpoint",
    "презентация powerpoint",
    "slide 1",
    "folie 1",
    "untitled",
    "unbenannt",
    "sans titre",
    "document1",
    "dokument1",
    "layout 1",
    "print",
    "title",
    "no title",
    "full page",
    "file:",
];
/// Ends of titles that are names of files, in lower case.
const FILE_EXTENSIONS: &[&str] = &[
    ".doc", ".docx", ".rtf", ".odt", ".pdf", ".ps", ".eps", ".dvi", ".tex", ".indd", ".qxd", ".qxp", ".pmd", ".fm",
    ".ppt", ".pptx", ".xls", ".xlsx", ".txt", ".wpd", ".pub", ".cdr", ".ai", ".html", ".htm", ".tif", ".tiff", ".jpg",
    ".png",
];
/// Authors that are nobody, in lower case.
const NOBODY: &[&str] = &[
    "unknown",
    "user",
    "administrator",
    "admin",
    "anonymous",
    "(anonymous)",
    "root",
    "owner",
    "microsoft office user",
    "author",
    "default",
    "preinstalled user",
    "gast",
    "guest",
    "unspecified",
    "(unspecified)",
];

/// What a document says about itself. Fields are empty where it says nothing credible.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DocumentMetadata {
    /// Its title.
    pub title: String,
    /// Its authors.
    pub authors: Vec<String>,
    /// BCP 47 tag of its language, in lower case.
    pub language: String,
    /// What it is about, in words.
    pub subjects: Vec<String>,
    /// What it is about, as a sentence.
    pub description: Option<String>,
}

/// The metadata of a document: of its information dictionary, and where that is silent, of its XML metadata.
pub(crate) fn metadata(pdf: &Pdf) -> DocumentMetadata {
    let info = pdf.metadata();
    let catalog = pdf.xref().get::<Dict<'_>>(pdf.xref().root_id()).unwrap_or_default();
    let xml = catalog.get::<Stream<'_>>(b"Metadata").and_then(|stream| stream.decoded_data().ok());
    let xml = xml.map(|xml| String::from_utf8_lossy(xml.get(..MAX_XML_BYTES).unwrap_or(&xml)).into_owned());
    let xml = xml.unwrap_or_default();
    let text = |field: &Option<Box<[u8]>>| field.as_deref().map(text_string).and_then(|text| value(&text));
    let program = |text: &str| [&info.creator, &info.producer].iter().any(|program| is_same(program.as_deref(), text));
    let is_title = |title: &String| is_credible(title) && !program(title);
    let title = text(&info.title).filter(is_title).or_else(|| element(&xml, "dc:title").filter(is_title));
    let authors = text(&info.author).map(|author| people(&author)).filter(|authors| !authors.is_empty());
    let language = catalog.get::<PdfString<'_>>(b"Lang").map(|language| text_string(language.as_bytes()));
    DocumentMetadata {
        title: title.unwrap_or_default(),
        authors: authors.or_else(|| element(&xml, "dc:creator").map(|author| people(&author))).unwrap_or_default(),
        language: language.as_deref().and_then(language_tag).unwrap_or_default(),
        subjects: text(&info.keywords).map(|keywords| list(&keywords)).unwrap_or_default(),
        description: text(&info.subject),
    }
}

fn is_same(program: Option<&[u8]>, title: &str) -> bool {
    program.is_some_and(|program| text_string(program).trim().eq_ignore_ascii_case(title))
}

/// A text with white space collapsed and without control characters; `None` if it is blank.
fn value(text: &str) -> Option<String> {
    let is_visible = |char: &char| {
        !char.is_control()
            && !matches!(char, '\u{ad}' | '\u{200b}' | '\u{200e}' | '\u{200f}'
        | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
    };
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let text: String = text.chars().filter(is_visible).collect();
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let (text, _) = text.split_at(text.floor_char_boundary(MAX_VALUE_BYTES));
    let text = text.trim_end();
    (!text.is_empty()).then(|| text.to_owned())
}

/// Whether a person may have written this title.
fn is_credible(title: &str) -> bool {
    let lower = title.to_lowercase();
    let is_default = PROGRAM_TITLES.iter().any(|default| match default.strip_suffix('-') {
        Some(_) => lower.starts_with(default),
        None => lower == *default || (default.ends_with(':') && lower.starts_with(default)),
    });
    let has_words = lower.chars().filter(|char| char.is_alphabetic()).count() >= 2;
    let is_garbled = title.contains(char::REPLACEMENT_CHARACTER);
    !is_default && has_words && !is_garbled && !FILE_EXTENSIONS.iter().any(|extension| lower.ends_with(extension))
}

/// The people of a field: separated by semicolons or, if no name is turned around, by commas.
fn people(field: &str) -> Vec<String> {
    let by_semicolon: Vec<&str> = field.split(';').collect();
    let by_comma: Vec<&str> = field.split([',', '&']).flat_map(|part| part.split(" and ")).map(str::trim).collect();
    let is_plain = by_comma.len() > 1 && by_comma.iter().all(|name| name.contains(' '));
    let names = if by_semicolon.len() == 1 && is_plain { by_comma } else { by_semicolon };
    let names = names.into_iter().map(str::trim).filter(|name| !name.is_empty());
    let is_somebody = |name: &&str| !NOBODY.contains(&name.to_lowercase().as_str()) && !name.contains('\u{fffd}');
    names.filter(is_somebody).take(MAX_VALUES).map(str::to_owned).collect()
}

fn list(field: &str) -> Vec<String> {
    let words = field.split([',', ';']).map(str::trim).filter(|word| !word.is_empty());
    words.take(MAX_VALUES).map(str::to_owned).collect()
}

fn language_tag(tag: &str) -> Option<String> {
    let tag = tag.trim().to_lowercase().replace('_', "-");
    let is_tag = (2..=35).contains(&tag.len())
        && tag
            .split('-')
            .all(|part| (1..=8).contains(&part.len()) && part.chars().all(|char| char.is_ascii_alphanumeric()))
        && tag.split('-').next().is_some_and(|language| (2..=3).contains(&language.len()));
    is_tag.then_some(tag)
}

/// The first text inside of an XML element. The metadata is a fixed form of RDF, of which no more is needed.
fn element(xml: &str, name: &str) -> Option<String> {
    let (_, rest) = xml.split_once(&format!("<{name}"))?;
    let (content, _) = rest.split_once(&format!("</{name}"))?;
    let (_, item) = content.split_once("<rdf:li")?;
    let (_, text) = item.split_once('>')?;
    let (text, _) = text.split_once('<')?;
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&apos;", "'");
    value(&text.replace("&amp;", "&"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn title_of_a_program_is_not_credible() {
        let check = |title, expect| assert_eq!(is_credible(title), expect, "{title}");
        check("Moby-Dick; or, The Whale", true);
        check("PowerPoint Presentation", false);
        check("Microsoft Word - thesis_final2.doc", false);
        check("Printing in the Age of Sail", true);
        check("Titles of Nobility", true);
        check("thesis.tex", false);
        check("untitled", false);
        check("2024-11", false);
        check("\u{fffd}\u{fffd} garbled", false);
    }

    #[test]
    fn people_are_split_where_names_end() {
        let check = |field, expect: &[&str]| assert_eq!(people(field), expect, "{field}");
        check("Ada Lovelace", &["Ada Lovelace"]);
        check("Lovelace, Ada", &["Lovelace, Ada"]);
        check("Ada Lovelace, Charles Babbage", &["Ada Lovelace", "Charles Babbage"]);
        check("Lovelace, Ada; Babbage, Charles", &["Lovelace, Ada", "Babbage, Charles"]);
        check("Ada Lovelace and Charles Babbage", &["Ada Lovelace", "Charles Babbage"]);
        check("user", &[]);
    }

    #[test]
    fn language_tag_is_lower_case_bcp_47() {
        let check = |tag, expect: Option<&str>| assert_eq!(language_tag(tag).as_deref(), expect, "{tag}");
        check("en-US", Some("en-us"));
        check("de_DE", Some("de-de"));
        check("", None);
        check("English (United States)", None);
        check("x", None);
    }

    #[test]
    fn element_of_xml_metadata_is_its_first_text() {
        let xml = "<dc:title><rdf:Alt><rdf:li xml:lang='x-default'>War &amp; Peace</rdf:li></rdf:Alt></dc:title>";
        assert_eq!(element(xml, "dc:title").as_deref(), Some("War & Peace"));
        assert_eq!(element(xml, "dc:creator"), None);
        assert_eq!(element("<dc:title>", "dc:title"), None);
    }
}
