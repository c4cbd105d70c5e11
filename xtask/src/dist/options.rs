//! What `cargo xtask dist` is asked for.

use std::path::PathBuf;

/// What the command line asks for.
#[derive(Debug, Default)]
pub(crate) struct Options {
    /// The folder of programs that were built before; they are built if there is none.
    pub(crate) programs: Option<PathBuf>,
    /// The only kinds of packages; all if there are none.
    pub(crate) only: Vec<String>,
    /// The program at the start of an AppImage that is published; without it, the AppImage is only for tests.
    pub(crate) appimage_runtime: Option<PathBuf>,
    /// The folder with the root of trust and the address of updates; packages without it are updated by whoever made them.
    pub(crate) update: Option<PathBuf>,
    /// Where the finished packages are copied to.
    pub(crate) out: Option<PathBuf>,
    /// A program that signs a file in place, for what the installer of Windows writes itself.
    pub(crate) sign_with: Option<PathBuf>,
    /// Write the sources of the Flatpak to this folder, and package nothing.
    pub(crate) flatpak_sources: Option<PathBuf>,
    /// Suites of Debian in whose clean roots the Debian package is tested.
    pub(crate) install_test: Vec<String>,
}
