//! What a reader may type into each field, in the form it is stored in: white space collapsed, nothing too long to be sent
//! to other devices.

use alexandria_domain::Series;
use alexandria_domain::annotation::MAX_TAG_BYTES;

use super::error::EditError;
use super::limits::{MAX_AUTHORS, MAX_DESCRIPTION_BYTES, MAX_SERIES_NUMBER, MAX_TEXT_BYTES};

/// A text of one line.
pub(super) fn line(text: &str, name: &'static str) -> Result<String, EditError> {
    let words = text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    let line = words.collect::<Vec<_>>().join(" ");
    if line.len() > MAX_TEXT_BYTES { Err(EditError::TooLong(name)) } else { Ok(line) }
}

pub(super) fn title(text: &str) -> Result<String, EditError> {
    let title = line(text, "title")?;
    if title.is_empty() { Err(EditError::EmptyTitle) } else { Ok(title) }
}

/// Authors in their order, without empty ones.
pub(super) fn authors(names: &[String]) -> Result<Vec<String>, EditError> {
    if names.len() > MAX_AUTHORS {
        return Err(EditError::TooManyAuthors);
    }
    let mut authors = names.iter().map(|name| line(name, "author")).collect::<Result<Vec<_>, _>>()?;
    authors.retain(|author| !author.is_empty());
    Ok(authors)
}

/// A series, or none if it has no name.
pub(super) fn series(series: &Series) -> Result<Option<Series>, EditError> {
    let name = line(&series.name, "series")?;
    let position = series.position.as_deref().map(str::trim).filter(|number| !number.is_empty());
    if name.is_empty() {
        return if position.is_some() { Err(EditError::NumberWithoutSeries) } else { Ok(None) };
    }
    Ok(Some(Series { name, position: position.map(series_number).transpose()? }))
}

/// Digits with at most one point or comma between them.
fn series_number(text: &str) -> Result<String, EditError> {
    let invalid = || EditError::InvalidSeriesNumber(text.chars().take(40).collect());
    let number = text.replace(',', ".");
    let is_plain = number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let is_bounded = number.len() <= 16 && number.starts_with(|c: char| c.is_ascii_digit()) && !number.ends_with('.');
    let value: f64 = number.parse().map_err(|_| invalid())?;
    if is_plain && is_bounded && value <= f64::from(MAX_SERIES_NUMBER) { Ok(number) } else { Err(invalid()) }
}

/// A BCP 47 tag in lower case; empty for none.
pub(super) fn language(text: &str) -> Result<String, EditError> {
    let tag = text.trim().to_ascii_lowercase().replace('_', "-");
    let is_subtag = |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let mut parts = tag.split('-');
    let is_main =
        parts.next().is_some_and(|main| main.len() >= 2 && main.bytes().all(|byte| byte.is_ascii_lowercase()));
    let is_tag = is_main && tag.len() <= 35 && tag.split('-').all(is_subtag);
    if is_tag || tag.is_empty() { Ok(tag) } else { Err(EditError::InvalidLanguage(text.chars().take(40).collect())) }
}

/// Paragraphs, with line breaks only.
pub(super) fn description(text: &str) -> Result<String, EditError> {
    let text = text.replace("\r\n", "\n");
    let clean: String = text.trim().chars().filter(|c| *c == '\n' || *c == '\t' || !c.is_control()).collect();
    if clean.len() > MAX_DESCRIPTION_BYTES { Err(EditError::DescriptionTooLong) } else { Ok(clean) }
}

/// A tag as it is stored.
pub(super) fn tag(text: &str) -> Result<String, EditError> {
    let tag = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let is_valid = !tag.is_empty() && tag.len() <= MAX_TAG_BYTES && !text.trim().contains(char::is_control);
    is_valid.then_some(tag).ok_or(EditError::InvalidTag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn series_numbers_are_whole_or_fractional() {
        let check = |text: &str, expect: Option<&str>| {
            let number = series(&Series { name: "S".into(), position: Some(text.into()) });
            let number = number.ok().map(|series| series.and_then(|series| series.position).unwrap_or_default());
            assert_eq!(number.as_deref(), expect, "{text}");
        };
        for bad in ["x", "-1", "1e3", "NaN", "inf", ".5", "1.", "1.2.3", "2000000", "0.00000000000000001", "١"] {
            check(bad, None);
        }
        check("2", Some("2"));
        check(" 1,5 ", Some("1.5"));
        check("0", Some("0"));
        check("", Some(""));
        let nameless = Series { name: " ".into(), position: Some("1".into()) };
        assert!(matches!(series(&nameless), Err(EditError::NumberWithoutSeries)));
    }

    #[test]
    fn texts_are_collapsed_and_bounded() {
        assert!(matches!(title(" \n"), Err(EditError::EmptyTitle)));
        assert!(matches!(line(&"x".repeat(MAX_TEXT_BYTES + 1), "date"), Err(EditError::TooLong("date"))));
        assert!(matches!(authors(&vec!["a".into(); MAX_AUTHORS + 1]), Err(EditError::TooManyAuthors)));
        assert!(matches!(description(&"x".repeat(MAX_DESCRIPTION_BYTES + 1)), Err(EditError::DescriptionTooLong)));
        for bad in ["", "  ", "a\u{7}b", &"x".repeat(MAX_TAG_BYTES + 1)] {
            assert!(matches!(tag(bad), Err(EditError::InvalidTag)), "{bad}");
        }
        for bad in ["e", "english language", "12", "en--us", "en-abcdefghi"] {
            assert!(matches!(language(bad), Err(EditError::InvalidLanguage(_))), "{bad}");
        }
        assert_eq!(title(" Moby\n Dick\u{7}").unwrap(), "Moby Dick");
        assert_eq!(authors(&[" A  B ".into(), " ".into()]).unwrap(), ["A B"]);
        assert_eq!(description(" a\r\n\r\nb\u{1b} ").unwrap(), "a\n\nb");
        assert_eq!((language("pt_BR").unwrap(), language(" ").unwrap()), ("pt-br".to_owned(), String::new()));
        assert_eq!(tag(" to  lend ").unwrap(), "to lend");
    }
}
