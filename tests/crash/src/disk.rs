//! Disks of a given size: a file system in memory, mounted on a folder. Only root can mount one.

use std::path::{Path, PathBuf};
use std::process::Command;

/// A mounted file system, unmounted on drop.
#[derive(Debug)]
pub struct Disk {
    folder: PathBuf,
}

impl Disk {
    /// Mounts an empty disk of `bytes` on `folder`; `None` where that is not permitted.
    #[must_use]
    pub fn mount(folder: &Path, bytes: u64) -> Option<Self> {
        let is_created = std::fs::create_dir_all(folder).is_ok();
        let options = format!("size={bytes},mode=0700");
        (is_created && succeeds(Command::new("mount").args(["-t", "tmpfs", "-o", &options, "tmpfs"]).arg(folder)))
            .then(|| Self { folder: folder.to_owned() })
    }

    /// Remounts the disk with other options: `ro`, `rw`, `size=…`. Returns whether that worked.
    #[must_use]
    pub fn remount(&self, options: &str) -> bool {
        succeeds(Command::new("mount").arg("-o").arg(format!("remount,{options}")).arg(&self.folder))
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // A lazy unmount works even while a process of a failed test still has files open.
        let _unmounted = succeeds(Command::new("umount").arg("--lazy").arg(&self.folder));
    }
}

fn succeeds(command: &mut Command) -> bool {
    command.output().is_ok_and(|output| output.status.success())
}
