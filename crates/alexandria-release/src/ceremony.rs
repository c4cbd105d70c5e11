//! Making the root of trust, and replacing keys.
//!
//! `signing/README.md` says who holds which key and how a ceremony is held. What is done here is the part that must not be
//! done by hand; it returns a transcript that is committed.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::num::NonZeroU64;

use alexandria_update::{Channel, hex};
use anyhow::{Context as _, anyhow, ensure};
use aws_lc_rs::rand::SystemRandom;
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};
use tough::editor::signed::SignedRole;
use tough::schema::decoded::{Decoded, Hex};
use tough::schema::key::Key;
use tough::schema::{
    DelegatedRole, Delegations, KeyHolder, PathPattern, PathSet, RoleKeys, RoleType, Root, Signed, Targets,
};

use crate::keys::{KeyFolder, generate};
use crate::layout::Layout;
use crate::repository::{Repository, SPEC_VERSION, after, lifetime, next, sign_list};
use crate::resign::resign;

/// The keys of a repository. The first three are the root keys, two of which must sign.
pub const KEY_NAMES: [&str; 8] = ["root-1", "root-2", "root-3", "targets", "snapshot", "timestamp", "stable", "beta"];
/// The root keys.
const ROOT_KEYS: [&str; 3] = ["root-1", "root-2", "root-3"];
/// How many root keys must sign.
const ROOT_THRESHOLD: u64 = 2;
/// Days that the root and the list of channels are valid.
const ROOT_DAYS: i64 = 365;

/// What a ceremony did.
#[derive(Debug)]
pub struct Ceremony {
    /// What was made and signed, for the record. Contains no secret.
    pub transcript: String,
    /// The root of trust that programs are packaged with.
    pub root: Vec<u8>,
}

/// Makes missing keys in `keys`, and a repository without releases.
///
/// # Errors
/// When there is a repository already, or a file cannot be written.
pub async fn create(layout: &Layout, keys: &KeyFolder, now: Timestamp) -> anyhow::Result<Ceremony> {
    ensure!(layout.newest("root")?.is_none(), "there is a repository already; replace its keys instead");
    let mut transcript = format!("Ceremony of {}\n", now.strftime("%Y-%m-%d %H:%M UTC"));
    let mut root = empty_root(after(now, ROOT_DAYS)?);
    let mut delegations = Delegations::new();
    for name in KEY_NAMES {
        if !keys.has(name) {
            generate(&keys.file(name))?;
            writeln!(transcript, "made the key {name}")?;
        }
        set_key(name, public_key(keys, name).await?, &mut root, &mut delegations)?;
    }
    let root = sign_root(root, None, &[keys]).await?;
    layout.write("1.root.json", root.buffer())?;
    sign_targets(layout, &root.signed().signed, NonZeroU64::MIN, &delegations, keys, now).await?;
    for channel in Channel::ALL {
        let list = Targets::new(SPEC_VERSION.into(), NonZeroU64::MIN, after(now, lifetime(channel))?);
        let list = sign_list(Layout::role(channel), list, &delegations, keys).await?;
        layout.write(&format!("1.{}.json", Layout::role(channel)), list.buffer())?;
    }
    resign(&Repository::open(layout, now)?, keys).await?;
    finish(transcript, &root)
}

/// Replaces every key that is in `new`. Two of the present root keys sign the change; new root keys sign it as well. The
/// keys that stay are needed only if they have to sign something.
///
/// # Errors
/// When a key that has to sign is missing, or a file cannot be written.
pub async fn rotate(layout: &Layout, old: &KeyFolder, new: &KeyFolder, now: Timestamp) -> anyhow::Result<Ceremony> {
    let repository = Repository::open(layout, now)?;
    let replaced: Vec<&str> = KEY_NAMES.into_iter().filter(|name| new.has(name)).collect();
    ensure!(!replaced.is_empty(), "there is no new key");
    let mut transcript = format!("Rotation of {}\n", now.strftime("%Y-%m-%d %H:%M UTC"));
    let mut root = repository.root.signed.clone();
    let mut delegations =
        repository.targets.signed.delegations.clone().context("targets.json delegates to no channel")?;
    for name in &replaced {
        set_key(name, public_key(new, name).await?, &mut root, &mut delegations)?;
        writeln!(transcript, "replaced the key {name}")?;
    }
    root.version = next(root.version)?;
    root.expires = after(now, ROOT_DAYS)?;
    let root = sign_root(root, Some(&repository.root.signed), &[old, new]).await?;
    let version = root.signed().signed.version;
    let folder = |name: &str| if replaced.contains(&name) { new } else { old };
    let lists: Vec<Channel> = Channel::ALL.into_iter().filter(|channel| replaced.contains(&channel.as_str())).collect();
    if replaced.contains(&"targets") || !lists.is_empty() {
        let targets = next(repository.targets.signed.version)?;
        sign_targets(layout, &root.signed().signed, targets, &delegations, folder("targets"), now).await?;
    }
    for channel in lists {
        let mut list = repository.list(channel)?.clone();
        list.version = next(list.version)?;
        list.expires = after(now, lifetime(channel))?;
        let number = list.version;
        let list = sign_list(Layout::role(channel), list, &delegations, new).await?;
        layout.write(&format!("{number}.{}.json", Layout::role(channel)), list.buffer())?;
    }
    // Last: the new root makes everything before it invalid.
    layout.write(&format!("{version}.root.json"), root.buffer())?;
    finish(transcript, &root)
}

fn finish(mut transcript: String, root: &SignedRole<Root>) -> anyhow::Result<Ceremony> {
    let (signed, bytes) = (root.signed(), root.buffer());
    writeln!(transcript, "root version {}, valid until {}", signed.signed.version, signed.signed.expires)?;
    for signature in &signed.signatures {
        writeln!(transcript, "signed by {}", short(&signature.keyid))?;
    }
    let mut roles: Vec<_> = signed.signed.roles.iter().collect();
    roles.sort_by_key(|(role, _)| role.to_string());
    for (role, keys) in roles {
        let ids: Vec<String> = keys.keyids.iter().map(short).collect();
        writeln!(transcript, "{role}: {} of {}", keys.threshold, ids.join(", "))?;
    }
    writeln!(transcript, "SHA-256 of root.json: {}", hex(&Sha256::digest(bytes)))?;
    Ok(Ceremony { transcript, root: bytes.clone() })
}

fn short(id: &Decoded<Hex>) -> String {
    hex(id).chars().take(16).collect()
}

fn empty_root(expires: Timestamp) -> Root {
    Root {
        spec_version: SPEC_VERSION.into(),
        consistent_snapshot: true,
        version: NonZeroU64::MIN,
        expires,
        keys: HashMap::new(),
        roles: HashMap::new(),
        _extra: HashMap::new(),
    }
}

/// The role of a key in the root, and its place among the keys of that role. `None` for the channels, to which
/// `targets.json` delegates.
fn role_of(name: &str) -> Option<(RoleType, usize)> {
    Some(match name {
        "targets" => (RoleType::Targets, 0),
        "snapshot" => (RoleType::Snapshot, 0),
        "timestamp" => (RoleType::Timestamp, 0),
        _ => (RoleType::Root, ROOT_KEYS.iter().position(|root| *root == name)?),
    })
}

/// Makes `key` the key `name`, in the place of the one that had the name.
fn set_key(name: &str, key: Key, root: &mut Root, delegations: &mut Delegations) -> anyhow::Result<()> {
    let id = key.key_id()?;
    if let Some((role, place)) = role_of(name) {
        let threshold = if role == RoleType::Root { ROOT_THRESHOLD } else { 1 };
        let threshold = NonZeroU64::new(threshold).unwrap_or(NonZeroU64::MIN);
        let empty = RoleKeys { keyids: Vec::new(), threshold, _extra: HashMap::new() };
        replace(&mut root.roles.entry(role).or_insert(empty).keyids, place, id.clone());
        root.keys.insert(id, key);
        let used: Vec<Decoded<Hex>> = root.roles.values().flat_map(|role| role.keyids.clone()).collect();
        root.keys.retain(|id, _| used.contains(id));
        return Ok(());
    }
    delegations.keys.insert(id.clone(), key);
    match delegations.roles.iter_mut().find(|role| role.name == name) {
        Some(role) => replace(&mut role.keyids, 0, id),
        None => delegations.roles.push(DelegatedRole {
            name: name.to_owned(),
            keyids: vec![id],
            threshold: NonZeroU64::MIN,
            paths: PathSet::Paths(vec![PathPattern::new(format!("{name}/*"))?]),
            terminating: true,
            targets: None,
        }),
    }
    let used: Vec<Decoded<Hex>> = delegations.roles.iter().flat_map(|role| role.keyids.clone()).collect();
    delegations.keys.retain(|id, _| used.contains(id));
    Ok(())
}

fn replace(ids: &mut Vec<Decoded<Hex>>, place: usize, id: Decoded<Hex>) {
    match ids.get_mut(place) {
        Some(present) => *present = id,
        None => ids.push(id),
    }
}

async fn public_key(keys: &KeyFolder, name: &str) -> anyhow::Result<Key> {
    let signer = keys.key(name)?.as_sign().await.map_err(|error| anyhow!("the key {name} cannot be used: {error}"))?;
    Ok(signer.tuf_key())
}

/// Signs a root with every root key that is at hand, for itself and for the root before it.
async fn sign_root(root: Root, before: Option<&Root>, folders: &[&KeyFolder]) -> anyhow::Result<SignedRole<Root>> {
    let mut keys = Vec::new();
    for folder in folders {
        for name in ROOT_KEYS.into_iter().filter(|name| folder.has(name)) {
            keys.push(folder.key(name)?);
        }
    }
    let rng = SystemRandom::new();
    let mut signed = SignedRole::new(root.clone(), &KeyHolder::Root(root.clone()), &keys, &rng).await?;
    if let Some(before) = before {
        let old = SignedRole::new(root.clone(), &KeyHolder::Root(before.clone()), &keys, &rng).await?;
        signed = signed.add_old_signatures(old.signed().signatures.clone())?;
        before.verify_role(signed.signed()).context("too few of the present root keys are here")?;
    }
    root.verify_role(signed.signed()).context("too few of the root keys are here; two must sign")?;
    Ok(signed)
}

async fn sign_targets(
    layout: &Layout,
    root: &Root,
    version: NonZeroU64,
    delegations: &Delegations,
    keys: &KeyFolder,
    now: Timestamp,
) -> anyhow::Result<Signed<Targets>> {
    let mut targets = Targets::new(SPEC_VERSION.into(), version, after(now, ROOT_DAYS)?);
    targets.delegations = Some(delegations.clone());
    let holder = KeyHolder::Root(root.clone());
    let signed = SignedRole::new(targets, &holder, &keys.keys(["targets"])?, &SystemRandom::new()).await?;
    layout.write(&format!("{version}.targets.json"), signed.buffer())?;
    Ok(signed.signed().clone())
}
