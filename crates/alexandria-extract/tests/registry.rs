//! The registry is the only list of file extensions in the program, and the user guide agrees with it.

use std::fs;
use std::path::{Path, PathBuf};

use alexandria_extract::FORMATS;

/// Files that name several extensions for a reason of their own, with that reason.
const EXCEPTIONS: [(&str, &str); 3] = [
    ("crates/alexandria-extract/src/registry.rs", "the registry"),
    ("crates/alexandria-extract/src/media_type.rs", "media types of the files inside a publication"),
    ("crates/alexandria-pdf/src/file/metadata.rs", "file names that programs write as the title of a document"),
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Source files below a folder, tests aside.
fn sources(folder: &Path, found: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
        let is_test = name == "tests" || name == "tests.rs" || name.contains(".test.") || name == "generated";
        if path.is_dir() && !is_test {
            sources(&path, found)?;
        } else if !is_test && [".rs", ".ts", ".svelte", ".json"].iter().any(|extension| name.ends_with(extension)) {
            found.push(path);
        }
    }
    Ok(())
}

/// The first line outside tests with two extensions as string literals.
fn list_in(source: &str) -> Option<&str> {
    let code = source.split("#[cfg(test)]").next().unwrap_or_default();
    let extensions = FORMATS.map(|info| info.extensions).concat();
    code.lines().find(|line| {
        // `text` and `html` are also ordinary words of this program, and name nothing when they come together.
        let quoted = |extension: &&&str| {
            ["\"", "'"].iter().any(|quote| {
                line.contains(&format!("{quote}{extension}{quote}"))
                    || line.contains(&format!("{quote}.{extension}{quote}"))
            })
        };
        let found: Vec<&&str> = extensions.iter().filter(quoted).collect();
        found.len() > 1 && found.iter().any(|extension| !["text", "html"].contains(*extension))
    })
}

#[test]
fn list_in_finds_lists_of_extensions() {
    let check = |source: &str, expect: bool| assert_eq!(list_in(source).is_some(), expect, "{source}");
    check(r#"const EXTENSIONS: [&str; 2] = ["epub", "txt"];"#, true);
    check("const extensions = ['.md', '.html'];", true);
    check(r#"("html", "text")"#, false);
    check(r#""epub""#, false);
    check("#[cfg(test)]\nconst EXTENSIONS: [&str; 2] = [\"epub\", \"txt\"];", false);
}

#[test]
fn only_the_registry_lists_extensions() {
    let mut files = Vec::new();
    for folder in ["crates", "src-tauri/src", "ui/src"] {
        sources(&root().join(folder), &mut files).expect("readable folders");
    }
    assert!(files.len() > 100, "found only {} files", files.len());
    for file in files {
        let name = file.strip_prefix(root()).expect("below the root").to_string_lossy().replace('\\', "/");
        let source = fs::read_to_string(&file).expect("is text");
        if let Some(line) = list_in(&source) {
            let excepted = EXCEPTIONS.iter().any(|(path, _)| *path == name);
            assert!(excepted, "{name} lists extensions itself; use alexandria_extract::FORMATS:\n{line}");
        }
    }
}

/// The guide has a table with a row per format: its name, and its extensions in code.
#[test]
fn the_guide_lists_the_extensions_of_the_registry() {
    let guide = fs::read_to_string(root().join("docs/guide/importing.md")).expect("the guide");
    let rows = guide.lines().filter(|line| line.starts_with('|') && line.contains("`."));
    let listed: Vec<Vec<&str>> =
        rows.map(|row| row.split('`').skip(1).step_by(2).filter_map(|code| code.strip_prefix('.')).collect()).collect();
    assert_eq!(listed, FORMATS.map(|info| info.extensions.to_vec()));
}
