use super::*;

#[test]
fn cursor_has_one_text() {
    let log = "0123456789abcdef0123456789abcdef";
    let check = |text: &str, expect: Option<u64>| {
        let read: Option<Cursor> = text.parse().ok();
        assert_eq!(read.map(|cursor| cursor.position()), expect, "{text}");
        assert_eq!(read.map(|cursor| cursor.to_string()), expect.map(|_| text.to_owned()));
    };
    check(&format!("{log}.0"), Some(0));
    check(&format!("{log}.18446744073709551615"), Some(u64::MAX));
    check(&format!("{log}.18446744073709551616"), None);
    check(&format!("{log}.+1"), None);
    check(&format!("{log}.01"), None);
    check(&format!("{log}."), None);
    check(&format!("{log}.-1"), None);
    check(log, None);
    check(&format!("{}.1", log.to_uppercase()), None);
    check("", None);
}
