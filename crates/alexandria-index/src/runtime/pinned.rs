//! The one place that says which model this version of Alexandria uses.
//!
//! The files are made from `xtask/model/pins.json`, which holds the same values; a test of xtask compares the two.
//! Changing a file here changes the meaning of every stored vector: raise
//! [`VECTOR_FORMAT`](crate::vectors::VECTOR_FORMAT) with it, so that libraries rebuild theirs.

/// A file whose content is fixed.
#[derive(Clone, Copy, Debug)]
pub struct PinnedFile {
    /// Name inside the runtime folder.
    pub name: &'static str,
    /// Length in bytes.
    pub size: u64,
    /// SHA-256 of the content.
    pub sha256: [u8; 32],
}

/// sentence-transformers/all-MiniLM-L6-v2 with dynamic int8 weights, as `cargo xtask setup` makes it.
pub const MODEL: PinnedFile = PinnedFile {
    name: "model.onnx",
    size: 23_431_044,
    sha256: decode_hex(b"b5a94f47b210da350c56a6eae02803bfb3f45547e761b513f70f43bfa1723cc0"),
};

/// The tokeniser that belongs to [`MODEL`], as published with it.
pub const TOKENIZER: PinnedFile = PinnedFile {
    name: "tokenizer.json",
    size: 466_247,
    sha256: decode_hex(b"be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"),
};

/// ONNX Runtime's shared library on this platform; version 1.24 or newer.
#[cfg(target_os = "windows")]
pub const LIBRARY_NAME: &str = "onnxruntime.dll";
/// ONNX Runtime's shared library on this platform; version 1.24 or newer.
#[cfg(target_os = "macos")]
pub const LIBRARY_NAME: &str = "libonnxruntime.dylib";
/// ONNX Runtime's shared library on this platform; version 1.24 or newer.
#[cfg(not(any(target_os = "windows", target_os = "macos")))]
pub const LIBRARY_NAME: &str = "libonnxruntime.so";

/// The bytes of 64 hexadecimal digits; a digit that is none stops the build.
const fn decode_hex(digits: &[u8; 64]) -> [u8; 32] {
    let mut bytes = [0; 32];
    let mut at = 0;
    while at < 32 {
        bytes[at] = (nibble(digits[2 * at]) << 4) | nibble(digits[2 * at + 1]);
        at += 1;
    }
    bytes
}

const fn nibble(digit: u8) -> u8 {
    assert!(matches!(digit, b'0'..=b'9' | b'a'..=b'f'), "a pinned hash is lower-case hexadecimal");
    if digit <= b'9' { digit - b'0' } else { digit - b'a' + 10 }
}
