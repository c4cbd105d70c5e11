//! Disks of a size, which only root can make: a file system in memory, mounted on a folder.

use std::path::{Path, PathBuf};
use std::process::Command;

/// A mounted file system. It goes when this does.
#[derive(Debug)]
pub struct Disk {
    folder: PathBuf,
}

impl Disk {
    /// Mounts an empty disk of so many bytes on `folder`; `None` where that is not permitted.
    #[must_use]
    pub fn mount(folder: &Path, bytes: u64) -> Option<Self> {
        let made = std::fs::create_dir_all(folder).is_ok();
        let options = format!("size={bytes},mode=0700");
        (made && is_done(Command::new("mount").args(["-t", "tmpfs", "-o", &options, "tmpfs"]).arg(folder)))
            .then(|| Self { folder: folder.to_owned() })
    }

    /// Changes what the disk is: `ro`, `rw`, `size=…`. Returns whether it could be done.
    #[must_use]
    pub fn change(&self, options: &str) -> bool {
        is_done(Command::new("mount").arg("-o").arg(format!("remount,{options}")).arg(&self.folder))
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // A lazy one succeeds even if a process of a failed test is still there.
        let _gone = is_done(Command::new("umount").arg("--lazy").arg(&self.folder));
    }
}

fn is_done(command: &mut Command) -> bool {
    command.output().is_ok_and(|output| output.status.success())
}
