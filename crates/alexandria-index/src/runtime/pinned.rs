//! The pinned model and runtime of this version of Alexandria.
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

/// The tokenizer that belongs to [`MODEL`], as published with it.
pub const TOKENIZER: PinnedFile = PinnedFile {
    name: "tokenizer.json",
    size: 466_247,
    sha256: decode_hex(b"be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"),
};

/// ONNX Runtime's shared library on this platform.
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
pub const LIBRARY: PinnedFile = PinnedFile {
    name: "libonnxruntime.so",
    size: 23_658_512,
    sha256: decode_hex(b"b5c9d4f124d24707f514dad926dc181820807178855df1c528e3addb2dd0e6f7"),
};

/// ONNX Runtime's shared library on this platform.
#[cfg(all(target_os = "linux", target_arch = "aarch64"))]
pub const LIBRARY: PinnedFile = PinnedFile {
    name: "libonnxruntime.so",
    size: 20_001_880,
    sha256: decode_hex(b"9275ef52956228686ae47b0219f67476a1148505084bdc5571e7bf1bf69b11f2"),
};

/// ONNX Runtime's shared library on this platform.
#[cfg(all(target_os = "macos", target_arch = "aarch64"))]
pub const LIBRARY: PinnedFile = PinnedFile {
    name: "libonnxruntime.dylib",
    size: 29_651_448,
    sha256: decode_hex(b"3d832017d60a8a1e078f7051ea3601374453f5451ffe95b70db1131aa7d37e06"),
};

/// ONNX Runtime's shared library on this platform.
#[cfg(all(target_os = "windows", target_arch = "x86_64"))]
pub const LIBRARY: PinnedFile = PinnedFile {
    name: "onnxruntime.dll",
    size: 17_320_760,
    sha256: decode_hex(b"7b9ef55ecaa67ea48e7b0cbe06c926a2046510eef45bbddc35bb9b02f6de3f81"),
};

/// ONNX Runtime's shared library on this platform.
#[cfg(all(target_os = "windows", target_arch = "aarch64"))]
pub const LIBRARY: PinnedFile = PinnedFile {
    name: "onnxruntime.dll",
    size: 17_104_224,
    sha256: decode_hex(b"17db1cb527389a0b50ffcf34425543c70167b8d2dc64385d0fe7302f151baa89"),
};

#[cfg(not(any(
    all(any(target_os = "linux", target_os = "windows"), any(target_arch = "x86_64", target_arch = "aarch64")),
    all(target_os = "macos", target_arch = "aarch64")
)))]
compile_error!("no ONNX Runtime is pinned for this platform; add it to xtask/model/pins.json and here");

/// The bytes of 64 hexadecimal digits; an invalid digit fails the build.
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
