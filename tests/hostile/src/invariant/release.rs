//! The description of a release: within its limits, plain text, an address below the repository, and never a way to an
//! older version that nobody signed.
//!
//! The input is the name of a target, a line break, and its JSON.

use alexandria_update::{Artifact, Channel, Decision, Installation, Releases, Trigger, Version, bucket, decide};
use url::Url;

/// Longest release notes in bytes.
const MAX_NOTES_BYTES: usize = 32 * 1024;
/// Parts of a rollout.
const BASIS_POINTS: u16 = 10_000;

pub(super) fn check(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let (name, json) = text.split_once('\n').unwrap_or((text, "{}"));
    check_version(name);
    let Ok(custom) = serde_json::from_str::<serde_json::Map<_, _>>(json) else { return };
    for channel in Channel::ALL {
        match Artifact::new(channel, name, 1, &[7; 32], custom.clone()) {
            Ok(artifact) => check_artifact(&artifact),
            Err(error) => assert!(!error.to_string().chars().any(char::is_control), "{error}"),
        }
    }
}

fn check_version(text: &str) {
    match text.parse::<Version>() {
        Ok(version) => assert_eq!(version.to_string(), text, "a version has one form"),
        Err(error) => assert!(!error.to_string().chars().any(char::is_control), "{error}"),
    }
}

fn check_artifact(artifact: &Artifact) {
    let release = &artifact.release;
    assert!(release.rollout_bp <= BASIS_POINTS && release.notes.len() <= MAX_NOTES_BYTES);
    let is_plain = |c: char| matches!(c, '\n' | '\t') || !c.is_control();
    assert!(release.notes.chars().all(is_plain), "{:?}", release.notes);
    assert!(bucket(&[1; 16], release.version, &release.salt) < BASIS_POINTS);

    // The package is in the channel's folder, whatever its name.
    let base = Url::parse("https://updates.invalid/u/v1/t/").ok();
    let url = base.and_then(|base| base.join(&artifact.path()).ok());
    let folder = format!("https://updates.invalid/u/v1/t/{}/", artifact.channel.as_str());
    let file = url.as_ref().and_then(|url| url.as_str().strip_prefix(&folder)).unwrap_or_default();
    assert_eq!(file, format!("{}.{}", artifact.sha256_hex(), artifact.file_name()), "{url:?}");

    check_decision(artifact);
}

/// Whoever asks, a version that is not newer is offered only to those whom the release itself names.
fn check_decision(artifact: &Artifact) {
    let release = &artifact.release;
    let releases = Releases { artifacts: vec![artifact.clone()], expires: jiff::Timestamp::MAX };
    let named = release.rollback_from.first().copied();
    for version in [Version::new(0, 0, 0), Version::new(1, 4, 0), release.version].into_iter().chain(named) {
        let installation =
            Installation { version, target: release.target.clone(), db_schema: 3, id: [1; 16], os: None, glibc: None };
        match decide(&releases, &installation, Channel::Beta, Trigger::User, &[]) {
            Decision::Update(offered) => {
                assert!(offered.release.version > version && !offered.release.blocked);
                assert!(offered.release.rollout_bp > 0 && offered.release.db_schema >= installation.db_schema);
            }
            Decision::RollBack(offered) => assert!(offered.release.rollback_from.contains(&version)),
            Decision::UpToDate | Decision::Withdrawn | Decision::ByHand { .. } => {}
        }
    }
}
