use std::collections::BTreeSet;
use std::path::Path;

use super::*;

const CRATES: &str = "https://crates.example";
const NPM: &str = "https://npm.example";

const CARGO_LOCK: &str = r#"version = 4

[[package]]
name = "ours"
version = "0.1.0"
dependencies = [
 "zip 9.8.1",
]

[[package]]
name = "zip"
version = "9.8.1"
source = "registry+https://github.com/rust-lang/crates.io-index"
checksum = "a953"
"#;

fn repository_file(path: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)).unwrap()
}

fn text<'a>(source: &'a Value, field: &str) -> &'a str {
    source[field].as_str().unwrap_or_default()
}

#[test]
fn crate_is_unpacked_where_cargo_looks_for_it() {
    let sources = of_cargo(CARGO_LOCK, CRATES).unwrap();
    let expect = json!([
        {
            "type": "archive",
            "archive-type": "tar-gzip",
            "url": format!("{CRATES}/zip/9.8.1/download"),
            "sha256": "a953",
            "dest": "cargo/vendor/zip-9.8.1",
        },
        {
            "type": "inline",
            "contents": r#"{"files":{},"package":"a953"}"#,
            "dest": "cargo/vendor/zip-9.8.1",
            "dest-filename": ".cargo-checksum.json",
        },
    ]);
    assert_eq!(Value::from(&sources[..2]), expect);
    assert_eq!(sources.len(), 3, "our own package is among the sources");
}

#[test]
fn crate_without_hash_or_from_elsewhere_is_an_error() {
    let check = |from: &str, to: &str, expect: &str| {
        let error = of_cargo(&CARGO_LOCK.replace(from, to), CRATES).unwrap_err().to_string();
        assert!(error.contains(expect), "{error}");
    };
    check("checksum = \"a953\"\n", "", "zip 9.8.1 has no hash");
    check("registry+https", "git+https", "takes crates from the registry only");
}

#[test]
fn npm_package_is_taken_from_the_folder() {
    let lock = r#"{ "packages": {
        "": { "name": "ui" },
        "node_modules/@scope/a": { "version": "1.0.0", "integrity": "sha512-AQI=" },
        "node_modules/b": { "name": "real", "version": "2.0.0", "integrity": "sha512-AwQ=" },
        "node_modules/b/node_modules/@scope/a": { "version": "1.0.0", "integrity": "sha512-AQI=" }
    } }"#;
    let (sources, rewritten) = of_npm(lock, NPM).unwrap();
    let expect = json!([
        { "type": "file", "url": format!("{NPM}/real/-/real-2.0.0.tgz"), "sha512": "0304", "dest": "npm", "dest-filename": "real-2.0.0.tgz" },
        { "type": "file", "url": format!("{NPM}/@scope/a/-/a-1.0.0.tgz"), "sha512": "0102", "dest": "npm", "dest-filename": "scope-a-1.0.0.tgz" },
    ]);
    assert_eq!(Value::from(sources), expect);
    let nested = &rewritten["packages"]["node_modules/b/node_modules/@scope/a"];
    assert_eq!(nested["resolved"], "file:../npm/scope-a-1.0.0.tgz");
    assert_eq!(nested["integrity"], "sha512-AQI=");

    let check = |lock: &str, expect: &str| {
        let error = of_npm(lock, NPM).unwrap_err().to_string();
        assert!(error.contains(expect), "{error}");
    };
    check(&lock.replacen("sha512-AQI=", "sha1-AQI=", 1), "@scope/a 1.0.0 has no SHA-512");
    check(&lock.replacen("sha512-AQI=", "sha512-AwI=", 1), "with two hashes");
    check("{}", "lists no packages");
}

/// Every package of the lock files of this repository is a source, with the hash of the lock file, in a place of its own.
#[test]
fn every_package_of_the_lock_files_is_a_source() {
    let lock = repository_file("Cargo.lock");
    let sources = of_cargo(&lock, CRATES).unwrap();
    let hashes: BTreeSet<&str> =
        sources.iter().map(|source| text(source, "sha256")).filter(|hash| !hash.is_empty()).collect();
    let locked: BTreeSet<&str> =
        lock.lines().filter_map(|line| line.strip_prefix("checksum = ")).map(|hash| hash.trim_matches('"')).collect();
    assert!(locked.len() > 500, "only {} crates are locked", locked.len());
    assert_eq!(hashes, locked);
    let places: BTreeSet<(&str, &str)> =
        sources.iter().map(|source| (text(source, "dest"), text(source, "dest-filename"))).collect();
    assert_eq!(places.len(), sources.len(), "two sources have one place");

    let lock = repository_file("ui/package-lock.json");
    let (sources, rewritten) = of_npm(&lock, NPM).unwrap();
    let hashes: BTreeSet<String> = sources.iter().map(|source| text(source, "sha512").to_owned()).collect();
    let packages = rewritten["packages"].as_object().unwrap();
    assert!(packages.len() > 100, "only {} packages are locked", packages.len());
    let files: BTreeSet<&str> = sources.iter().map(|source| text(source, "dest-filename")).collect();
    for (path, package) in packages.iter().filter(|(path, _)| !path.is_empty()) {
        let hash = sha512(text(package, "integrity")).unwrap();
        assert!(hashes.contains(&hash), "{path} is no source");
        let file = text(package, "resolved").strip_prefix("file:../npm/").unwrap();
        assert!(files.contains(file), "{path} is at {file}, where there is none");
    }
    for source in &sources {
        assert!(text(source, "url").starts_with("https://") && text(source, "sha512").len() == 128, "{source}");
    }
}
