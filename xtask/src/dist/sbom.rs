//! The bill of materials: what is shipped, with versions, licences and hashes, as CycloneDX in JSON, for scanners that look
//! for known vulnerabilities.
//!
//! Absent: our own crates, which have the version of the program; which part needs which; and what only the system
//! provides.

use std::fs;
use std::path::Path;

use anyhow::Context as _;
use serde_json::{Value, json};

use super::commit::date;
use super::parts::{Part, Registry};
use super::platform::Platform;
use super::runtime::{PINS, sha256};

/// The document of this version. `runtime` is the folder of the model and ONNX Runtime for a platform, `time` that of the
/// commit in seconds since 1970.
///
/// # Errors
/// If a file of the runtime cannot be read, or the pins have another form.
pub(super) fn document(
    parts: &[Part],
    (platform, runtime): (&Platform, &Path),
    version: &str,
    time: &str,
) -> anyhow::Result<String> {
    let files = runtime_files(platform, |name, _| hash_of(&runtime.join(name)))?;
    compose(parts, files, version, time)
}

/// The document of this version on any platform, with the hashes to which the files of the runtime are pinned.
///
/// # Errors
/// If there is no runtime for the platform, or the pins have another form.
#[cfg(target_os = "linux")]
pub(super) fn pinned_document(
    parts: &[Part],
    platform: &Platform,
    version: &str,
    time: &str,
) -> anyhow::Result<String> {
    compose(parts, runtime_files(platform, |_, pinned| Ok(pinned.to_owned()))?, version, time)
}

fn compose(parts: &[Part], files: Vec<Value>, version: &str, time: &str) -> anyhow::Result<String> {
    let seconds = time.parse().with_context(|| format!("{time} is not a time"))?;
    let mut components: Vec<Value> = parts.iter().map(component).collect();
    components.extend(files);
    let document = json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {
            "timestamp": timestamp(seconds),
            "component": {
                "type": "application",
                "bom-ref": "alexandria",
                "name": "alexandria",
                "version": version,
                "licenses": [{ "expression": "MIT OR Apache-2.0" }],
            },
        },
        "components": components,
    });
    Ok(format!("{document:#}\n"))
}

fn component(part: &Part) -> Value {
    let url = package_url(part);
    let mut component = json!({
        "type": "library",
        "bom-ref": url,
        "name": part.name,
        "version": part.version,
        "purl": url,
    });
    if !part.licence.is_empty() {
        component["licenses"] = json!([{ "expression": expression(&part.licence) }]);
    }
    if let Some(hash) = &part.hash {
        let algorithm = match part.registry {
            Registry::Cargo => "SHA-256",
            Registry::Npm => "SHA-512",
        };
        component["hashes"] = json!([{ "alg": algorithm, "content": hash }]);
    }
    component
}

/// A package URL, such as `pkg:npm/%40scope/name@1.0.0`.
fn package_url(part: &Part) -> String {
    let registry = match part.registry {
        Registry::Cargo => "cargo",
        Registry::Npm => "npm",
    };
    format!("pkg:{registry}/{}@{}", part.name.replace('@', "%40"), part.version.replace('+', "%2B"))
}

/// An SPDX expression; old crates separate alternatives with a slash.
fn expression(licence: &str) -> String {
    licence.split('/').map(str::trim).collect::<Vec<_>>().join(" OR ")
}

/// The model, its tokenizer and ONNX Runtime. `hash` gets the name of a file and the hash to which it is pinned.
fn runtime_files(
    platform: &Platform,
    hash: impl Fn(&str, &str) -> anyhow::Result<String>,
) -> anyhow::Result<Vec<Value>> {
    let pins: Value = serde_json::from_str(PINS).context("xtask/model/pins.json is not JSON")?;
    let text = |pointer: &str| {
        pins.pointer(pointer).and_then(Value::as_str).with_context(|| format!("xtask/model/pins.json lacks {pointer}"))
    };
    let library = format!("/library/{}", platform.pins);
    // Only the names of the libraries for Linux have the version; it is the same for all.
    let member = text("/library/linux-x86_64/member")?;
    let (_, library_version) = member.rsplit_once(".so.").context("the library's name has no version")?;
    let (model, revision) = (text("/model/name")?, text("/model/hub_revision")?);
    let origin = format!("pkg:huggingface/{}@{revision}", text("/model/hub_repository")?);
    let file = |pin: &str, kind: &str, component: &str, version: &str, licence: &str| -> anyhow::Result<Value> {
        let name = text(&format!("{pin}/name"))?;
        Ok(json!({
            "type": kind,
            "bom-ref": name,
            "name": component,
            "version": version,
            "licenses": [{ "expression": licence }],
            "hashes": [{ "alg": "SHA-256", "content": hash(name, text(&format!("{pin}/sha256"))?)? }],
        }))
    };
    let mut library = file(&library, "library", "onnxruntime", library_version, "MIT")?;
    library["purl"] = json!(format!("pkg:github/microsoft/onnxruntime@v{library_version}"));
    let mut derived = file("/model/result", "machine-learning-model", model, revision, "Apache-2.0")?;
    derived["pedigree"] = json!({
        "ancestors": [{ "type": "machine-learning-model", "name": model, "version": revision, "purl": origin }],
        "notes": "converted to ONNX, and its weights to eight-bit integers",
    });
    let mut tokenizer = file("/model/tokenizer", "data", "tokenizer", revision, "Apache-2.0")?;
    tokenizer["purl"] = json!(origin);
    Ok(vec![library, derived, tokenizer])
}

fn hash_of(path: &Path) -> anyhow::Result<String> {
    Ok(sha256(&fs::read(path).with_context(|| format!("cannot read {}", path.display()))?))
}

/// `2026-11-30T12:00:00Z`
fn timestamp(seconds: u64) -> String {
    let (hours, minutes) = (seconds / 3600 % 24, seconds / 60 % 60);
    format!("{}T{hours:02}:{minutes:02}:{:02}Z", date(seconds), seconds % 60)
}

#[cfg(test)]
mod tests {
    use cyclonedx_bom::prelude::{Bom, Validate as _};

    use super::*;

    fn part(registry: Registry, name: &str, version: &str, licence: &str, hash: Option<&str>) -> Part {
        let (name, version, licence) = (name.to_owned(), version.to_owned(), licence.to_owned());
        Part { registry, name, version, licence, hash: hash.map(str::to_owned), folder: "unused".into() }
    }

    /// The document of these parts and of a runtime with small files, and whether another implementation finds it valid.
    fn document_of(parts: &[Part], test: &str) -> (Value, bool) {
        let runtime = std::env::temp_dir().join(format!("xtask-sbom-{}-{test}", std::process::id()));
        fs::create_dir_all(&runtime).unwrap();
        for name in ["libonnxruntime.so", "model.onnx", "tokenizer.json"] {
            fs::write(runtime.join(name), name).unwrap();
        }
        let text = document(parts, (&Platform::linux(), &runtime), "1.2.3", "1796039777").unwrap();
        fs::remove_dir_all(runtime).unwrap();
        let is_valid = Bom::parse_from_json_v1_5(text.as_bytes()).is_ok_and(|bom| bom.validate().passed());
        (serde_json::from_str(&text).unwrap(), is_valid)
    }

    #[test]
    fn document_is_valid_and_lists_parts_and_runtime() {
        let parts = [
            part(Registry::Cargo, "zstd-sys", "2.0.1+zstd.1.5.2", "MIT/Apache-2.0", Some(&"ab".repeat(32))),
            part(Registry::Npm, "@scope/name", "1.0.0", "ISC", Some(&"cd".repeat(64))),
            part(Registry::Cargo, "unnamed", "0.1.0", "", None),
        ];
        let (document, is_valid) = document_of(&parts, "valid");
        assert!(is_valid, "{document:#}");
        let check = |pointer: &str, expect: &str| {
            assert_eq!(document.pointer(pointer).and_then(Value::as_str), Some(expect), "{pointer}");
        };
        check("/metadata/timestamp", "2026-11-30T11:56:17Z");
        check("/metadata/component/version", "1.2.3");
        check("/components/0/purl", "pkg:cargo/zstd-sys@2.0.1%2Bzstd.1.5.2");
        check("/components/0/licenses/0/expression", "MIT OR Apache-2.0");
        check("/components/0/hashes/0/alg", "SHA-256");
        check("/components/1/purl", "pkg:npm/%40scope/name@1.0.0");
        check("/components/1/hashes/0/alg", "SHA-512");
        assert_eq!(document.pointer("/components/2/licenses"), None);
        check("/components/3/name", "onnxruntime");
        check("/components/4/type", "machine-learning-model");
        check("/components/4/hashes/0/content", &sha256(b"model.onnx"));
        check("/components/5/name", "tokenizer");
    }

    #[test]
    fn document_with_unknown_licence_or_wrong_hash_is_not_valid() {
        let check = |licence, hash| {
            let parts = [part(Registry::Cargo, "a", "1.0.0", licence, Some(hash))];
            assert!(!document_of(&parts, "invalid").1, "{licence} {hash}");
        };
        check("Own terms", "ab");
        check("MIT", "no hexadecimal number");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn every_platform_has_its_own_library() {
        let pinned = |platform: &str| {
            let platform = Platform { triple: String::new(), pins: platform.to_owned() };
            pinned_document(&[], &platform, "1.2.3", "0")
        };
        let check = |platform, name: &str| {
            let document: Value = serde_json::from_str(&pinned(platform).unwrap()).unwrap();
            let library = document.pointer("/components/0").unwrap();
            assert_eq!(library["bom-ref"], name, "{platform}");
            let pins: Value = serde_json::from_str(PINS).unwrap();
            assert_eq!(library["hashes"][0]["content"], pins["library"][platform]["sha256"], "{platform}");
        };
        check("linux-aarch64", "libonnxruntime.so");
        check("windows-x86_64", "onnxruntime.dll");
        check("macos-aarch64", "libonnxruntime.dylib");
        assert!(pinned("macos-x86_64").is_err());
    }

    #[test]
    fn files_of_the_runtime_must_be_there() {
        let error = document(&[], (&Platform::linux(), Path::new("no-such-folder")), "1.2.3", "0").unwrap_err();
        assert!(format!("{error:#}").contains("cannot read no-such-folder/libonnxruntime.so"), "{error:#}");
    }
}
