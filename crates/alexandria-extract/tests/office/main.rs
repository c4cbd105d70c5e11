//! Documents of word processors, and e-books in formats that become one document.

#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "a test that cannot be set up has to fail")]

mod docx;
mod fb2;
mod odt;
mod oracle;
mod properties;
mod rtf;
mod support;
