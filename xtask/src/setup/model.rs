//! The embedding model and ONNX Runtime. `xtask/model/build_model.py` does the work; this module starts it, and its tests
//! keep the hashes pinned in the program equal to those of the tool.

use super::python;
use crate::process::Process;
use crate::workspace::Workspace;

/// Creates the runtime folder, unless it is complete and its hashes match.
///
/// # Errors
/// If the tool fails; it prints why.
pub(super) fn ensure(workspace: &Workspace) -> anyhow::Result<()> {
    Process::new(python::program())
        .argument(workspace.root().join("xtask/model/build_model.py"))
        .argument("--cache")
        .argument(workspace.cache())
        .quietly()
        .run()
}

#[cfg(test)]
mod tests {
    const PINS: &str = include_str!("../../model/pins.json");
    const PROGRAM: &str = include_str!("../../../crates/alexandria-index/src/runtime/pinned.rs");

    /// In the program, a file's name is followed by its size and hash.
    fn check(pin: &str) {
        let pins: serde_json::Value = serde_json::from_str(PINS).unwrap();
        let pin = &pins["model"][pin];
        let name = pin["name"].as_str().unwrap();
        let (_, constants) =
            PROGRAM.split_once(&format!("\"{name}\"")).unwrap_or_else(|| panic!("{name} is not pinned"));
        let constants = constants.split('}').next().unwrap().replace('_', "");
        for value in [pin["bytes"].to_string(), pin["sha256"].as_str().unwrap().to_owned()] {
            assert!(constants.contains(&value), "{name}: {value} is in pins.json, the program has {constants}");
        }
    }

    #[test]
    fn program_pins_the_model_that_the_tool_builds() {
        check("result");
        check("tokenizer");
    }

    #[test]
    fn program_pins_the_library_that_the_tool_installs() {
        let pins: serde_json::Value = serde_json::from_str(PINS).unwrap();
        for (platform, pin) in pins["library"].as_object().unwrap() {
            let hash = pin["sha256"].as_str().unwrap();
            let (before, _) = PROGRAM.split_once(hash).unwrap_or_else(|| panic!("{platform}'s is not pinned"));
            let (above, constant) = before.rsplit_once("PinnedFile {").unwrap();
            let (system, processor) = platform.split_once('-').unwrap();
            let condition = above.rsplit_once("#[cfg(").unwrap().1;
            for value in [system, processor] {
                assert!(condition.contains(&format!("\"{value}\"")), "{platform}: {condition}");
            }
            for value in [pin["bytes"].to_string(), pin["name"].as_str().unwrap().to_owned()] {
                assert!(constant.replace('_', "").contains(&value), "{platform}: {value} is not in {constant}");
            }
        }
    }

    #[test]
    fn pinned_hashes_are_sha256() {
        let pins: serde_json::Value = serde_json::from_str(PINS).unwrap();
        let libraries = pins["library"].as_object().unwrap().values();
        let model = ["source", "tokenizer", "result"].map(|name| &pins["model"][name]);
        for pin in libraries.chain(model) {
            let hash = pin["sha256"].as_str().unwrap();
            assert!(
                hash.len() == 64 && hash.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)),
                "{pin}"
            );
        }
    }
}
