//! Language tags of files, and detection of the language where a file has none.

use whatlang::Lang;

/// Characters of text given to [`detect`].
pub(crate) const SAMPLE_CHARS: usize = 4_000;

/// A BCP 47 tag in lower case with hyphens; `None` if it is invalid or undetermined.
pub(crate) fn normalise(tag: &str) -> Option<String> {
    let tag = tag.trim().to_ascii_lowercase().replace('_', "-");
    let valid = tag.len() <= 35
        && tag.split('-').all(|part| (1..=8).contains(&part.len()) && part.chars().all(|c| c.is_ascii_alphanumeric()));
    let primary = tag.split('-').next().unwrap_or_default();
    let known = (2..=3).contains(&primary.len()) && !matches!(primary, "und" | "zxx" | "mul" | "mis");
    (valid && known).then(|| shorten(&tag))
}

/// Replaces a three-letter code by the two-letter one, which BCP 47 requires; files often have `eng`.
fn shorten(tag: &str) -> String {
    let (primary, rest) = tag.split_once('-').map_or((tag, ""), |(primary, rest)| (primary, rest));
    match Lang::from_code(primary).map(two_letters) {
        Some(code) if primary.len() == 3 && rest.is_empty() => code.to_owned(),
        Some(code) if primary.len() == 3 => format!("{code}-{rest}"),
        _ => tag.to_owned(),
    }
}

/// The language of a text; empty if the detection is not reliable.
pub(crate) fn detect(sample: &str) -> String {
    match whatlang::detect(sample) {
        Some(found) if found.is_reliable() => two_letters(found.lang()).to_owned(),
        _ => String::new(),
    }
}

/// The code of a language by its English name.
pub(crate) fn by_name(name: &str) -> Option<&'static str> {
    Lang::all().iter().find(|language| language.eng_name().eq_ignore_ascii_case(name)).map(|found| two_letters(*found))
}

/// The shortest ISO 639 code of a language.
const fn two_letters(language: Lang) -> &'static str {
    match language {
        Lang::Epo => "eo",
        Lang::Eng => "en",
        Lang::Rus => "ru",
        Lang::Cmn => "zh",
        Lang::Spa => "es",
        Lang::Por => "pt",
        Lang::Ita => "it",
        Lang::Ben => "bn",
        Lang::Fra => "fr",
        Lang::Deu => "de",
        Lang::Ukr => "uk",
        Lang::Kat => "ka",
        Lang::Ara => "ar",
        Lang::Hin => "hi",
        Lang::Jpn => "ja",
        Lang::Heb => "he",
        Lang::Yid => "yi",
        Lang::Pol => "pl",
        Lang::Amh => "am",
        Lang::Jav => "jv",
        Lang::Kor => "ko",
        Lang::Nob => "nb",
        Lang::Dan => "da",
        Lang::Swe => "sv",
        Lang::Fin => "fi",
        Lang::Tur => "tr",
        Lang::Nld => "nl",
        Lang::Hun => "hu",
        Lang::Ces => "cs",
        Lang::Ell => "el",
        Lang::Bul => "bg",
        Lang::Bel => "be",
        Lang::Mar => "mr",
        Lang::Kan => "kn",
        Lang::Ron => "ro",
        Lang::Slv => "sl",
        Lang::Hrv => "hr",
        Lang::Srp => "sr",
        Lang::Mkd => "mk",
        Lang::Lit => "lt",
        Lang::Lav => "lv",
        Lang::Est => "et",
        Lang::Tam => "ta",
        Lang::Vie => "vi",
        Lang::Urd => "ur",
        Lang::Tha => "th",
        Lang::Guj => "gu",
        Lang::Uzb => "uz",
        Lang::Pan => "pa",
        Lang::Aze => "az",
        Lang::Ind => "id",
        Lang::Tel => "te",
        Lang::Pes => "fa",
        Lang::Mal => "ml",
        Lang::Ori => "or",
        Lang::Mya => "my",
        Lang::Nep => "ne",
        Lang::Sin => "si",
        Lang::Khm => "km",
        Lang::Tuk => "tk",
        Lang::Aka => "ak",
        Lang::Zul => "zu",
        Lang::Sna => "sn",
        Lang::Afr => "af",
        Lang::Lat => "la",
        Lang::Slk => "sk",
        Lang::Cat => "ca",
        Lang::Tgl => "tl",
        Lang::Hye => "hy",
        Lang::Cym => "cy",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn normalise_accepts_valid_tags() {
        let check = |tag: &str, expect: Option<&str>| assert_eq!(normalise(tag).as_deref(), expect, "{tag}");
        check("en-US", Some("en-us"));
        check(" pt_BR ", Some("pt-br"));
        check("eng", Some("en"));
        check("deu-AT", Some("de-at"));
        check("grc", Some("grc"));
        check("und", None);
        check("", None);
        check("English language", None);
        check("x", None);
    }

    #[test]
    fn detect_recognises_the_language_of_a_text() {
        let check = |text: &str, expect: &str| assert_eq!(detect(text), expect);
        check(
            "It was the best of times, it was the worst of times, it was the age of wisdom and of foolishness.",
            "en",
        );
        check(
            "Alle glücklichen Familien gleichen einander, jede unglückliche Familie ist auf ihre Weise unglücklich.",
            "de",
        );
        check("吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。", "ja");
        check("", "");
    }
}
