//! Real worker processes: what they return, what they cannot do, and how they fail.

#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot be set up has to fail")]

#[cfg(target_os = "linux")]
mod failures;
mod same_result;
#[cfg(target_os = "linux")]
mod sandbox;
mod support;
