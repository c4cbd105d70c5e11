//! The licences of everything that is compiled into the programs.
//!
//! The model and ONNX Runtime bring their own, which lie beside them. Which licences are allowed at all is decided in
//! `deny.toml`.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, bail};

use super::parts::Part;

/// Beginnings of the names of files with a licence's text, in capitals.
const FILES: &[&str] = &["LICENSE", "LICENCE", "COPYING", "NOTICE", "UNLICENSE", "COPYRIGHT"];

/// A list of all parts with their licences, then each text once, with the parts that it came with.
///
/// # Errors
/// If a text cannot be read, or a part names no licence.
pub(super) fn document(parts: &[Part]) -> anyhow::Result<String> {
    let mut document = "Alexandria contains the following software of others.\n\n".to_owned();
    let mut by_text: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for Part { name, version, licence, folder, .. } in parts {
        let texts = texts(folder)?;
        if licence.is_empty() && texts.is_empty() {
            bail!("{name} {version} names no licence");
        }
        document += &format!("{name} {version}: {licence}\n");
        for text in texts {
            by_text.entry(text).or_default().push(format!("{name} {version}"));
        }
    }
    for (text, owners) in by_text {
        document += &format!("\n{}\n{}:\n\n{}\n", "-".repeat(80), owners.join(", "), text.trim());
    }
    Ok(document)
}

/// The licence texts in a folder, in the order of their names.
fn texts(folder: &Path) -> anyhow::Result<Vec<String>> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().to_uppercase();
        if entry.path().is_file() && FILES.iter().any(|start| name.starts_with(start)) {
            paths.push(entry.path());
        }
    }
    paths.sort();
    let read = |path| fs::read(path).map(|bytes| String::from_utf8_lossy(&bytes).replace("\r\n", "\n"));
    paths.iter().map(|path| read(path).with_context(|| format!("cannot read {}", path.display()))).collect()
}

#[cfg(test)]
mod tests {
    use super::super::parts::Registry;
    use super::*;

    #[test]
    fn each_text_appears_once_with_its_owners() {
        let root = std::env::temp_dir().join(format!("xtask-licences-{}", std::process::id()));
        let part = |name: &str, licence: &str, text: Option<&str>| {
            let folder = root.join(name);
            fs::create_dir_all(&folder).unwrap();
            if let Some(text) = text {
                fs::write(folder.join("LICENSE"), text).unwrap();
            }
            let (name, licence) = (name.to_owned(), licence.to_owned());
            Part { registry: Registry::Cargo, name, version: "1.0.0".to_owned(), licence, hash: None, folder }
        };
        let parts = [("one", "Permission\n"), ("two", "Permission\n"), ("three", "Other")];
        let listed = document(&parts.map(|(name, text)| part(name, "MIT", Some(text)))).unwrap();
        let unnamed = document(&[part("four", "", None)]);
        fs::remove_dir_all(&root).unwrap();
        assert!(listed.contains("one 1.0.0: MIT\ntwo 1.0.0: MIT\nthree 1.0.0: MIT\n"), "{listed}");
        assert!(listed.contains("one 1.0.0, two 1.0.0:\n\nPermission\n"), "{listed}");
        assert_eq!(listed.matches("Permission").count(), 1);
        assert_eq!(unnamed.unwrap_err().to_string(), "four 1.0.0 names no licence");
    }
}
