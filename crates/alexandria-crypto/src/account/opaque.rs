//! The client of OPAQUE (RFC 9807): sign-up and sign-in by a password that the server never sees.
//!
//! Suite: ristretto255 with SHA-512, 3DH, and Argon2id as the stretching function. Registration and sign-in both take the cost
//! explicitly and refuse one below the floor. Absent: the transport, second factors, and what the server does with the login
//! name.

use opaque_ke::errors::{InternalError, ProtocolError};
use opaque_ke::{
    CipherSuite, ClientLogin, ClientLoginFinishParameters, ClientRegistration, ClientRegistrationFinishParameters,
    CredentialResponse, Identifiers, RegistrationResponse, Ristretto255, TripleDh,
};
use sha2_opaque::Sha512;
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, Zeroizing};

use self::stretch::Stretch;
use super::slot::SlotKey;
use crate::entropy::EntropyStream;
use crate::hazmat;
use crate::keys::SecretKey;
use crate::passphrase::{Passphrase, PassphraseLength};
use crate::random::RandomError;

mod stretch;
#[cfg(test)]
mod tests;

pub use stretch::{CostOutOfBounds, PasswordCost};

/// What both sides sign in for; part of the transcript.
const CONTEXT: &[u8] = b"alexandria/opaque/v1";

struct Suite;

impl CipherSuite for Suite {
    type OprfCs = Ristretto255;
    type KeyExchange = TripleDh<Ristretto255, Sha512>;
    type Ksf = Stretch;
}

/// Why signing up or in fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OpaqueError {
    /// The new password is too short or too long.
    #[error(transparent)]
    Length(PassphraseLength),
    /// The password is wrong, or there is no such account: the server does not tell which.
    #[error("the password or the account is wrong")]
    WrongPassword,
    /// The answer is not one of the protocol.
    #[error("the server's answer to the sign-in is damaged")]
    Malformed,
    /// The server has another key than the one this device remembers.
    #[error("the server's key is not the one that this device knows")]
    OtherServer,
    /// Not enough memory to stretch the password.
    #[error("not enough memory to stretch the password")]
    Memory,
    /// The system's random generator failed.
    #[error(transparent)]
    Random(#[from] RandomError),
}

impl From<ProtocolError> for OpaqueError {
    fn from(error: ProtocolError) -> Self {
        match error {
            ProtocolError::InvalidLoginError => Self::WrongPassword,
            ProtocolError::LibraryError(InternalError::KsfError) => Self::Memory,
            _ => Self::Malformed,
        }
    }
}

/// The public key of the server's side of OPAQUE, which a device remembers.
pub type ServerKey = [u8; 32];

/// What only the holder of the password can compute: the key of the bundle's password slot comes from it.
#[expect(missing_debug_implementations, reason = "a secret is never printed")]
pub struct ExportKey {
    key: SecretKey,
    cost: PasswordCost,
}

impl ExportKey {
    pub(crate) fn new(export: &mut [u8], cost: PasswordCost) -> Self {
        let mut key = Zeroizing::new([0; 32]);
        hazmat::expand(export, &[], &[b"alexandria/opaque-export-key/v1"], &mut key);
        export.zeroize();
        Self { key: SecretKey::take(&mut key), cost }
    }

    /// The key of the bundle's password slot.
    #[must_use]
    pub fn slot_key(&self) -> SlotKey {
        SlotKey::stretched(self.key.duplicate(), self.cost.cost())
    }
}

/// A registration that waits for the server's answer.
#[expect(missing_debug_implementations, reason = "it holds a password")]
pub struct Registration {
    state: ClientRegistration<Suite>,
    password: Passphrase,
}

/// A finished registration.
#[expect(missing_debug_implementations, reason = "it holds a secret")]
pub struct Registered {
    /// The last message to the server, which stores it.
    pub upload: Vec<u8>,
    /// Seals the account's secrets.
    pub export_key: ExportKey,
    /// To be remembered and given to [`SignIn::finish`].
    pub server_key: ServerKey,
}

impl Registration {
    /// Starts to register `password`, and returns the first message to the server.
    ///
    /// # Errors
    /// When the password is too short or too long, or the operating system's random generator fails.
    pub fn start(password: &Passphrase) -> Result<(Self, Vec<u8>), OpaqueError> {
        password.check_length().map_err(OpaqueError::Length)?;
        let started = ClientRegistration::<Suite>::start(&mut EntropyStream::new()?, password.expose_bytes())?;
        let message = started.message.serialize().to_vec();
        Ok((Self { state: started.state, password: password.duplicate() }, message))
    }

    /// Finishes with the server's answer. Stretches the password, which takes most of a second.
    ///
    /// # Errors
    /// When the answer is damaged, there is not enough memory, or the random generator fails.
    pub fn finish(self, response: &[u8], cost: PasswordCost) -> Result<Registered, OpaqueError> {
        let response = RegistrationResponse::<Suite>::deserialize(response)?;
        let stretch = Stretch::new(cost);
        let parameters = ClientRegistrationFinishParameters::new(Identifiers::default(), Some(&stretch));
        let mut entropy = EntropyStream::new()?;
        let mut finished = self.state.finish(&mut entropy, self.password.expose_bytes(), response, parameters)?;
        Ok(Registered {
            upload: finished.message.serialize().to_vec(),
            export_key: ExportKey::new(&mut finished.export_key, cost),
            server_key: server_key(&finished.server_s_pk.serialize())?,
        })
    }
}

/// A sign-in that waits for the server's answer.
#[expect(missing_debug_implementations, reason = "it holds a password")]
pub struct SignIn {
    state: ClientLogin<Suite>,
    password: Passphrase,
}

/// A finished sign-in.
#[expect(missing_debug_implementations, reason = "it holds secrets")]
pub struct SignedIn {
    /// The last message to the server, which proves the password to it.
    pub finalization: Vec<u8>,
    /// The secret that both sides have now.
    pub session_key: Zeroizing<[u8; 64]>,
    /// Opens the password slot of the key bundle.
    pub export_key: ExportKey,
    /// To be remembered.
    pub server_key: ServerKey,
}

impl SignIn {
    /// Starts to sign in, and returns the first message to the server.
    ///
    /// # Errors
    /// When the operating system's random generator fails.
    pub fn start(password: &Passphrase) -> Result<(Self, Vec<u8>), OpaqueError> {
        let mut entropy = EntropyStream::new()?;
        let started = ClientLogin::<Suite>::start(&mut entropy, password.expose_bytes())?;
        let message = started.message.serialize().to_vec();
        Ok((Self { state: started.state, password: password.duplicate() }, message))
    }

    /// Finishes with the server's answer. `known` is the server's key if this device remembers one. Stretches the password.
    ///
    /// # Errors
    /// When the password or the account is wrong, the server is another one, the answer is damaged, there is not enough memory,
    /// or the random generator fails.
    pub fn finish(
        self,
        response: &[u8],
        cost: PasswordCost,
        known: Option<&ServerKey>,
    ) -> Result<SignedIn, OpaqueError> {
        let response = CredentialResponse::<Suite>::deserialize(response)?;
        let stretch = Stretch::new(cost);
        let parameters = ClientLoginFinishParameters::new(Some(CONTEXT), Identifiers::default(), Some(&stretch));
        let mut entropy = EntropyStream::new()?;
        let mut finished = self.state.finish(&mut entropy, self.password.expose_bytes(), response, parameters)?;
        let server_key = server_key(&finished.server_s_pk.serialize())?;
        let mut session_key = Zeroizing::new([0; 64]);
        session_key.iter_mut().zip(&finished.session_key).for_each(|(target, byte)| *target = *byte);
        finished.session_key.as_mut_slice().zeroize();
        let export_key = ExportKey::new(&mut finished.export_key, cost);
        if known.is_some_and(|known| !bool::from(known.ct_eq(&server_key))) {
            return Err(OpaqueError::OtherServer);
        }
        Ok(SignedIn { finalization: finished.message.serialize().to_vec(), session_key, export_key, server_key })
    }
}

fn server_key(bytes: &[u8]) -> Result<ServerKey, OpaqueError> {
    bytes.try_into().map_err(|_| OpaqueError::Malformed)
}
