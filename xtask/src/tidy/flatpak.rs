//! The Flatpak's manifest: the sandbox lets through a window and nothing else, and every download has a hash.

use serde_yaml_ng::Value;

use super::finding::Finding;
use super::tree::{Source, Tree};

/// The manifest.
const MANIFEST: &str = "installers/flatpak/app.alexandria.reader.yml";

/// All that the sandbox lets through.
const PERMISSIONS: &[&str] = &["--socket=wayland", "--socket=fallback-x11", "--share=ipc"];

/// Starts of what would let more through, wherever it is written: also a build has no network.
const OPENINGS: &[&str] = &[
    "--share=",
    "--socket=",
    "--filesystem=",
    "--device=",
    "--allow=",
    "--persist=",
    "--talk-name=",
    "--own-name=",
    "--system-talk-name=",
    "--system-own-name=",
    "--a11y-",
    "--add-policy=",
    "--usb",
];

/// Lists of sources that the repository's generator writes, with hashes.
const GENERATED: &[&str] = &["cargo-sources.json", "npm-sources.json"];

/// Checks the manifest.
///
/// # Errors
/// If it cannot be read.
pub(super) fn check(tree: &Tree) -> anyhow::Result<Vec<Finding>> {
    let manifests = tree.sources(|path| path == MANIFEST)?;
    Ok(manifests.iter().flat_map(violations).collect())
}

fn violations(manifest: &Source) -> Vec<Finding> {
    let finding = |message: String| Finding::at(&manifest.path, 1, message);
    let document: Value = match serde_yaml_ng::from_str(&manifest.text) {
        Ok(document) => document,
        Err(error) => {
            let line = error.location().map_or(1, |location| location.line());
            return vec![Finding::at(&manifest.path, line, format!("not valid YAML: {error}"))];
        }
    };
    let mut findings = Vec::new();
    let permissions: Vec<&str> = strings(document.get("finish-args"));
    if permissions != PERMISSIONS {
        findings.push(finding(format!(
            "the sandbox lets through {permissions:?}; it is to be {PERMISSIONS:?}, and portals give the rest"
        )));
    }
    walk(&document, &mut |key, value| {
        let Some(text) = value.as_str() else { return };
        let is_permitted = PERMISSIONS.contains(&text);
        if !is_permitted && OPENINGS.iter().any(|opening| text.starts_with(opening)) {
            findings.push(finding(format!("`{text}` opens the sandbox")));
        }
        if key == "url" && !text.starts_with("https://") {
            findings.push(finding(format!("`{text}` is not fetched over https")));
        }
    });
    for source in sources(&document) {
        findings.extend(problem_of_source(source).map(finding));
    }
    findings
}

/// What is wrong with a source: a download without a hash, or another list than the generated ones.
fn problem_of_source(source: &Value) -> Option<String> {
    if let Some(list) = source.as_str() {
        return (!GENERATED.contains(&list)).then(|| format!("`{list}` is not a list that is generated with hashes"));
    }
    let url = source.get("url")?.as_str().unwrap_or_default();
    let hash = source.get("sha256").and_then(Value::as_str).unwrap_or_default();
    let is_hash = hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
    (!is_hash).then(|| format!("`{url}` has no sha256"))
}

/// The sources of all modules.
fn sources(document: &Value) -> Vec<&Value> {
    let modules = document.get("modules").and_then(Value::as_sequence).into_iter().flatten();
    modules.filter_map(|module| module.get("sources")?.as_sequence()).flatten().collect()
}

fn strings(list: Option<&Value>) -> Vec<&str> {
    list.and_then(Value::as_sequence).into_iter().flatten().filter_map(Value::as_str).collect()
}

/// Visits every value with the key that it belongs to.
fn walk<'a>(value: &'a Value, visit: &mut dyn FnMut(&str, &'a Value)) {
    fn inner<'a>(key: &str, value: &'a Value, visit: &mut dyn FnMut(&str, &'a Value)) {
        visit(key, value);
        match value {
            Value::Sequence(items) => items.iter().for_each(|item| inner(key, item, visit)),
            Value::Mapping(entries) => {
                for (name, item) in entries {
                    inner(name.as_str().unwrap_or_default(), item, visit);
                }
            }
            _ => {}
        }
    }
    inner("", value, visit);
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOUND: &str = "\
finish-args: [--socket=wayland, --socket=fallback-x11, --share=ipc]
modules:
  - name: a
    build-options:
      env: { A: b }
    sources:
      - type: archive
        url: https://example.org/a.tar.gz
        sha256: 4eab9b524aa5913c6fffb20b2a8abf5ef7f95a80bc0701f3a6dbb4c607f73460
      - type: file
        path: own
      - cargo-sources.json
";

    fn check(text: &str, expect: &[&str]) {
        let source = Source { path: "a.yml".to_owned(), text: text.to_owned() };
        let shown: Vec<String> = violations(&source).iter().map(Finding::to_string).collect();
        assert_eq!(shown.len(), expect.len(), "{text}\n{shown:?}");
        for (shown, expect) in shown.iter().zip(expect) {
            assert!(shown.contains(expect), "{shown}");
        }
    }

    #[test]
    fn sandbox_lets_nothing_else_through() {
        check(SOUND, &[]);
        for opening in [
            "--filesystem=home",
            "--share=network",
            "--talk-name=org.freedesktop.secrets",
            "--talk-name=org.freedesktop.Flatpak",
            "--device=all",
            "--socket=x11",
        ] {
            let opened = SOUND.replace("--share=ipc]", &format!("--share=ipc, {opening}]"));
            check(&opened, &["the sandbox lets through", &format!("`{opening}` opens the sandbox")]);
        }
        check(&SOUND.replace(", --share=ipc", ""), &["the sandbox lets through"]);
        check(&SOUND.replace("finish-args", "finish-arguments"), &["the sandbox lets through []"]);
    }

    #[test]
    fn build_has_no_network() {
        let networked = SOUND.replace("env: { A: b }", "build-args: [--share=network]");
        check(&networked, &["`--share=network` opens the sandbox"]);
    }

    #[test]
    fn downloads_have_hashes() {
        check(&SOUND.replace("sha256: 4eab", "md5: 4eab"), &["`https://example.org/a.tar.gz` has no sha256"]);
        check(&SOUND.replace("4eab9b", ""), &["has no sha256"]);
        check(&SOUND.replace("https://example", "http://example"), &["is not fetched over https"]);
        check(&SOUND.replace("cargo-sources.json", "other.json"), &["`other.json` is not a list"]);
    }

    #[test]
    fn manifest_that_is_no_yaml_is_reported_with_its_line() {
        check("id: a\nmodules: [", &["a.yml:"]);
    }
}
