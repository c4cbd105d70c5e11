//! The program at the start of an AppImage, which mounts the rest and starts it.
//!
//! Releases pass a current one, whose hash they check (`--appimage-runtime`). Without it, the AppImage is only for tests: its
//! runtime is an old one from the Python registry, which needs libfuse2 to mount, and can be unpacked everywhere.

use std::fs;

use anyhow::Context as _;
use sha2::{Digest as _, Sha256};

use crate::dist::release::Release;
use crate::setup;

/// The program that contains the runtime for tests.
const KIT_SHA256: &str = "c86d6540f1df31061f02f539a2d3445f8d7f85cc3994eee1e74cd1ac97b76df0";

/// What the runtime for tests can read.
pub(super) const TEST_COMPRESSION: &[&str] = &["gzip"];

/// A runtime and what it can read.
pub(super) struct Runtime {
    pub(super) program: Vec<u8>,
    /// Arguments of mksquashfs.
    pub(super) compression: &'static [&'static str],
}

/// The runtime that the release names, or the one for tests.
///
/// # Errors
/// If it cannot be read or installed, or is not the one that is pinned.
pub(super) fn select(release: &Release) -> anyhow::Result<Runtime> {
    if let Some(path) = &release.appimage_runtime {
        let program = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
        return Ok(Runtime { program, compression: &["zstd", "-Xcompression-level", "19"] });
    }
    let path = setup::appimage_kit(&release.cache, &release.sources.join("appimage/test-runtime.txt"))?;
    let mut kit = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let hash: String = Sha256::digest(&kit).iter().map(|byte| format!("{byte:02x}")).collect();
    anyhow::ensure!(hash == KIT_SHA256, "{} has the hash {hash}; remove its folder and run again", path.display());
    let length = length(&kit).with_context(|| format!("{} is not an AppImage", path.display()))?;
    kit.truncate(length);
    Ok(Runtime { program: kit, compression: TEST_COMPRESSION })
}

/// The length of the ELF file at the start of an AppImage: its section headers are the last thing in it.
pub(super) fn length(image: &[u8]) -> Option<usize> {
    let header = image.get(..64).filter(|header| header.starts_with(b"\x7fELF\x02\x01"))?;
    let sections = u64::from_le_bytes(header.get(40..48)?.try_into().ok()?);
    let entry = u16::from_le_bytes(header.get(58..60)?.try_into().ok()?);
    let count = u16::from_le_bytes(header.get(60..62)?.try_into().ok()?);
    let length = sections.checked_add(u64::from(entry) * u64::from(count))?;
    usize::try_from(length).ok().filter(|length| *length <= image.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runtime_ends_after_its_section_headers() {
        let elf = |sections: u64, entry: u16, count: u16| {
            let mut image = vec![0; 1000];
            image[..6].copy_from_slice(b"\x7fELF\x02\x01");
            image[40..48].copy_from_slice(&sections.to_le_bytes());
            image[58..60].copy_from_slice(&entry.to_le_bytes());
            image[60..62].copy_from_slice(&count.to_le_bytes());
            image
        };
        assert_eq!(length(&elf(200, 64, 3)), Some(392));
        assert_eq!(length(&elf(900, 64, 3)), None);
        assert_eq!(length(&elf(u64::MAX, 64, 3)), None);
        assert_eq!(length(b"#!/bin/sh"), None);
        assert_eq!(length(&[0; 64]), None);
    }
}
