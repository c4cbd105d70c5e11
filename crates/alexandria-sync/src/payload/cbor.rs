//! Reading and writing CBOR maps with integer keys.

use ciborium::Value;

/// How deep an op may be nested.
const MAX_DEPTH: usize = 16;

/// Why CBOR is not what was expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CborError {
    /// Not CBOR, or more than one item, or nested too deeply.
    #[error("not one CBOR item")]
    Syntax,
    /// A part is absent or has another type or range than it must have.
    #[error("a part is absent or has the wrong type")]
    Shape,
    /// The op has a value that only its stored bytes can express.
    #[error("the value cannot be encoded")]
    Unencodable,
}

/// A map with integer keys that is being read. What is read is taken out, so what is left is what nobody knows.
#[derive(Debug)]
pub(super) struct Fields(Vec<(u64, Value)>);

impl Fields {
    pub(super) fn of(value: Value) -> Result<Self, CborError> {
        let Value::Map(entries) = value else { return Err(CborError::Shape) };
        let mut fields: Vec<(u64, Value)> = Vec::with_capacity(entries.len());
        for (key, value) in entries {
            let key = key.as_integer().and_then(|key| u64::try_from(key).ok()).ok_or(CborError::Shape)?;
            if fields.iter().any(|(other, _)| *other == key) {
                return Err(CborError::Shape);
            }
            fields.push((key, value));
        }
        Ok(Self(fields))
    }

    /// Takes a field out; `None` if there is none.
    pub(super) fn take(&mut self, key: u64) -> Option<Value> {
        let at = self.0.iter().position(|(other, _)| *other == key)?;
        Some(self.0.swap_remove(at).1)
    }

    /// Takes out a field that must be there.
    pub(super) fn need(&mut self, key: u64) -> Result<Value, CborError> {
        self.take(key).ok_or(CborError::Shape)
    }

    /// Whether all fields were taken.
    pub(super) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Builds a map, leaving out absent values.
pub(super) fn map<const N: usize>(entries: [(u64, Option<Value>); N]) -> Value {
    let present = entries.into_iter().filter_map(|(key, value)| Some((Value::from(key), value?)));
    Value::Map(present.collect())
}

pub(super) fn encode(value: &Value) -> Result<Vec<u8>, CborError> {
    let mut bytes = Vec::new();
    ciborium::into_writer(value, &mut bytes).map_err(|_| CborError::Unencodable)?;
    Ok(bytes)
}

pub(super) fn decode(mut bytes: &[u8]) -> Result<Value, CborError> {
    let value = ciborium::de::from_reader_with_recursion_limit(&mut bytes, MAX_DEPTH).map_err(|_| CborError::Syntax)?;
    if bytes.is_empty() { Ok(value) } else { Err(CborError::Syntax) }
}

pub(super) fn bytes<const N: usize>(bytes: &[u8; N]) -> Value {
    Value::Bytes(bytes.to_vec())
}

pub(super) fn array<const N: usize>(value: &Value) -> Result<[u8; N], CborError> {
    value.as_bytes().and_then(|bytes| bytes.as_slice().try_into().ok()).ok_or(CborError::Shape)
}

pub(super) fn unsigned(value: &Value) -> Result<u64, CborError> {
    value.as_integer().and_then(|number| u64::try_from(number).ok()).ok_or(CborError::Shape)
}

pub(super) fn small(value: &Value) -> Result<u32, CborError> {
    u32::try_from(unsigned(value)?).map_err(|_| CborError::Shape)
}

pub(super) fn float(value: &Value) -> Result<f64, CborError> {
    value.as_float().ok_or(CborError::Shape)
}

pub(super) fn text(value: Value) -> Result<String, CborError> {
    value.into_text().map_err(|_| CborError::Shape)
}

pub(super) fn list(value: Value) -> Result<Vec<Value>, CborError> {
    value.into_array().map_err(|_| CborError::Shape)
}

pub(super) fn texts(value: Value) -> Result<Vec<String>, CborError> {
    list(value)?.into_iter().map(text).collect()
}
