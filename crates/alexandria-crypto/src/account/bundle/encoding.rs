//! The bytes of a key bundle, described in `docs/formats/account.md`. A bundle has exactly one encoding.

use super::error::BundleError;
use super::fields::BundleFields;
use crate::account::epochs::MAX_ACCOUNT_EPOCHS;
use crate::account::grant::GRANT_LEN;
use crate::account::history::{EpochHistory, LINK_LEN};
use crate::account::opaque::PasswordCost;
use crate::account::root::KeyCheck;
use crate::account::slot::{ENVELOPE_LEN, Slot, SlotGrant, SlotKind};
use crate::passphrase::Cost;

const MAGIC: &[u8; 4] = b"ALXK";
const VERSION: u8 = 1;
const SUITE: u8 = 1;
const MAX_SLOTS: usize = 2;
const SLOT_LEN: usize = 1 + 12 + 32 + ENVELOPE_LEN + 1 + 32 + GRANT_LEN;

/// Maximum length of a bundle in bytes. Bounds what is read from a server.
pub const MAX_BUNDLE_BYTES: usize = 62 + 1 + MAX_SLOTS * SLOT_LEN + 2 + (MAX_ACCOUNT_EPOCHS - 1) * LINK_LEN + 32;

/// Everything but the authentication code at the end.
pub(super) fn encode_body(bundle: &BundleFields) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(MAX_BUNDLE_BYTES);
    bytes.extend_from_slice(MAGIC);
    bytes.extend_from_slice(&[VERSION, SUITE]);
    bytes.extend_from_slice(&bundle.account);
    bytes.extend_from_slice(&bundle.revision.to_be_bytes());
    bytes.extend_from_slice(bundle.check.as_bytes());
    bytes.push(u8::try_from(bundle.slots.len()).unwrap_or(u8::MAX));
    for slot in &bundle.slots {
        bytes.push(slot.kind.number());
        for number in [slot.cost.memory_kib, slot.cost.passes, slot.cost.lanes] {
            bytes.extend_from_slice(&number.to_be_bytes());
        }
        bytes.extend_from_slice(&slot.public);
        bytes.extend_from_slice(&slot.envelope);
        bytes.push(u8::from(slot.grant.is_some()));
        if let Some(granted) = &slot.grant {
            bytes.extend_from_slice(&granted.sender);
            bytes.extend_from_slice(&granted.grant);
        }
    }
    let links = bundle.history.links();
    bytes.extend_from_slice(&u16::try_from(links.len()).unwrap_or(u16::MAX).to_be_bytes());
    bytes.extend_from_slice(links.as_flattened());
    bytes
}

/// The fields, and the authentication code.
pub(super) fn decode(bytes: &[u8]) -> Result<(BundleFields, [u8; 32]), BundleError> {
    if bytes.len() > MAX_BUNDLE_BYTES {
        return Err(BundleError::Malformed);
    }
    let mut input = Input(bytes);
    let magic: [u8; 4] = input.take()?;
    let [version, suite] = input.take()?;
    if magic == *MAGIC && version > VERSION {
        return Err(BundleError::NewerVersion);
    }
    if magic != *MAGIC || version != VERSION || suite != SUITE {
        return Err(BundleError::Malformed);
    }
    let account = input.take()?;
    let revision = u64::from_be_bytes(input.take()?);
    let check = KeyCheck::from_bytes(input.take()?);
    let [count] = input.take()?;
    if !(1..=MAX_SLOTS).contains(&usize::from(count)) || revision == 0 {
        return Err(BundleError::Malformed);
    }
    let mut slots: Vec<Slot> = Vec::new();
    for _ in 0..count {
        let slot = decode_slot(&mut input)?;
        if slots.last().is_some_and(|last| last.kind >= slot.kind) {
            return Err(BundleError::Malformed);
        }
        slots.push(slot);
    }
    let links = usize::from(u16::from_be_bytes(input.take()?));
    if links >= MAX_ACCOUNT_EPOCHS {
        return Err(BundleError::Malformed);
    }
    let links = (0..links).map(|_| input.take()).collect::<Result<Vec<[u8; LINK_LEN]>, _>>()?;
    let mac = input.take()?;
    if !input.0.is_empty() {
        return Err(BundleError::Malformed);
    }
    Ok((BundleFields { account, revision, check, slots, history: EpochHistory::from_links(links) }, mac))
}

fn decode_slot(input: &mut Input<'_>) -> Result<Slot, BundleError> {
    let [kind] = input.take()?;
    let kind = SlotKind::from_number(kind).ok_or(BundleError::Malformed)?;
    let mut number = || input.take().map(u32::from_be_bytes);
    let cost = Cost { memory_kib: number()?, passes: number()?, lanes: number()? };
    match kind {
        SlotKind::Password => drop(PasswordCost::new(cost).map_err(|_| BundleError::Cost)?),
        SlotKind::Recovery if cost == Cost { memory_kib: 0, passes: 0, lanes: 0 } => {}
        SlotKind::Recovery => return Err(BundleError::Malformed),
    }
    let (public, envelope) = (input.take()?, input.take()?);
    let grant = match input.take()? {
        [0] => None,
        [1] => Some(SlotGrant { sender: input.take()?, grant: input.take()? }),
        _ => return Err(BundleError::Malformed),
    };
    Ok(Slot { kind, cost, public, envelope, grant })
}

/// What is left to decode.
struct Input<'a>(&'a [u8]);

impl Input<'_> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N], BundleError> {
        let (field, rest) = self.0.split_first_chunk().ok_or(BundleError::Malformed)?;
        self.0 = rest;
        Ok(*field)
    }
}
