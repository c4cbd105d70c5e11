//! Text of others as plain text: release notes, names, and what parsers quote from metadata that nobody has signed.
//!
//! It is printed on terminals, shown in the window and written to the log. Control characters would steer the terminal or
//! begin a line of their own in the log; directional overrides would show another text than there is.

/// Longest quotation in an error, in characters.
const MAX_QUOTED_CHARS: usize = 300;

/// One line: line breaks and tabs are spaces, and it is no longer than an error message needs.
pub(crate) fn plain_line(text: &str) -> String {
    let mut chars = text.chars().filter(|c| !is_override(*c)).map(|c| if is_break(c) { ' ' } else { c });
    let mut line: String = chars.by_ref().take(MAX_QUOTED_CHARS).collect();
    if chars.next().is_some() {
        line.push('…');
    }
    line
}

/// Several lines, of which line breaks and tabs stay.
pub(crate) fn plain_text(text: &str) -> String {
    let is_kept = |c: &char| matches!(c, '\n' | '\t') || !(is_override(*c) || is_break(*c));
    text.chars().filter(is_kept).collect()
}

/// Control characters (C0, DEL, C1) and the separators that end a line.
fn is_break(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')
}

/// Embeddings, overrides and isolates. Marks such as U+200F, which right-to-left text needs, are none of them.
const fn is_override(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_line_is_one_line_without_control() {
        let check = |text: &str, want: &str| assert_eq!(plain_line(text), want, "{text:?}");
        check("unknown variant `x`", "unknown variant `x`");
        check("a\u{1b}[2J\r\nb\u{9b}c\u{2028}d", "a [2J  b c d");
        check("\u{202e}txt.exe\u{2066}", "txt.exe");
        check("שלום\u{200f}", "שלום\u{200f}");
        check(&"é".repeat(301), &format!("{}…", "é".repeat(300)));
        check(&"é".repeat(300), &"é".repeat(300));
    }

    #[test]
    fn plain_text_keeps_lines() {
        let check = |text: &str, want: &str| assert_eq!(plain_text(text), want, "{text:?}");
        check("- one\r\n\t- two\n", "- one\n\t- two\n");
        check("a\u{1b}]0;title\u{7}\u{202e}b\0", "a]0;titleb");
    }
}
