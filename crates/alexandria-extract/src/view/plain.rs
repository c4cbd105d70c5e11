//! The page of text without layout.

use alexandria_domain::{Block, BlockKind};

use super::xhtml::XhtmlWriter;
use crate::error::ExtractError;
use crate::limits::Guard;

/// Blocks after which the time is checked.
const TIME_CHECK_INTERVAL: usize = 4096;

/// One element per block.
pub(super) fn page(blocks: &[Block], guard: &Guard) -> Result<String, ExtractError> {
    let mut out = XhtmlWriter::default();
    out.open_root();
    out.open_head();
    out.raw("</head>\n<body>\n");
    for (count, block) in blocks.iter().enumerate() {
        if count.is_multiple_of(TIME_CHECK_INTERVAL) {
            guard.check_time()?;
        }
        let (start, end) = match block.kind {
            BlockKind::Heading(1) => ("<h1>", "</h1>\n"),
            BlockKind::Heading(2) => ("<h2>", "</h2>\n"),
            BlockKind::Heading(3) => ("<h3>", "</h3>\n"),
            BlockKind::Heading(4) => ("<h4>", "</h4>\n"),
            BlockKind::Heading(5) => ("<h5>", "</h5>\n"),
            BlockKind::Heading(_) => ("<h6>", "</h6>\n"),
            BlockKind::Text => ("<p>", "</p>\n"),
            BlockKind::Note => ("<aside epub:type=\"footnote\"><p>", "</p></aside>\n"),
        };
        out.raw(start);
        out.text(&block.text);
        out.raw(end);
    }
    out.raw("</body></html>\n");
    Ok(out.finish())
}
