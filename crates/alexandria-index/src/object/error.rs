//! Errors of the encrypted store in `object_store`'s form.

use object_store::Error;

/// Wraps an error of encryption, decryption or an invalid range. The [`OpenError`](alexandria_crypto::chunked::OpenError)
/// of a damaged object stays its source, so that callers can recognise damage.
pub(super) fn store_error(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::Generic { store: "SealedStore", source: source.into() }
}
