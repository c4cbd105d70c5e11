//! Memory of this process and of those it has started, such as the web view's. Linux only: elsewhere the list is empty.

/// The memory of one process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProcessMemory {
    /// The name of its program, at most fifteen letters of it.
    pub name: String,
    /// Its proportional set size in bytes: memory that several processes share is counted once in their sum.
    pub bytes: u64,
}

/// The memory of this process and of its descendants, this one first. Blocks for some milliseconds. A process that ends
/// meanwhile is left out.
#[must_use]
pub fn memory_by_process() -> Vec<ProcessMemory> {
    #[cfg(target_os = "linux")]
    {
        linux::of_process_and_descendants(std::process::id())
    }
    #[cfg(not(target_os = "linux"))]
    {
        Vec::new()
    }
}

#[cfg(target_os = "linux")]
mod linux {
    use std::fs;

    use super::ProcessMemory;

    pub(super) fn of_process_and_descendants(root: u32) -> Vec<ProcessMemory> {
        let parents = parents();
        let mut family = vec![root];
        let mut next = 0;
        while let Some(parent) = family.get(next).copied() {
            next += 1;
            family.extend(parents.iter().filter(|(_, of)| *of == parent).map(|(process, _)| *process));
        }
        family.into_iter().filter_map(memory).collect()
    }

    /// Every process with its parent.
    fn parents() -> Vec<(u32, u32)> {
        let Ok(entries) = fs::read_dir("/proc") else { return Vec::new() };
        let processes = entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
        processes.filter_map(|process| Some((process, parent(&status(process, "status")?)?))).collect()
    }

    fn memory(process: u32) -> Option<ProcessMemory> {
        let name = status(process, "comm")?.trim_end().to_owned();
        Some(ProcessMemory { name, bytes: pss(&status(process, "smaps_rollup")?)? })
    }

    /// `None` if the process has ended, or belongs to another user.
    fn status(process: u32, file: &str) -> Option<String> {
        fs::read_to_string(format!("/proc/{process}/{file}")).ok()
    }

    fn parent(status: &str) -> Option<u32> {
        status.lines().find_map(|line| line.strip_prefix("PPid:"))?.trim().parse().ok()
    }

    /// The line `Pss:  1234 kB`, in bytes.
    fn pss(rollup: &str) -> Option<u64> {
        let line = rollup.lines().find_map(|line| line.strip_prefix("Pss:"))?;
        Some(line.trim().strip_suffix(" kB")?.parse::<u64>().ok()? * 1024)
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn memory_of_this_process_and_its_children_is_listed() {
            let mut child = std::process::Command::new("sleep").arg("60").spawn().unwrap();
            let listed = super::super::memory_by_process();
            child.kill().unwrap();
            child.wait().unwrap();
            assert!(listed[0].bytes > 1 << 20, "{listed:?}");
            assert!(listed.iter().skip(1).any(|process| process.name == "sleep"), "{listed:?}");
        }

        #[test]
        fn proportional_set_size_is_in_bytes() {
            let check = |text, expect| assert_eq!(pss(text), expect, "{text}");
            check(
                "55d0-7ffc ---p 0 00:00 0 [rollup]\nRss:   90 kB\nPss:            1234 kB\nPss_Dirty: 5 kB\n",
                Some(1_263_616),
            );
            check("Rss: 90 kB\n", None);
            check("Pss: 12 MB\n", None);
        }
    }
}
