//! Values of registers.

use alexandria_domain::{DeviceId, Hlc, Membership, NoteText, Seen, Value};
use ciborium::Value as Cbor;

use super::cbor::{self, CborError};
use super::locator;

const MEMBERSHIP: u64 = 1;
const TEXT: u64 = 2;
const PLACE: u64 = 3;
const FLAG: u64 = 4;
const NOTE: u64 = 5;
const TEXTS: u64 = 6;
const INTEGER: u64 = 7;

/// `None` stands for [`Value::None`].
pub(super) fn encode(value: &Value) -> Result<Option<Cbor>, CborError> {
    let (kind, of) = match value {
        Value::None => return Ok(None),
        Value::Membership(membership) => {
            let number = match membership {
                Membership::Shelf => 0u64,
                Membership::Bin => 1,
                Membership::Gone => 2,
            };
            (MEMBERSHIP, Cbor::from(number))
        }
        Value::Text(text) => (TEXT, Cbor::from(text.as_str())),
        Value::Place(place) => (PLACE, locator::encode(place)),
        Value::Flag(flag) => (FLAG, Cbor::from(*flag)),
        Value::Note(note) => (NOTE, encode_note(note)),
        Value::Texts(texts) => (TEXTS, Cbor::Array(texts.iter().map(|text| Cbor::from(text.as_str())).collect())),
        Value::Integer(number) => (INTEGER, Cbor::from(*number)),
        Value::Unknown(_) => return Err(CborError::Unencodable),
    };
    Ok(Some(Cbor::Array(vec![Cbor::from(kind), of])))
}

pub(super) fn decode(value: Option<Cbor>) -> Result<Value, CborError> {
    let Some(value) = value else { return Ok(Value::None) };
    let [kind, of]: [Cbor; 2] = cbor::list(value)?.try_into().map_err(|_| CborError::Shape)?;
    match cbor::unsigned(&kind)? {
        MEMBERSHIP => match cbor::unsigned(&of)? {
            0 => Ok(Value::Membership(Membership::Shelf)),
            1 => Ok(Value::Membership(Membership::Bin)),
            2 => Ok(Value::Membership(Membership::Gone)),
            _ => Err(CborError::Shape),
        },
        TEXT => Ok(Value::Text(cbor::text(of)?)),
        PLACE => Ok(Value::Place(Box::new(locator::decode(of)?))),
        FLAG => of.as_bool().map(Value::Flag).ok_or(CborError::Shape),
        NOTE => Ok(Value::Note(decode_note(of)?)),
        TEXTS => Ok(Value::Texts(cbor::texts(of)?)),
        INTEGER => {
            of.as_integer().and_then(|number| i64::try_from(number).ok()).map(Value::Integer).ok_or(CborError::Shape)
        }
        _ => Err(CborError::Shape),
    }
}

/// The text, then device and stamp of each op that it replaces.
fn encode_note(note: &NoteText) -> Cbor {
    let seen = |seen: &Seen| Cbor::Array(vec![cbor::bytes(seen.device.as_bytes()), Cbor::from(seen.stamp.to_u64())]);
    Cbor::Array(vec![Cbor::from(note.text.as_str()), Cbor::Array(note.seen.iter().map(seen).collect())])
}

fn decode_note(note: Cbor) -> Result<NoteText, CborError> {
    let [text, seen]: [Cbor; 2] = cbor::list(note)?.try_into().map_err(|_| CborError::Shape)?;
    let seen = cbor::list(seen)?.into_iter().map(|seen| {
        let [device, stamp]: [Cbor; 2] = cbor::list(seen)?.try_into().map_err(|_| CborError::Shape)?;
        let device = DeviceId::from_bytes(cbor::array(&device)?);
        Ok(Seen { device, stamp: Hlc::from_u64(cbor::unsigned(&stamp)?) })
    });
    Ok(NoteText { text: cbor::text(text)?, seen: seen.collect::<Result<_, CborError>>()? })
}
