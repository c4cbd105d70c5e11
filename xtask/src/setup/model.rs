//! The embedding model and ONNX Runtime. `xtask/model/build_model.py` does it all; this module only starts it, and
//! its test keeps the program's own pins in step with the tool's.

use super::python;
use crate::process::Process;
use crate::workspace::Workspace;

/// Makes the runtime folder, or finds it complete and right.
///
/// # Errors
/// If the tool fails; it has said why.
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

    /// The program's constants for a file have to follow its name: size, then hash.
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
    fn the_program_accepts_what_the_tool_makes() {
        check("result");
        check("tokenizer");
    }

    #[test]
    fn the_program_loads_the_library_the_tool_installs() {
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
    fn every_hash_is_one() {
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
