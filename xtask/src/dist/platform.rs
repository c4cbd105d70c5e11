//! What depends on the system that a package is for, and not on the one that makes it.

/// A system and processor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Platform {
    /// What cargo calls it.
    pub(super) triple: String,
    /// What `xtask/model/pins.json` calls it.
    pub(super) pins: String,
}

impl Platform {
    /// Linux on this machine's processor.
    pub(super) fn linux() -> Self {
        let processor = std::env::consts::ARCH;
        Self { triple: format!("{processor}-unknown-linux-gnu"), pins: format!("linux-{processor}") }
    }

    /// Windows on x86-64.
    pub(super) fn windows() -> Self {
        Self { triple: "x86_64-pc-windows-msvc".to_owned(), pins: "windows-x86_64".to_owned() }
    }

    /// macOS on Apple's processors.
    pub(super) fn macos() -> Self {
        Self { triple: "aarch64-apple-darwin".to_owned(), pins: "macos-aarch64".to_owned() }
    }
}
