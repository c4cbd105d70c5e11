//! Replaces an AppImage and does nothing else, so that a test can kill it at each of its system calls.

use std::path::Path;

use alexandria_update::AppImage;
use sha2::{Digest as _, Sha256};

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [file, package] = arguments.as_slice() else { anyhow::bail!("replace-appimage FILE PACKAGE") };
    let sha256 = Sha256::digest(std::fs::read(package)?).into();
    Ok(AppImage::new(Path::new(file))?.replace(Path::new(package), &sha256)?)
}
