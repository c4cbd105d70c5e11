//! PDF documents, inside of the worker process: extracting one, and keeping one open.

mod answer;
mod error;
mod extract;
mod href;
mod metadata;
mod toc;

pub(crate) use answer::{answer, receive};
pub(crate) use extract::{extract, read_file};
pub(crate) use href::href;
