//! Passwords that the server never sees: the server's side of OPAQUE (RFC 9807).
//!
//! Boundary: messages in, messages out. Who may try how often, and where the state of a login waits for its second
//! message, is decided in `login.rs` and `registration.rs`. Absent: the key stretching function. It runs on the client
//! only (Argon2id, `alexandria-crypto`), so the suite here needs none; a server that stretched would offer strangers a
//! way to spend its memory.

use opaque_ke::{
    CipherSuite, CredentialFinalization, CredentialRequest, RegistrationRequest, RegistrationUpload, Ristretto255,
    ServerLogin, ServerLoginParameters, ServerRegistration, ServerSetup, TripleDh, errors::ProtocolError, ksf,
};
use sha2_opaque::Sha512;
use zeroize::Zeroizing;

use crate::random::{OsRandom, RandomError, probe};

#[cfg(test)]
mod tests;

/// Bound into every login: a transcript of another protocol or version does not verify. The same as the client has in
/// `alexandria-crypto`, which the server cannot reach.
pub const CONTEXT: &[u8] = "alexandria/opaque/v1".as_bytes();

/// First byte of a persisted setup: which release line of `opaque-ke` can read the rest. Version 4 changed the
/// encoding of version 3, and a setup that reads as something else would lock out every account.
pub const SETUP_VERSION: u8 = 4;

/// The suite as the server sees it. The client's differs in the key stretching function alone.
#[derive(Debug, Clone, Copy)]
pub struct Suite;

impl CipherSuite for Suite {
    type OprfCs = Ristretto255;
    type KeyExchange = TripleDh<Ristretto255, Sha512>;
    type Ksf = ksf::Identity;
}

/// Why a message of the password protocol was refused.
#[derive(Debug, thiserror::Error)]
pub enum OpaqueError {
    /// The message is not one of the protocol.
    #[error("malformed message of the password protocol")]
    Malformed,
    /// The password is wrong, or there is no such account; the server cannot tell which to the client.
    #[error("wrong login name or password")]
    Refused,
    /// The persisted setup was written by another release line.
    #[error("the password setup has version {0}, this server reads {SETUP_VERSION}")]
    SetupVersion(u8),
    /// The persisted setup cannot be read.
    #[error("the password setup is damaged")]
    SetupDamaged,
    /// No random bytes.
    #[error(transparent)]
    Random(#[from] RandomError),
}

impl From<ProtocolError> for OpaqueError {
    fn from(error: ProtocolError) -> Self {
        match error {
            ProtocolError::InvalidLoginError => Self::Refused,
            _ => Self::Malformed,
        }
    }
}

/// The server's long-lived secrets of the password protocol. Losing them locks out every account.
pub struct Setup(ServerSetup<Suite>);

impl std::fmt::Debug for Setup {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Setup(..)")
    }
}

/// What the server keeps between the two messages of a login, and what it answers the first with.
pub struct LoginStart {
    /// For the client.
    pub response: Vec<u8>,
    /// For [`Setup::finish_login`]; secret, and used once.
    pub state: Zeroizing<Vec<u8>>,
}

impl std::fmt::Debug for LoginStart {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("LoginStart").field("response", &self.response.len()).finish_non_exhaustive()
    }
}

impl Setup {
    /// A new setup, for a server that has none.
    ///
    /// # Errors
    /// [`OpaqueError::Random`].
    pub fn generate() -> Result<Self, OpaqueError> {
        probe()?;
        Ok(Self(ServerSetup::new(&mut OsRandom)))
    }

    /// The setup as it is persisted: a version byte and the library's own encoding.
    #[must_use]
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        let mut bytes = Zeroizing::new(vec![SETUP_VERSION]);
        bytes.extend_from_slice(&self.0.serialize());
        bytes
    }

    /// A persisted setup.
    ///
    /// # Errors
    /// [`OpaqueError::SetupVersion`], [`OpaqueError::SetupDamaged`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, OpaqueError> {
        match bytes.split_first() {
            Some((&SETUP_VERSION, rest)) => {
                ServerSetup::deserialize(rest).map(Self).map_err(|_| OpaqueError::SetupDamaged)
            }
            Some((&version, _)) => Err(OpaqueError::SetupVersion(version)),
            None => Err(OpaqueError::SetupDamaged),
        }
    }

    /// Answers the first message of a registration. Nothing needs to be kept.
    ///
    /// # Errors
    /// [`OpaqueError::Malformed`].
    pub fn start_registration(&self, credential: &[u8], request: &[u8]) -> Result<Vec<u8>, OpaqueError> {
        let request = RegistrationRequest::deserialize(request)?;
        let started = ServerRegistration::<Suite>::start(&self.0, request, credential)?;
        Ok(started.message.serialize().to_vec())
    }

    /// Checks the last message of a registration and returns the password file to store.
    ///
    /// # Errors
    /// [`OpaqueError::Malformed`].
    pub fn finish_registration(upload: &[u8]) -> Result<Vec<u8>, OpaqueError> {
        let upload = RegistrationUpload::<Suite>::deserialize(upload)?;
        Ok(ServerRegistration::finish(upload).serialize().to_vec())
    }

    /// Answers the first message of a login. Without a password file the answer has the same form and takes the same
    /// work, and no second message will fit it.
    ///
    /// # Errors
    /// [`OpaqueError::Malformed`], [`OpaqueError::Random`].
    pub fn start_login(
        &self,
        credential: &[u8],
        password_file: Option<&[u8]>,
        request: &[u8],
    ) -> Result<LoginStart, OpaqueError> {
        probe()?;
        let request = CredentialRequest::deserialize(request)?;
        let file = password_file.map(ServerRegistration::<Suite>::deserialize).transpose()?;
        let started = ServerLogin::start(&mut OsRandom, &self.0, file, request, credential, parameters())?;
        Ok(LoginStart {
            response: started.message.serialize().to_vec(),
            state: Zeroizing::new(started.state.serialize().to_vec()),
        })
    }

    /// Whether the last message of a login proves the password.
    ///
    /// # Errors
    /// [`OpaqueError::Refused`] where it does not, [`OpaqueError::Malformed`].
    pub fn finish_login(state: &[u8], finalization: &[u8]) -> Result<(), OpaqueError> {
        let state = ServerLogin::<Suite>::deserialize(state)?;
        let finalization = CredentialFinalization::deserialize(finalization)?;
        state.finish(finalization, parameters())?;
        Ok(())
    }
}

fn parameters<'a>() -> ServerLoginParameters<'a, 'a> {
    ServerLoginParameters { context: Some(CONTEXT), ..ServerLoginParameters::default() }
}
