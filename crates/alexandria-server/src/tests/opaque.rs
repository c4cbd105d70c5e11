//! The client's side of the password protocol, without key stretching: strength is not what is tested here.

use crate::random::OsRandom;
use crate::service::opaque::{CONTEXT, Suite};
use opaque_ke::{
    ClientLogin, ClientLoginFinishParameters, ClientRegistration, ClientRegistrationFinishParameters,
    CredentialResponse, Identifiers, RegistrationResponse,
};

/// A started registration.
pub(crate) struct Registration {
    state: ClientRegistration<Suite>,
    pub(crate) request: Vec<u8>,
}

impl Registration {
    pub(crate) fn start(password: &str) -> Self {
        let start = ClientRegistration::<Suite>::start(&mut OsRandom, password.as_bytes()).unwrap();
        Self { state: start.state, request: start.message.serialize().to_vec() }
    }

    pub(crate) fn finish(self, password: &str, response: &[u8]) -> Vec<u8> {
        let response = RegistrationResponse::deserialize(response).unwrap();
        let parameters = ClientRegistrationFinishParameters::default();
        let finish = self.state.finish(&mut OsRandom, password.as_bytes(), response, parameters).unwrap();
        finish.message.serialize().to_vec()
    }
}

/// A started sign-in.
pub(crate) struct SignIn {
    state: ClientLogin<Suite>,
    pub(crate) request: Vec<u8>,
}

impl SignIn {
    pub(crate) fn start(password: &str) -> Self {
        let start = ClientLogin::<Suite>::start(&mut OsRandom, password.as_bytes()).unwrap();
        Self { state: start.state, request: start.message.serialize().to_vec() }
    }

    /// The last message; nothing if the client itself sees that the password is wrong.
    pub(crate) fn finish(self, password: &str, response: &[u8]) -> Option<Vec<u8>> {
        let response = CredentialResponse::deserialize(response).unwrap();
        let parameters = ClientLoginFinishParameters::new(Some(CONTEXT), Identifiers::default(), None);
        let finish = self.state.finish(&mut OsRandom, password.as_bytes(), response, parameters).ok()?;
        Some(finish.message.serialize().to_vec())
    }
}
