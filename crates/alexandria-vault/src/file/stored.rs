//! The vault file as JSON, described in `docs/formats/vault.md`.

use std::io;

use alexandria_crypto::keys::KeyRing;
use alexandria_crypto::passphrase::{Cost, PassphraseSlot};
use alexandria_crypto::recovery::RecoverySlot;
use alexandria_domain::DeviceId;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::slot::{Slot, SlotKind};

const FORMAT: &str = "alexandria-vault";
/// The newest version that can be read.
const VERSION: u64 = 3;
/// The first version in which a keychain slot can name its entry.
const VERSION_WITH_ENTRIES: u64 = 2;
/// The first version whose key ring can have several epochs.
const VERSION_WITH_EPOCHS: u64 = 3;
/// Bounds the work on a file that is not ours.
const MAX_SLOTS: usize = 16;

/// Why a vault file cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ParseError {
    /// Corrupt, or not a vault.
    Damaged,
    /// Written by a newer version.
    NewerVersion,
}

/// The contents of a vault file. None of it is secret in itself.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Contents {
    /// Names the library, and its keychain account.
    pub(crate) library: [u8; 16],
    /// Names this installation.
    pub(crate) device: DeviceId,
    pub(crate) slots: Vec<Slot>,
    /// The key ring, wrapped under the library key.
    pub(crate) keys: Vec<u8>,
}

/// The fields that decide whether this version can parse the others.
#[derive(Deserialize)]
struct Preamble {
    format: String,
    version: u64,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredVault {
    format: String,
    version: u64,
    library: String,
    device: String,
    slots: Vec<Value>,
    keys: String,
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase", deny_unknown_fields)]
enum StoredSlot {
    Keychain {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        entry: Option<String>,
    },
    Passphrase {
        memory_kib: u32,
        passes: u32,
        lanes: u32,
        salt: String,
        envelope: String,
    },
    Recovery {
        envelope: String,
    },
}

impl Contents {
    /// Parses a vault file.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, ParseError> {
        let preamble: Preamble = serde_json::from_slice(bytes).map_err(|_| ParseError::Damaged)?;
        if preamble.format != FORMAT || preamble.version == 0 {
            return Err(ParseError::Damaged);
        }
        if preamble.version > VERSION {
            return Err(ParseError::NewerVersion);
        }
        let stored: StoredVault = serde_json::from_slice(bytes).map_err(|_| ParseError::Damaged)?;
        if stored.slots.is_empty() || stored.slots.len() > MAX_SLOTS {
            return Err(ParseError::Damaged);
        }
        let contents = Self {
            library: array(&stored.library)?,
            device: DeviceId::from_bytes(array(&stored.device)?),
            slots: stored.slots.into_iter().map(parse_slot).collect::<Result<_, _>>()?,
            keys: unhex(&stored.keys)?,
        };
        if contents.version() > stored.version { Err(ParseError::Damaged) } else { Ok(contents) }
    }

    /// The kinds of all slots that this version knows, in stored order.
    pub(crate) fn kinds(&self) -> Vec<SlotKind> {
        self.slots.iter().filter_map(Slot::kind).collect()
    }

    /// The slot of this kind: the first, if there are several.
    pub(crate) fn slot(&self, kind: SlotKind) -> Option<&Slot> {
        self.slots.iter().find(|slot| slot.kind() == Some(kind))
    }

    /// Replaces the slot of the same kind, or appends one. Returns false if there is no room.
    pub(crate) fn put_slot(&mut self, slot: Slot) -> bool {
        match self.slots.iter().position(|old| old.kind() == slot.kind()) {
            Some(at) => self.slots.splice(at..=at, [slot]).for_each(drop),
            None if self.slots.len() < MAX_SLOTS => self.slots.push(slot),
            None => return false,
        }
        true
    }

    /// The oldest version that can represent these contents, so that older programs can read them.
    fn version(&self) -> u64 {
        if self.keys.len() != KeyRing::V1_WRAPPED_LEN {
            VERSION_WITH_EPOCHS
        } else if self.slots.iter().any(|slot| matches!(slot, Slot::Keychain(Some(_)))) {
            VERSION_WITH_ENTRIES
        } else {
            1
        }
    }

    /// The text of the file.
    pub(crate) fn to_text(&self) -> io::Result<String> {
        let stored = StoredVault {
            format: FORMAT.to_owned(),
            version: self.version(),
            library: hex(&self.library),
            device: hex(self.device.as_bytes()),
            slots: self.slots.iter().map(serialize_slot).collect::<Result<_, _>>()?,
            keys: hex(&self.keys),
        };
        let mut text = serde_json::to_string_pretty(&stored)?;
        text.push('\n');
        Ok(text)
    }
}

fn parse_slot(value: Value) -> Result<Slot, ParseError> {
    match value.get("kind").and_then(Value::as_str) {
        Some("keychain" | "passphrase" | "recovery") => {}
        Some(_) => return Ok(Slot::Unknown(value)),
        None => return Err(ParseError::Damaged),
    }
    Ok(match serde_json::from_value(value).map_err(|_| ParseError::Damaged)? {
        StoredSlot::Keychain { entry } => Slot::Keychain(entry.as_deref().map(array).transpose()?),
        StoredSlot::Passphrase { memory_kib, passes, lanes, salt, envelope } => Slot::Passphrase(PassphraseSlot {
            cost: Cost { memory_kib, passes, lanes },
            salt: array(&salt)?,
            envelope: unhex(&envelope)?,
        }),
        StoredSlot::Recovery { envelope } => Slot::Recovery(RecoverySlot { envelope: unhex(&envelope)? }),
    })
}

fn serialize_slot(slot: &Slot) -> serde_json::Result<Value> {
    match slot {
        Slot::Keychain(entry) => {
            serde_json::to_value(StoredSlot::Keychain { entry: entry.as_ref().map(|entry| hex(entry)) })
        }
        Slot::Passphrase(slot) => serde_json::to_value(StoredSlot::Passphrase {
            memory_kib: slot.cost.memory_kib,
            passes: slot.cost.passes,
            lanes: slot.cost.lanes,
            salt: hex(&slot.salt),
            envelope: hex(&slot.envelope),
        }),
        Slot::Recovery(slot) => serde_json::to_value(StoredSlot::Recovery { envelope: hex(&slot.envelope) }),
        Slot::Unknown(value) => Ok(value.clone()),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Lower-case digits only, so that a value has one encoding.
fn unhex(digits: &str) -> Result<Vec<u8>, ParseError> {
    let nibble = |digit: u8| match digit {
        b'0'..=b'9' => Ok(digit - b'0'),
        b'a'..=b'f' => Ok(digit - b'a' + 10),
        _ => Err(ParseError::Damaged),
    };
    let (pairs, rest) = digits.as_bytes().as_chunks::<2>();
    if !rest.is_empty() {
        return Err(ParseError::Damaged);
    }
    pairs.iter().map(|&[high, low]| Ok((nibble(high)? << 4) | nibble(low)?)).collect()
}

fn array<const N: usize>(digits: &str) -> Result<[u8; N], ParseError> {
    unhex(digits)?.try_into().map_err(|_| ParseError::Damaged)
}
