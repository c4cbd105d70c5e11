//! Texts and their terms, as data.

use alexandria_domain::{Passage, Query};
use proptest::prelude::*;

use super::chars::{Class, class};
use super::{PreparedPassage, analyse, fold, is_stop_word, matches};

/// The terms of a text.
fn terms(text: &str) -> Vec<String> {
    let mut terms = Vec::new();
    analyse(text, |token| terms.push(token.term.to_owned()));
    terms
}

fn check(text: &str, expect: &str) {
    assert_eq!(terms(text).join(" "), expect, "{text}");
}

/// Checks that both texts have the same terms.
fn check_same(one: &str, other: &str) {
    assert_eq!(terms(one), terms(other), "{one} / {other}");
}

#[test]
fn analyse_splits_words_at_other_characters() {
    check("", "");
    check("  … — !", "");
    check("The White Whale.", "the white whale");
    check("well-known 3.14 1,000 foo_bar", "well known 3 14 1 000 foo bar");
    check("naïve—Ångström", "naiv angstrom");
    check("A1b2", "a1b2");
    check("москва Ἀθῆναι ירושלים", "москва αθηναι ירושלים");
}

#[test]
fn analyse_folds_accents_and_case() {
    check_same("Žižek", "zizek");
    check_same("CAFÉ", "cafe\u{301}");
    check_same("Straße", "STRASSE");
    check_same("Æneid œuvre", "aeneid oeuvre");
    check_same("Søren Łódź þorn Đà", "soren lodz thorn da");
    check_same("İstanbul ısı", "istanbul isi");
    check_same("ﬁnd ｆｕｌｌ", "find full");
    check_same("ΟΔΥΣΣΕΎΣ", "οδυσσεύς");
    check_same("ёлка", "елка");
    check_same("שָׁלוֹם", "שלום");
    check_same("كِتَاب", "كتاب");
    check_same("co\u{ad}operate", "cooperate");
    // An Indic vowel sign is a letter, not an accent.
    assert_ne!(terms("कि"), terms("क"));
    check_same("㆒㊁㈢〸", "一二三十");
}

#[test]
fn analyse_splits_at_apostrophes_and_drops_possessives() {
    check("whale's", "whale");
    check("whale’s jaw", "whale jaw");
    check("don’t", "don t");
    check_same("don't", "don’t");
    check_same("o'clock", "oʼclock");
    check("l'homme", "l homm");
    check("the 'sea'", "the sea");
    check("'s", "s");
    check("it's so", "it so");
    check("'tis ladies'", "tis ladi");
    check("it'ss", "it ss");
}

#[test]
fn analyse_stems_english_words() {
    check_same("whales", "whale");
    check_same("whaling", "whaled");
    check_same("running", "runs");
    check_same("happiness", "happy");
    check("is as us", "is as us");
    check("скалы 2nds", "скалы 2nds");
}

#[test]
fn analyse_makes_bigrams_of_scripts_without_spaces() {
    check("世", "世");
    check("世界", "世界 界");
    check("新世界。あ", "新世 世界 界 あ");
    check("第1章", "第 1 章");
    check("ABC世界", "abc 世界 界");
    check("한국어 책", "한국 국어 어 책");
    check_same("ｶﾞｷﾞ", "ガギ");
    check_same("か\u{3099}く", "がく");
    assert_ne!(terms("がく"), terms("かく"));
    check_same("\u{1112}\u{1161}\u{11ab}", "한");
    check("กิน", "กิน น");
}

#[test]
fn token_ranges_point_into_the_text() {
    let text = "Ah, Ångström’s ＷＨＡＬＥＳ 世界";
    let mut parts = Vec::new();
    analyse(text, |token| parts.push(text.get(token.range).unwrap().to_owned()));
    assert_eq!(parts, ["Ah", "Ångström", "ＷＨＡＬＥＳ", "世界", "界"]);
}

#[test]
fn fold_normalises_a_text() {
    let check = |text: &str, expect: &str| assert_eq!(fold(text), expect);
    check("  Brontë,\n Emily ", "bronte, emily");
    check("L’Œuvre", "l'oeuvre");
    check("", "");
}

#[test]
fn is_stop_word_takes_terms() {
    for word in ["The", "because", "very", "don’t", "whale", "sea"] {
        let expect = !matches!(word, "whale" | "sea");
        assert!(terms(word).iter().all(|term| is_stop_word(term) == expect), "{word}");
    }
}

#[test]
fn prepared_passage_has_forms_and_repetitions() {
    let text = "Whales, whales and the whaling of whales: sea sea sea sea sea sea";
    let passage = Passage {
        section: 0,
        start: 0,
        text: text.into(),
        heading_path: vec!["The Sea".into(), "Ships".into()],
        tokens: 9,
    };
    let prepared = PreparedPassage::new(passage);
    assert_eq!(prepared.body, "whale whale and the whale of whale sea sea sea sea sea sea");
    assert_eq!(prepared.heading, "#the #sea #ship");
    assert_eq!(prepared.forms, "~whales ~whaling");
    assert_eq!(prepared.repeated, "+sea ++sea +whale");
}

/// The text with each match of the query in brackets.
fn marked(query: &str, text: &str) -> String {
    let mut out = String::new();
    let mut at = 0;
    for range in matches(text, &Query::parse(query).unwrap()) {
        out.push_str(&format!("{}[{}]", text.get(at..range.start).unwrap(), text.get(range.clone()).unwrap()));
        at = range.end;
    }
    out + text.get(at..).unwrap()
}

#[test]
fn matches_finds_the_words_of_a_query() {
    let check = |query: &str, text: &str, expect: &str| assert_eq!(marked(query, text), expect, "{query}");
    check("whale", "Whales, a whale’s jaw", "[Whales], a [whale]’s jaw");
    check("\"white whale\"", "the White  Whale, white whales, white", "the [White  Whale], [white whales], white");
    check("white whale", "white whale", "[white] [whale]");
    check("\"white whale\" whale", "a white whale", "a [white whale]");
    check("sea OR ship", "sea, ship", "[sea], [ship]");
    check("sea -ship", "sea ship", "[sea] ship");
    check("whal*", "whaling whale wha", "[whaling] [whale] wha");
    check("whalin*", "whaling whale", "[whaling] whale");
    check("well-known", "a well known, well known", "a [well known], [well known]");
    check("cafe", "Café", "[Café]");
    check("世", "新世界", "新[世]界");
    check("界", "新世界", "新世[界]");
    check("世界", "新世界地", "新[世界]地");
    check("新世界", "新世界", "[新世界]");
    check("\"ABC 世\"", "abc 世界", "[abc 世]界");
    check("\"世 abc\"", "世界 世 abc", "世界 [世 abc]");
    check("whale author:melville", "whale melville", "[whale] melville");
    check("whale", "", "");
}

/// A character and its folded form are of one class, or a folded word would be split differently from the word itself.
#[test]
fn fold_keeps_the_class_of_every_character() {
    for c in ('\u{0}'..=char::MAX).filter(|c| matches!(class(*c), Class::Word | Class::Continuous)) {
        let folded: String = fold(&c.to_string()).chars().filter(|c| class(*c) != Class::Other).collect();
        let continuous = |c| class(c) == Class::Continuous;
        assert!(folded.chars().all(|folded| continuous(folded) == continuous(c)), "{c:?} folds to {folded:?}");
    }
}

proptest! {
    /// Terms consist of letters, digits and marks, so that FTS5's tokenizer keeps each as one token; ranges are ascending
    /// and on character boundaries.
    #[test]
    fn terms_are_single_tokens_of_fts5(text in "\\PC{0,80}|[a-zA-Z’'世界ｶﾞ½Å \\u{ad}]{0,30}") {
        let mut last = 0;
        analyse(&text, |token| {
            assert!(!token.term.is_empty());
            assert!(token.term.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || !byte.is_ascii()), "{}", token.term);
            assert!(token.range.start >= last && token.range.start < token.range.end);
            assert!(text.get(token.range.clone()).is_some());
            last = token.range.start + 1;
        });
    }

    /// Analysing a folded word gives its term again, or queries would miss indexed terms.
    #[test]
    fn analyse_is_stable_on_folded_words(text in "\\PC{0,40}") {
        let mut words = Vec::new();
        analyse(&text, |token| {
            if token.first_end.is_none() {
                words.push((token.form.to_owned(), token.term.to_owned()));
            }
        });
        for (form, term) in words {
            prop_assert_eq!(terms(&form), [term]);
        }
    }

    /// Matches do not overlap and are ascending.
    #[test]
    fn matches_are_ascending(text in "[ab c世界]{0,30}", query in "[ab]{1,2}|世|世界|\"a b\"|a b|a\\*") {
        let mut last = 0;
        for range in matches(&text, &Query::parse(&query).unwrap()) {
            prop_assert!(range.start >= last && range.start < range.end && text.get(range.clone()).is_some());
            last = range.end;
        }
    }
}
