//! Registration: open, by invitation, closed.

use std::time::Duration;

use alexandria_protocol::api::auth::{RegisterFinish, RegisterStart, RegistrationStarted};
use alexandria_protocol::api::invitations::{CreateInvitation, InvitationCreated, Invitations};
use alexandria_protocol::api::keys::RecoveryVerifier;
use alexandria_protocol::api::meta::Registration as Mode;
use alexandria_protocol::devices::DeviceChange;
use alexandria_protocol::problem::ProblemCode;
use alexandria_protocol::secret::InvitationToken;

use super::client::{Client, PASSWORD, random};
use super::harness::{Options, on_every_stack};
use super::opaque::Registration;

fn start(client: &Client, registration: &Registration, invitation: Option<InvitationToken>) -> RegisterStart {
    let request = registration.request.clone().into();
    RegisterStart { name: client.name.clone(), request, invitation, email_code: None }
}

#[tokio::test]
async fn registration_is_refused_for_malformed_names_and_messages() {
    on_every_stack(Options::default(), |server| async move {
        let mut client = Client::new(&server, "ada@example.org");
        for name in ["", "   ", "a\nb", &"a".repeat(255)] {
            client.name = name.to_owned();
            client.register().await.refused(&ProblemCode::Invalid);
        }
        client.name = "ada@example.org".to_owned();
        let mut malformed = start(&client, &Registration::start(PASSWORD), None);
        malformed.request = vec![255; 32].into();
        client.post("auth/register/start", &malformed).await.refused(&ProblemCode::Invalid);
        client.register().await.done();
    })
    .await;
}

#[tokio::test]
async fn registration_attempt_is_used_once_and_expires() {
    on_every_stack(Options::default(), |server| async move {
        let mut client = Client::new(&server, "ada@example.org");
        let begin = async |client: &Client| {
            let registration = Registration::start(PASSWORD);
            let answer = client.post("auth/register/start", &start(client, &registration, None)).await;
            (registration, answer.json::<RegistrationStarted>())
        };
        let (registration, started) = begin(&client).await;
        server.clock.advance(121_000);
        client.finish_registration(registration, &started).await.refused(&ProblemCode::AttemptExpired);
        let (registration, started) = begin(&client).await;
        client.finish_registration(registration, &started).await.done();
        let (registration, _) = begin(&client).await;
        client.finish_registration(registration, &started).await.refused(&ProblemCode::AttemptExpired);
    })
    .await;
}

#[tokio::test]
async fn taken_name_and_taken_account_id_are_refused() {
    on_every_stack(Options::default(), |server| async move {
        let first = Client::registered(&server, "ada@example.org").await;
        Client::new(&server, " ADA@example.org").register().await.refused(&ProblemCode::NameTaken);
        let mut thief = Client::new(&server, "eve@example.org");
        thief.account = first.account;
        thief.register().await.refused(&ProblemCode::NameTaken);
        // Nothing of the refused registration is stored.
        assert_eq!(server.state.store.accounts(None, 10).await.unwrap().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn forged_first_statement_is_refused() {
    on_every_stack(Options::default(), |server| async move {
        let client = Client::new(&server, "ada@example.org");
        let other = Client::new(&server, "eve@example.org");
        let forgeries = [
            // Signed by another key.
            client
                .statement(DeviceChange::Create {
                    device: client.new_device(),
                    account_key: client.account_key.public_key(),
                })
                .sign(&other.key),
            // About another account.
            other.creation(),
            // No creation.
            client.statement(DeviceChange::Add { device: client.new_device() }).sign(&client.key),
        ];
        for device in forgeries {
            let registration = Registration::start(PASSWORD);
            let answer = client.post("auth/register/start", &start(&client, &registration, None)).await;
            let started: RegistrationStarted = answer.json();
            let finish = RegisterFinish {
                attempt: started.attempt,
                account: client.account,
                upload: registration.finish(PASSWORD, started.response.as_slice()).into(),
                ksf: alexandria_protocol::api::auth::KsfParameters { memory_kib: 65536, passes: 3, lanes: 1 },
                keys: Client::bundle(b"sealed"),
                recovery: RecoveryVerifier::from_bytes([1; 32]),
                device,
            };
            client.post("auth/register/finish", &finish).await.refused(&ProblemCode::DeviceEntryRejected);
        }
        assert!(server.state.store.account(client.account).await.unwrap().is_none());
    })
    .await;
}

#[tokio::test]
async fn closed_server_registers_nobody() {
    let options = Options { registration: Mode::Closed, ..Options::default() };
    on_every_stack(options, |server| async move {
        Client::new(&server, "ada@example.org").register().await.refused(&ProblemCode::RegistrationClosed);
    })
    .await;
}

#[tokio::test]
async fn invitation_admits_one_account_until_it_expires() {
    let options = Options { registration: Mode::Invitation, ..Options::default() };
    on_every_stack(options, |server| async move {
        let mut client = Client::new(&server, "ada@example.org");
        client.register().await.refused(&ProblemCode::InvitationRequired);
        let begin = async |client: &Client, invitation: InvitationToken| {
            let registration = Registration::start(PASSWORD);
            let request = start(client, &registration, Some(invitation));
            (registration, client.post("auth/register/start", &request).await)
        };
        let (_, answer) = begin(&client, InvitationToken::from_bytes(random())).await;
        answer.refused(&ProblemCode::InvitationRejected);

        let rules = &server.state.rules;
        let hour = Duration::from_secs(3600);
        let expired = rules.invite("expired".to_owned(), hour).await.unwrap().token;
        server.clock.advance(3_600_001);
        begin(&client, expired).await.1.refused(&ProblemCode::InvitationRejected);

        let invitation = rules.invite("for ada and eve".to_owned(), hour).await.unwrap().token;
        // Both begin while it is good; the faster one gets the account.
        let mut slow = Client::new(&server, "eve@example.org");
        let (slow_registration, slow_started) = begin(&slow, invitation.clone()).await;
        let (registration, started) = begin(&client, invitation.clone()).await;
        client.finish_registration(registration, &started.json()).await.done();
        let answer = slow.finish_registration(slow_registration, &slow_started.json()).await;
        answer.refused(&ProblemCode::InvitationRejected);
        begin(&slow, invitation).await.1.refused(&ProblemCode::InvitationRejected);
    })
    .await;
}

#[tokio::test]
async fn members_invite_only_where_operator_allows() {
    on_every_stack(Options::default(), |server| async move {
        let client = Client::registered(&server, "ada@example.org").await;
        let request = CreateInvitation { valid_seconds: None };
        client.post("invitations", &request).await.refused(&ProblemCode::Forbidden);
    })
    .await;
    let options = Options { members_may_invite: true, ..Options::default() };
    on_every_stack(options, |server| async move {
        let client = Client::registered(&server, "ada@example.org").await;
        let other = Client::registered(&server, "eve@example.org").await;
        for seconds in [0, 31 * 24 * 3600] {
            let request = CreateInvitation { valid_seconds: Some(seconds) };
            client.post("invitations", &request).await.refused(&ProblemCode::Invalid);
        }
        let request = CreateInvitation { valid_seconds: None };
        let created: InvitationCreated = client.post("invitations", &request).await.json();
        assert!(other.get("invitations").await.json::<Invitations>().invitations.is_empty());
        assert_eq!(client.get("invitations").await.json::<Invitations>().invitations.len(), 1);
        let path = format!("invitations/{}", created.id);
        other.delete(&path).await.refused(&ProblemCode::NotFound);
        client.delete(&path).await.done();
        client.delete(&path).await.refused(&ProblemCode::NotFound);
    })
    .await;
}

#[tokio::test]
async fn account_is_created_with_keys_and_device() {
    on_every_stack(Options::default(), |server| async move {
        let client = Client::registered(&server, "Ada@Example.org ").await;
        let stored = server.state.store.account(client.account).await.unwrap().unwrap();
        assert_eq!(stored.login, "ada@example.org");
        assert_eq!(server.state.store.devices(client.account).await.unwrap().len(), 1);
    })
    .await;
}
