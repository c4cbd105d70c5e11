use super::*;

const TARGET: &str = "linux-x86_64-appimage";

fn version(text: &str) -> Version {
    text.parse().unwrap()
}

/// An artifact: `stable 1.4.0` with changes.
fn artifact(name: &str, change: impl FnOnce(&mut Release)) -> Artifact {
    let (channel, number) = name.split_once(' ').unwrap();
    let channel = if channel == "beta" { Channel::Beta } else { Channel::Stable };
    let mut release = Release {
        version: version(number),
        target: TARGET.into(),
        db_schema: 3,
        min_from: None,
        min_os: None,
        min_glibc: None,
        rollout_bp: BASIS_POINTS,
        salt: "salt".into(),
        blocked: false,
        rollback_from: Vec::new(),
        min_client: 0,
        notes: String::new(),
    };
    change(&mut release);
    Artifact { channel, name: format!("{}/a", channel.as_str()), length: 1, sha256: [0; 32], release }
}

fn plain(name: &str) -> Artifact {
    artifact(name, |_| {})
}

fn installed(number: &str) -> Installation {
    Installation {
        version: version(number),
        target: TARGET.into(),
        db_schema: 3,
        id: [7; 16],
        os: None,
        glibc: SystemVersion::parse("2.36"),
    }
}

/// The decision in short: `update 1.4.0`, `back 1.3.0`, `none`, `withdrawn`, `by hand 2.0.0 Client`.
fn short(decision: &Decision) -> String {
    match decision {
        Decision::UpToDate => "none".into(),
        Decision::Update(artifact) => format!("update {}", artifact.release.version),
        Decision::RollBack(artifact) => format!("back {}", artifact.release.version),
        Decision::Withdrawn => "withdrawn".into(),
        Decision::ByHand { version, reason } => format!("by hand {version} {reason:?}"),
    }
}

fn releases(artifacts: Vec<Artifact>) -> Releases {
    Releases { artifacts, expires: jiff::Timestamp::UNIX_EPOCH }
}

fn check(artifacts: Vec<Artifact>, at: &str, channel: Channel, trigger: Trigger, want: &str) {
    let decision = decide(&releases(artifacts), &installed(at), channel, trigger, &[]);
    assert_eq!(short(&decision), want);
}

fn check_stable(artifacts: Vec<Artifact>, at: &str, want: &str) {
    check(artifacts, at, Channel::Stable, Trigger::Automatic, want);
}

#[test]
fn newest_release_of_the_channel_is_offered() {
    check_stable(vec![plain("stable 1.3.0"), plain("stable 1.4.0"), plain("beta 1.5.0")], "1.2.0", "update 1.4.0");
    check_stable(vec![plain("stable 1.4.0")], "1.4.0", "none");
    check_stable(vec![], "1.4.0", "none");
}

#[test]
fn beta_offers_the_newest_of_both_channels() {
    let both = || vec![plain("stable 1.4.0"), plain("beta 1.3.0"), plain("beta 1.5.0")];
    check(both(), "1.2.0", Channel::Beta, Trigger::Automatic, "update 1.5.0");
    let behind = vec![plain("stable 1.4.0"), plain("beta 1.3.0")];
    check(behind, "1.2.0", Channel::Beta, Trigger::Automatic, "update 1.4.0");
}

#[test]
fn leaving_beta_waits_until_stable_overtakes() {
    check_stable(vec![plain("stable 1.4.0"), plain("beta 1.5.0")], "1.5.0", "none");
    check_stable(vec![plain("stable 1.5.1"), plain("beta 1.5.0")], "1.5.0", "update 1.5.1");
}

#[test]
fn another_kind_of_installation_is_never_offered() {
    let other = artifact("stable 1.4.0", |release| release.target = "linux-x86_64-deb".into());
    check_stable(vec![other], "1.2.0", "none");
}

#[test]
fn outside_of_the_rollout_the_release_before_is_offered() {
    let place = bucket(&installed("1.2.0").id, version("1.4.0"), "salt");
    let at = |share| vec![artifact("stable 1.4.0", |release| release.rollout_bp = share), plain("stable 1.3.0")];
    check_stable(at(place), "1.2.0", "update 1.3.0");
    check_stable(at(place + 1), "1.2.0", "update 1.4.0");
    check(at(1), "1.2.0", Channel::Stable, Trigger::User, "update 1.4.0");
    // Halted: for nobody, not even by hand.
    check(at(0), "1.2.0", Channel::Stable, Trigger::User, "update 1.3.0");
}

#[test]
fn blocked_release_is_offered_to_nobody_in_either_channel() {
    let blocked = || artifact("stable 1.4.0", |release| release.blocked = true);
    check(vec![blocked()], "1.2.0", Channel::Stable, Trigger::User, "none");
    check_stable(vec![blocked(), plain("stable 1.3.0")], "1.2.0", "update 1.3.0");
}

#[test]
fn withdrawn_release_is_replaced_by_a_newer_or_a_signed_older_one() {
    let blocked = || artifact("stable 1.4.0", |release| release.blocked = true);
    let back = || artifact("stable 1.3.0", |release| release.rollback_from = vec![version("1.4.0")]);
    check_stable(vec![blocked(), plain("stable 1.4.1"), back()], "1.4.0", "update 1.4.1");
    check_stable(vec![blocked(), back()], "1.4.0", "back 1.3.0");
    check_stable(vec![blocked(), plain("stable 1.3.0")], "1.4.0", "withdrawn");
    // The older program could not open the library.
    let old = artifact("stable 1.3.0", |release| {
        release.rollback_from = vec![version("1.4.0")];
        release.db_schema = 2;
    });
    check_stable(vec![blocked(), old], "1.4.0", "withdrawn");
    // Without the block nobody goes back.
    check_stable(vec![plain("stable 1.4.0"), back()], "1.4.0", "none");
}

#[test]
fn old_installation_goes_through_the_release_it_must_pass() {
    let list =
        || vec![artifact("stable 2.0.0", |release| release.min_from = Some(version("1.5.0"))), plain("stable 1.5.0")];
    check_stable(list(), "1.2.0", "update 1.5.0");
    check_stable(list(), "1.5.0", "update 2.0.0");
}

#[test]
fn release_that_cannot_be_installed_here_is_named_with_the_reason() {
    let needs_client = artifact("stable 2.0.0", |release| release.min_client = CLIENT_LEVEL + 1);
    check_stable(vec![needs_client.clone()], "1.2.0", "by hand 2.0.0 Client");
    check_stable(vec![needs_client, plain("stable 1.9.0")], "1.2.0", "update 1.9.0");
    let needs_glibc = |glibc: &str| vec![artifact("stable 2.0.0", |release| release.min_glibc = Some(glibc.into()))];
    check_stable(needs_glibc("2.36"), "1.2.0", "update 2.0.0");
    check_stable(needs_glibc("2.39"), "1.2.0", "by hand 2.0.0 System");
}

#[test]
fn version_that_failed_here_is_not_offered_again() {
    let list = releases(vec![plain("stable 1.4.0"), plain("stable 1.3.0")]);
    let installation = installed("1.3.0");
    let decision = decide(&list, &installation, Channel::Stable, Trigger::User, &[version("1.4.0")]);
    assert_eq!(short(&decision), "none");
}

proptest::proptest! {
    /// Law: raising the rollout never takes a release away from anyone.
    #[test]
    fn raising_a_rollout_removes_nobody(id in proptest::array::uniform16(0_u8..), low in 1_u16..10_000, more in 0_u16..10_000) {
        let mut installation = installed("1.2.0");
        installation.id = id;
        let at = |share: u16| {
            let list = releases(vec![artifact("stable 1.4.0", |release| release.rollout_bp = share.min(BASIS_POINTS))]);
            decide(&list, &installation, Channel::Stable, Trigger::Automatic, &[]) != Decision::UpToDate
        };
        proptest::prop_assert!(!at(low) || at(low + more));
    }
}
