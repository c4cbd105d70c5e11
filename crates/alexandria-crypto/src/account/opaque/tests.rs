//! Registration and sign-in against the server's half of the same crate, and what a lying server can try (trap 21).

use opaque_ke::rand::RngCore;
use opaque_ke::{
    CredentialFinalization, CredentialRequest, RegistrationRequest, RegistrationUpload, ServerLogin,
    ServerLoginParameters, ServerRegistration, ServerSetup,
};

use super::stretch::tests::recorded;
use super::*;
use crate::passphrase::Cost;

const LOGIN_NAME: &[u8] = b"reader";

fn password(text: &str) -> Passphrase {
    Passphrase::new(text.to_owned())
}

struct Server {
    setup: ServerSetup<Suite>,
    file: Option<ServerRegistration<Suite>>,
}

impl Server {
    fn new() -> Self {
        Self { setup: ServerSetup::new(&mut EntropyStream::new().unwrap()), file: None }
    }

    fn register(&mut self, password: &Passphrase, cost: PasswordCost) -> Result<Registered, OpaqueError> {
        let (registration, request) = Registration::start(password)?;
        let request = RegistrationRequest::deserialize(&request).unwrap();
        let response = ServerRegistration::<Suite>::start(&self.setup, request, LOGIN_NAME).unwrap();
        let registered = registration.finish(&response.message.serialize(), cost)?;
        self.file = Some(ServerRegistration::finish(RegistrationUpload::deserialize(&registered.upload).unwrap()));
        Ok(registered)
    }

    fn answer(&self, request: &[u8]) -> (Vec<u8>, ServerLogin<Suite>) {
        let request = CredentialRequest::deserialize(request).unwrap();
        let parameters = ServerLoginParameters { context: Some(CONTEXT), ..ServerLoginParameters::default() };
        let mut entropy = EntropyStream::new().unwrap();
        let started =
            ServerLogin::start(&mut entropy, &self.setup, self.file.clone(), request, LOGIN_NAME, parameters).unwrap();
        (started.message.serialize().to_vec(), started.state)
    }

    /// Signs in, and checks that the server agrees.
    fn login(
        &self,
        password: &Passphrase,
        cost: PasswordCost,
        known: Option<&ServerKey>,
    ) -> Result<SignedIn, OpaqueError> {
        let (login, request) = SignIn::start(password)?;
        let (response, state) = self.answer(&request);
        let logged_in = login.finish(&response, cost, known)?;
        let finalization = CredentialFinalization::deserialize(&logged_in.finalization).unwrap();
        let parameters = ServerLoginParameters { context: Some(CONTEXT), ..ServerLoginParameters::default() };
        let finished = state.finish(finalization, parameters).unwrap();
        assert_eq!(finished.session_key.as_slice(), logged_in.session_key.as_slice());
        Ok(logged_in)
    }
}

#[test]
fn opaque_login_stretches_with_the_promised_cost_and_returns_the_same_export_key() {
    let mut server = Server::new();
    let correct = password("correct horse battery staple");
    recorded();
    let registered = server.register(&correct, PasswordCost::STANDARD).ok().unwrap();
    let logged_in = server.login(&correct, PasswordCost::STANDARD, Some(&registered.server_key)).ok().unwrap();
    // Trap 21: 64 MiB and three passes, at registration and at sign-in.
    assert_eq!(recorded(), [Cost { memory_kib: 65_536, passes: 3, lanes: 1 }; 2]);
    assert!(registered.export_key.slot_key().is_same(&logged_in.export_key.slot_key()));
    assert_eq!(registered.server_key, logged_in.server_key);

    let wrong = server.login(&password("correct horse battery"), PasswordCost::STANDARD, None);
    assert_eq!(wrong.err(), Some(OpaqueError::WrongPassword));
    // Another cost gives another result, so a server gains nothing by stating one.
    let dearer = PasswordCost::new(Cost { passes: 4, ..Cost::STANDARD }).unwrap();
    assert_eq!(server.login(&correct, dearer, None).err(), Some(OpaqueError::WrongPassword));
    let other = server.login(&correct, PasswordCost::STANDARD, Some(&[7; 32]));
    assert_eq!(other.err(), Some(OpaqueError::OtherServer));
    // An account that does not exist answers like a wrong password.
    server.file = None;
    assert_eq!(server.login(&correct, PasswordCost::STANDARD, None).err(), Some(OpaqueError::WrongPassword));
}

#[test]
fn damaged_or_reflected_answers_are_refused_before_the_password_is_stretched() {
    let server = Server::new();
    let attempt = |answer: &dyn Fn(&[u8]) -> Vec<u8>| {
        let (login, request) = SignIn::start(&password("correct horse")).ok().unwrap();
        login.finish(&answer(&request), PasswordCost::STANDARD, None).err()
    };
    recorded();
    assert_eq!(attempt(&|_| Vec::new()), Some(OpaqueError::Malformed));
    assert_eq!(attempt(&|request| server.answer(request).0[1..].to_vec()), Some(OpaqueError::Malformed));
    let reflected = |request: &[u8]| [&request[..32], &server.answer(request).0[32..]].concat();
    assert_eq!(attempt(&reflected), Some(OpaqueError::Malformed));
    assert_eq!(recorded(), []);
    let changed = |request: &[u8]| {
        let mut answer = server.answer(request).0;
        *answer.last_mut().unwrap() ^= 1;
        answer
    };
    assert_eq!(attempt(&changed), Some(OpaqueError::WrongPassword));
}

#[test]
fn passwords_that_are_too_short_or_too_long_are_not_registered() {
    let check = |text: &str, expect| assert_eq!(Registration::start(&password(text)).err(), Some(expect));
    check("seven77", OpaqueError::Length(PassphraseLength::TooShort));
    check(&"x".repeat(1025), OpaqueError::Length(PassphraseLength::TooLong));
}

#[test]
fn messages_of_two_attempts_differ() {
    let first = |_| SignIn::start(&password("correct horse")).ok().unwrap().1;
    let [one, two] = [0, 1].map(first);
    assert_ne!(one, two);
    assert_ne!(EntropyStream::new().unwrap().next_u64(), EntropyStream::new().unwrap().next_u64());
}
