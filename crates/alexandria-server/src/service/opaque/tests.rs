use opaque_ke::{
    ClientLogin, ClientLoginFinishParameters, ClientRegistration, ClientRegistrationFinishParameters,
    CredentialResponse, RegistrationResponse,
};

use super::*;

const NAME: &[u8] = b"ada@example.org";

fn register(setup: &Setup, password: &[u8]) -> Vec<u8> {
    let start = ClientRegistration::<Suite>::start(&mut OsRandom, password).unwrap();
    let response = setup.start_registration(NAME, &start.message.serialize()).unwrap();
    let finish = start
        .state
        .finish(
            &mut OsRandom,
            password,
            RegistrationResponse::deserialize(&response).unwrap(),
            ClientRegistrationFinishParameters::default(),
        )
        .unwrap();
    Setup::finish_registration(&finish.message.serialize()).unwrap()
}

/// The client's last message, or nothing where the client itself sees that the password is wrong.
fn log_in(setup: &Setup, file: Option<&[u8]>, password: &[u8]) -> (LoginStart, Option<Vec<u8>>) {
    let start = ClientLogin::<Suite>::start(&mut OsRandom, password).unwrap();
    let answer = setup.start_login(NAME, file, &start.message.serialize()).unwrap();
    let finish = start.state.finish(
        &mut OsRandom,
        password,
        CredentialResponse::deserialize(&answer.response).unwrap(),
        ClientLoginFinishParameters::new(Some(CONTEXT), opaque_ke::Identifiers::default(), None),
    );
    (answer, finish.ok().map(|finish| finish.message.serialize().to_vec()))
}

#[test]
fn wrong_password_is_refused_and_right_one_accepted() {
    let setup = Setup::generate().unwrap();
    let file = register(&setup, b"correct horse");
    assert!(log_in(&setup, Some(&file), b"battery staple").1.is_none());
    let (start, last) = log_in(&setup, Some(&file), b"correct horse");
    let mut forged = last.clone().unwrap();
    forged[0] ^= 1;
    assert!(matches!(Setup::finish_login(&start.state, &forged), Err(OpaqueError::Refused)));
    Setup::finish_login(&start.state, &last.unwrap()).unwrap();
}

#[test]
fn state_of_one_login_does_not_finish_another() {
    let setup = Setup::generate().unwrap();
    let file = register(&setup, b"correct horse");
    let (first, _) = log_in(&setup, Some(&file), b"correct horse");
    let (_, last) = log_in(&setup, Some(&file), b"correct horse");
    assert!(matches!(Setup::finish_login(&first.state, &last.unwrap()), Err(OpaqueError::Refused)));
}

#[test]
fn unknown_account_gets_answer_and_state_of_same_size() {
    let setup = Setup::generate().unwrap();
    let file = register(&setup, b"correct horse");
    let (known, _) = log_in(&setup, Some(&file), b"guess");
    let (unknown, last) = log_in(&setup, None, b"guess");
    assert!(last.is_none());
    assert_eq!(known.response.len(), unknown.response.len());
    assert_eq!(known.state.len(), unknown.state.len());
}

#[test]
fn setup_is_read_back_and_other_versions_are_refused() {
    let setup = Setup::generate().unwrap();
    let file = register(&setup, b"correct horse");
    let mut bytes = setup.to_bytes();
    let restored = Setup::from_bytes(&bytes).unwrap();
    let (start, last) = log_in(&restored, Some(&file), b"correct horse");
    Setup::finish_login(&start.state, &last.unwrap()).unwrap();
    assert!(matches!(Setup::from_bytes(&bytes[..20]), Err(OpaqueError::SetupDamaged)));
    assert!(matches!(Setup::from_bytes(&[]), Err(OpaqueError::SetupDamaged)));
    bytes[0] = 3;
    assert!(matches!(Setup::from_bytes(&bytes), Err(OpaqueError::SetupVersion(3))));
}

#[test]
fn malformed_messages_are_refused() {
    let setup = Setup::generate().unwrap();
    for bytes in [&[][..], &[0; 31], &[255; 32], &[255; 96], &[0; 300]] {
        assert!(matches!(setup.start_registration(NAME, bytes), Err(OpaqueError::Malformed)), "{}", bytes.len());
        assert!(matches!(Setup::finish_registration(bytes), Err(OpaqueError::Malformed)), "{}", bytes.len());
        assert!(matches!(setup.start_login(NAME, None, bytes), Err(OpaqueError::Malformed)), "{}", bytes.len());
        assert!(matches!(Setup::finish_login(&[0; 10], bytes), Err(OpaqueError::Malformed)), "{}", bytes.len());
    }
}
