//! Real worker processes: what they return, what they cannot do, and how they fail.

#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot be set up has to fail")]

#[cfg(target_os = "linux")]
mod failures;
mod open_document;
mod pdf;
mod same_result;
#[cfg(target_os = "linux")]
mod sandbox;
mod support;
/// The same that `alexandria-pdf` tests itself with.
#[path = "../../../alexandria-pdf/tests/document/writer.rs"]
mod writer;
