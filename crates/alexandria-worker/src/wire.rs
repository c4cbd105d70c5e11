//! What a worker process writes: a sequence of frames, each a kind, a length and that many bytes.
//!
//! First comes a greeting with the version and the active layers of the sandbox, then either an error or a publication
//! in parts. All numbers are little-endian. Texts are UTF-8 after their length. The two sides are of the same version, so
//! the form is not kept stable and has no document in `docs/formats`.
//!
//! The reading side trusts nothing: a compromised worker can write anything. Nothing is allocated by a length that was
//! only announced, all parts together are bounded by the limits of the request, and the result has the properties that
//! everything extracted has ([`alexandria_extract::violation`]).

mod coverage;
mod decode;
mod encode;
mod failure;
mod frame;
mod greeting;
mod open;
#[cfg(test)]
mod tests;

pub use coverage::{Coverage, write_coverage, write_progress};
pub use decode::{Report, read_reported, read_result};
pub use encode::write_result;
pub use frame::DecodeError;
pub use greeting::{Greeting, VERSION, read_greeting, write_greeting};
pub(crate) use open::{
    OpenPage, Question, read_opened, read_page, read_picture, read_question, write_failure, write_opened, write_page,
    write_picture, write_question,
};
