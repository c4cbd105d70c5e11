use super::*;

/// 2026-11-30 21:00:00 UTC, the beginning of a step.
const NOW: u64 = 1_796_072_400_000;

fn code(secret: &TotpSecret, at_ms: u64) -> String {
    let totp = Builder::new().with_secret(secret.secret()).build().unwrap();
    totp.generate(at_ms / 1000).to_string()
}

#[test]
fn code_matches_its_step_and_neighbours_only() {
    let secret = TotpSecret::from_bytes(&[7; 20]).unwrap();
    for (offset, expected) in [(-61_000, false), (-30_000, true), (0, true), (30_000, true), (61_000, false)] {
        let at = NOW.saturating_add_signed(offset);
        let matched = secret.matched_step(&code(&secret, at), NOW);
        assert_eq!(matched, expected.then_some(at / 30_000), "{offset} ms");
    }
}

#[test]
fn text_that_is_no_code_is_refused() {
    let secret = TotpSecret::from_bytes(&[7; 20]).unwrap();
    let right = code(&secret, NOW);
    for text in ["", "1", "12345", "1234567", "abcdef", "12345é", &format!("{right} "), &"1".repeat(10_000)] {
        assert_eq!(secret.matched_step(text, NOW), None, "{text:.10}");
    }
}

#[test]
fn secret_is_read_back_and_other_lengths_are_refused() {
    let secret = TotpSecret::generate().unwrap();
    assert_eq!(secret.to_base32().len(), 32);
    let read = TotpSecret::from_bytes(secret.as_bytes()).unwrap();
    assert_eq!(read.matched_step(&code(&secret, NOW), NOW), Some(NOW / 30_000));
    assert!(TotpSecret::from_bytes(&[0; 19]).is_none() && TotpSecret::from_bytes(&[0; 21]).is_none());
}
