use proptest::prelude::*;
use std::sync::LazyLock;

use super::*;

static COUNTER: LazyLock<TokenCounter> = LazyLock::new(|| {
    let files = RuntimeFiles::locate().expect("the tests need the tokenizer: run `cargo xtask setup`");
    TokenCounter::load(&files).expect("the installed tokenizer is not the pinned one: run `cargo xtask setup`")
});

fn check(text: &str) {
    assert_eq!(Some(COUNTER.count(text)), COUNTER.tokenize(text), "{text:?}");
}

#[test]
fn count_matches_the_tokenizer() {
    let long_word = "x".repeat(101);
    let long_text = "whale ".repeat(2_000);
    for text in [
        "",
        "Call me Ishmael.",
        "unaffable UNAFFABLE tokenization",
        "naïve café Ångström",
        "a\u{b}b a\u{c}b a\u{85}b a\u{2028}b a\u{a0}b a\u{3000}b a\u{200b}b",
        "[CLS] a[SEP]b [MASK]ed [nothing] [[PAD]]",
        "‘tis—“so”… they said; «non» 3.14€",
        "人生は夢だらけ、鯨。 moby鯨dick",
        "e\u{301} \u{301} ,\u{301}a",
        "한국어 텍스트 Straße İstanbul ΣΊΣΥΦΟΣ",
        "http://example.org/a_b?c=d&e#f",
        &long_word,
        &long_text,
    ] {
        check(text);
    }
    assert_eq!(COUNTER.count(&long_text), 2_000);
}

#[test]
fn count_matches_the_tokenizer_for_every_character_alone_and_in_a_word() {
    for c in '\0'..='\u{ffff}' {
        check(&format!("{c} a{c}b"));
    }
}

#[test]
fn token_counter_rejects_other_kinds_of_tokenizer() {
    let word_level = br#"{"version":"1.0","truncation":null,"padding":null,"added_tokens":[],"normalizer":null,
        "pre_tokenizer":null,"post_processor":null,"decoder":null,
        "model":{"type":"WordLevel","unk_token":"[UNK]","vocab":{"[UNK]":0}}}"#;
    for file in [b"".as_slice(), b"{}", word_level] {
        assert!(matches!(TokenCounter::from_bytes(file), Err(TokenizerError::Unsupported)));
    }
}

proptest! {
    #[test]
    fn count_matches_the_tokenizer_for_any_text(text in any::<String>()) {
        check(&text);
    }

    #[test]
    fn count_matches_the_tokenizer_for_any_words(words in prop::collection::vec("[A-Za-z0-9éÉß’'.,\\[\\]CLSEP—-]{1,14}", 0..20)) {
        check(&words.join(" "));
    }
}
