//! Small books, each with its own text.

/// The text of book number `number`: a title, and enough passages for a few vectors.
#[must_use]
pub fn text(number: u32) -> String {
    let mut text = format!("# Book {number}\n\n");
    for chapter in 0..3 {
        let paragraph = format!("In chapter {chapter} of book {number} the lamp is carried over the hill once more. ");
        text.push_str(&format!("## Chapter {chapter}\n\n{}\n\n", paragraph.repeat(8)));
    }
    text
}

/// A book of one sentence.
#[must_use]
pub fn short(number: u32) -> String {
    format!("The lamp of book {number} is carried over the hill.\n")
}
