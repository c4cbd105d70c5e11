//! Page labels: the numbers that are printed on the pages, such as "xii" (ISO 32000-2 §12.4.2).

use std::collections::{BTreeMap, HashSet};

use hayro_syntax::Pdf;
use hayro_syntax::object::{Array, Dict, Name, Object, String as PdfString};

use super::text::text_string;

/// Maximum number of nodes of the tree, and of ranges of pages.
const MAX_NODES: usize = 20_000;
/// Numbers from here on are not written in letters or Roman numerals.
const MAX_LETTERS: u32 = 5_000;
/// Maximum length of a prefix, in characters.
const MAX_PREFIX_CHARS: usize = 32;

/// How the pages from one on are labelled.
struct Range {
    style: Option<u8>,
    prefix: String,
    first: u32,
}

/// The label of each page; empty if the document has none.
pub(crate) fn page_labels(pdf: &Pdf) -> Vec<String> {
    let catalog = pdf.xref().get::<Dict<'_>>(pdf.xref().root_id());
    let Some(tree) = catalog.and_then(|catalog| catalog.get::<Dict<'_>>(b"PageLabels")) else { return Vec::new() };
    let ranges = ranges(tree);
    let count = u32::try_from(pdf.pages().len()).unwrap_or(u32::MAX);
    let label = |page: u32| {
        ranges.range(..=page).next_back().map_or_else(
            || (page + 1).to_string(),
            |(start, range)| {
                let number = range.first.saturating_add(page - start);
                format!("{}{}", range.prefix, range.style.map(|style| numeral(style, number)).unwrap_or_default())
            },
        )
    };
    (0..count).map(label).collect()
}

fn ranges(root: Dict<'_>) -> BTreeMap<u32, Range> {
    let (mut nodes, mut visited, mut ranges) = (vec![root], HashSet::new(), BTreeMap::new());
    while let Some(node) = nodes.pop() {
        if visited.len() >= MAX_NODES || node.obj_id().is_some_and(|id| !visited.insert(id)) {
            continue;
        }
        if let Some(pairs) = node.get::<Array<'_>>(b"Nums") {
            let mut pairs = pairs.iter::<Object<'_>>();
            while let (Some(page), Some(label)) = (pairs.next(), pairs.next()) {
                let page = page.into_i32().and_then(|page| u32::try_from(page).ok());
                if let (Some(page), Some(label)) = (page, label.into_dict())
                    && ranges.len() < MAX_NODES
                {
                    ranges.insert(page, range(&label));
                }
            }
        }
        if let Some(kids) = node.get::<Array<'_>>(b"Kids") {
            nodes.extend(kids.iter::<Dict<'_>>().take(MAX_NODES));
            nodes.truncate(MAX_NODES);
        }
    }
    ranges
}

fn range(label: &Dict<'_>) -> Range {
    let prefix = label.get::<PdfString<'_>>(b"P").map(|prefix| text_string(prefix.as_bytes())).unwrap_or_default();
    Range {
        style: label.get::<Name<'_>>(b"S").and_then(|style| style.as_ref().first().copied()),
        prefix: prefix.chars().filter(|char| !char.is_control()).take(MAX_PREFIX_CHARS).collect(),
        first: label.get::<i32>(b"St").and_then(|first| u32::try_from(first).ok()).unwrap_or(1),
    }
}

fn numeral(style: u8, number: u32) -> String {
    match style {
        b'R' | b'r' if (1..MAX_LETTERS).contains(&number) => {
            let roman = roman(number);
            if style == b'R' { roman } else { roman.to_lowercase() }
        }
        b'A' | b'a' if (1..MAX_LETTERS).contains(&number) => {
            // A to Z, then AA to ZZ.
            let (letter, times) = ((number - 1) % 26, (number - 1) / 26 + 1);
            let base = if style == b'A' { 'A' } else { 'a' };
            let letter = char::from_u32(u32::from(base) + letter).unwrap_or(base);
            (0..times).map(|_| letter).collect()
        }
        _ => number.to_string(),
    }
}

fn roman(mut number: u32) -> String {
    const NUMERALS: [(u32, &str); 13] = [
        (1000, "M"),
        (900, "CM"),
        (500, "D"),
        (400, "CD"),
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    ];
    let mut text = String::new();
    for (value, numeral) in NUMERALS {
        while number >= value {
            text.push_str(numeral);
            number -= value;
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numeral_has_five_styles() {
        let check = |style, number, expect: &str| assert_eq!(numeral(style, number), expect);
        check(b'D', 12, "12");
        check(b'r', 12, "xii");
        check(b'R', 1994, "MCMXCIV");
        check(b'a', 28, "bb");
        check(b'A', 1, "A");
        check(b'r', 0, "0");
        check(b'r', 4_000_000_000, "4000000000");
    }
}
