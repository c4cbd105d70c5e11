//! Documents written for the purpose, those of the corpus, and another engine's opinion of them.

#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot be set up has to fail")]

mod corpus;
mod file;
mod geometry;
mod text;
mod writer;
