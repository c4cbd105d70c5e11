//! Programs for Windows that were built before, checked before they are packaged.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, ensure};

/// What a program for x86-64 says of its processor.
const X86_64: [u8; 2] = [0x64, 0x86];

/// Checks that a file is a program for 64-bit Windows on x86-64, and that its version resource has this version: it is what
/// Windows shows in the file's properties, and a program without one looks suspicious to scanners.
///
/// # Errors
/// If it is missing or something else.
pub(super) fn check(path: &Path, version: &str) -> anyhow::Result<()> {
    let bytes = fs::read(path).context("it is missing; pass the folder in which cargo built it")?;
    check_bytes(&bytes, version)
}

fn check_bytes(bytes: &[u8], version: &str) -> anyhow::Result<()> {
    let header = bytes.get(0x3c..0x40).and_then(|at| at.try_into().ok()).map(u32::from_le_bytes);
    let header = header.and_then(|at| bytes.get(usize::try_from(at).ok()?..)).unwrap_or_default();
    ensure!(bytes.starts_with(b"MZ") && header.starts_with(b"PE\0\0"), "it is not a program for Windows");
    ensure!(header.get(4..6) == Some(&X86_64), "it was built for another processor than x86-64");
    let product = find(bytes, &wide("ProductVersion")).context("it has no version resource")?;
    // The value follows its name, after zeros up to a multiple of four bytes.
    let value: Vec<u8> = product.chunks_exact(2).skip_while(|unit| *unit == [0, 0]).flatten().copied().collect();
    let mut expected = wide(version);
    expected.extend([0, 0]);
    ensure!(value.starts_with(&expected), "it has another version than the workspace, {version}; build it again");
    Ok(())
}

/// What follows the first occurrence.
fn find<'a>(bytes: &'a [u8], part: &[u8]) -> Option<&'a [u8]> {
    let at = bytes.windows(part.len()).position(|window| window == part)?;
    bytes.get(at + part.len()..)
}

fn wide(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn program(machine: [u8; 2], resource: &[u8]) -> Vec<u8> {
        let mut bytes = b"MZ".to_vec();
        bytes.resize(0x3c, 0);
        bytes.extend(64_u32.to_le_bytes());
        bytes.extend(b"PE\0\0");
        bytes.extend(machine);
        bytes.extend(resource);
        bytes
    }

    #[test]
    fn programs_for_windows_with_this_version_are_packaged() {
        let check = |bytes: &[u8], expect: &str| {
            let message = check_bytes(bytes, "1.2.3").err().map(|error| error.to_string()).unwrap_or_default();
            assert!(message.contains(expect) && message.is_empty() == expect.is_empty(), "{expect}: {message}");
        };
        let resource = |version: &str| wide(&format!("ProductVersion\0\0{version}\0"));
        check(&program(X86_64, &resource("1.2.3")), "");
        check(&program(X86_64, &resource("1.2.30")), "another version");
        check(&program(X86_64, &resource("1.2.2")), "another version");
        check(&program(X86_64, &[]), "no version resource");
        check(&program([0x64, 0xaa], &resource("1.2.3")), "another processor");
        check(b"\x7fELF", "not a program for Windows");
        check(b"", "not a program for Windows");
    }
}
