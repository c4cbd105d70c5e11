//! Errors of extraction. Of what they say, only numbers are sent: a compromised worker must not choose what people read.

use std::io::{Error, ErrorKind};

use alexandria_extract::{Defect, ExtractError, ForeignFormat, LimitKind, ProtectionScheme};

use super::frame::{DecodeError, Payload, Values};

/// Kinds of errors that have no number of the operating system; any other becomes the first.
const IO_KINDS: &[ErrorKind] = &[
    ErrorKind::Other,
    ErrorKind::UnexpectedEof,
    ErrorKind::InvalidData,
    ErrorKind::InvalidInput,
    ErrorKind::Unsupported,
    ErrorKind::OutOfMemory,
    ErrorKind::PermissionDenied,
];

pub(super) fn put(error: &ExtractError, payload: &mut Payload) {
    match error {
        ExtractError::Io(error) => match error.raw_os_error() {
            Some(number) => {
                payload.byte(0);
                payload.raw(&number.to_le_bytes());
            }
            None => {
                payload.byte(1);
                payload.byte(position(IO_KINDS, error.kind()));
            }
        },
        ExtractError::UnsupportedFormat => payload.byte(2),
        ExtractError::Protected { scheme } => {
            payload.byte(3);
            payload.byte(position(ProtectionScheme::ALL, *scheme));
        }
        ExtractError::Malformed { what } => {
            payload.byte(4);
            payload.byte(position(Defect::ALL, *what));
        }
        ExtractError::Limit { what, limit } => {
            payload.byte(5);
            payload.byte(position(LimitKind::ALL, *what));
            payload.number(*limit);
        }
        ExtractError::NotFound => payload.byte(6),
        ExtractError::Unsupported { format } => {
            payload.byte(7);
            payload.byte(position(ForeignFormat::ALL, *format));
        }
        ExtractError::PasswordRequired => payload.byte(8),
        ExtractError::WrongPassword => payload.byte(9),
    }
}

pub(super) fn get(values: &mut Values<'_>) -> Result<ExtractError, DecodeError> {
    Ok(match values.byte()? {
        0 => ExtractError::Io(Error::from_raw_os_error(i32::from_le_bytes(values.array()?))),
        1 => ExtractError::Io(at(IO_KINDS, values)?.into()),
        2 => ExtractError::UnsupportedFormat,
        3 => ExtractError::Protected { scheme: at(ProtectionScheme::ALL, values)? },
        4 => ExtractError::Malformed { what: at(Defect::ALL, values)? },
        5 => ExtractError::Limit { what: at(LimitKind::ALL, values)?, limit: values.number()? },
        6 => ExtractError::NotFound,
        7 => ExtractError::Unsupported { format: at(ForeignFormat::ALL, values)? },
        8 => ExtractError::PasswordRequired,
        9 => ExtractError::WrongPassword,
        _ => return Err(DecodeError::Invalid("unknown error")),
    })
}

fn position<T: Copy + PartialEq>(all: &[T], value: T) -> u8 {
    let position = all.iter().position(|other| *other == value).unwrap_or_default();
    u8::try_from(position).unwrap_or_default()
}

fn at<T: Copy>(all: &[T], values: &mut Values<'_>) -> Result<T, DecodeError> {
    all.get(usize::from(values.byte()?)).copied().ok_or(DecodeError::Invalid("unknown kind of error"))
}
