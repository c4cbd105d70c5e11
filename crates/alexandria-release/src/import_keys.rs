//! Keys that continuous integration holds as secrets, made the files that every step reads.

use std::path::Path;

use anyhow::{Context as _, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

use crate::ceremony::KEY_NAMES;
use crate::keys::KeyFolder;

/// The start of the variables' names; the key `timestamp` is in `ALEXANDRIA_KEY_TIMESTAMP`, its file in Base64.
const PREFIX: &str = "ALEXANDRIA_KEY_";

/// Writes the keys `names`, which `variable` returns by the name of their variable, into `folder`, readable by this user only.
///
/// # Errors
/// When there is no such key, or its variable is not set or not Base64, or the file cannot be written.
pub fn import_keys(
    folder: &KeyFolder,
    names: &[String],
    variable: impl Fn(&str) -> Option<String>,
) -> anyhow::Result<()> {
    for name in names {
        ensure!(KEY_NAMES.contains(&name.as_str()), "there is no key {name}; there are {}", KEY_NAMES.join(", "));
        let from = format!("{PREFIX}{}", name.to_uppercase().replace('-', "_"));
        import_file(&folder.file(name), &from, variable(&from))?;
    }
    Ok(())
}

/// Writes the file that `value` is in Base64, readable by this user only. `variable` is where the value comes from.
///
/// # Errors
/// When there is no value or it is not Base64, or the file cannot be written.
pub fn import_file(path: &Path, variable: &str, value: Option<String>) -> anyhow::Result<()> {
    let value = value.filter(|value| !value.is_empty());
    let value = value.with_context(|| format!("the variable {variable} is not set; is this the right environment?"))?;
    // Not the error of the decoder, which quotes a byte of the key.
    let bytes = BASE64.decode(value.trim()).ok().with_context(|| format!("the variable {variable} is not Base64"))?;
    write_private(path, &bytes)
}

fn write_private(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let context = || format!("cannot write {}", path.display());
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).with_context(context)?;
    }
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path).with_context(context)?;
    std::io::Write::write_all(&mut file, bytes).with_context(context)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(names: &[&str], expect: &str) {
        let folder = tempfile::tempdir().unwrap();
        let keys = KeyFolder::new(&folder.path().join("keys"));
        let names: Vec<String> = names.iter().map(ToString::to_string).collect();
        let variable = |name: &str| match name {
            "ALEXANDRIA_KEY_BETA" | "ALEXANDRIA_KEY_ROOT_1" => Some(format!("{}\n", BASE64.encode(name))),
            "ALEXANDRIA_KEY_STABLE" => Some("secret!".to_owned()),
            "ALEXANDRIA_KEY_SNAPSHOT" => Some(String::new()),
            _ => None,
        };
        match import_keys(&keys, &names, variable) {
            Ok(()) => {
                let path = keys.file(names.last().unwrap());
                assert_eq!(std::fs::read_to_string(&path).unwrap(), expect);
                #[cfg(unix)]
                assert_eq!(std::os::unix::fs::PermissionsExt::mode(&path.metadata().unwrap().permissions()) & 0o77, 0);
            }
            Err(error) => {
                let error = format!("{error:#}");
                assert!(error.contains(expect) && !error.contains("secret"), "{error}");
            }
        }
    }

    #[test]
    fn keys_come_from_variables_and_nothing_else() {
        check(&["beta"], "ALEXANDRIA_KEY_BETA");
        check(&["beta", "root-1"], "ALEXANDRIA_KEY_ROOT_1");
        check(&["stable"], "ALEXANDRIA_KEY_STABLE is not Base64");
        check(&["timestamp"], "ALEXANDRIA_KEY_TIMESTAMP is not set");
        check(&["snapshot"], "ALEXANDRIA_KEY_SNAPSHOT is not set");
        check(&["../beta"], "there is no key ../beta");
    }
}
