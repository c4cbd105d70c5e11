//! Recovery: the code replaces the password only, and waits a day while a device is active.

use alexandria_protocol::api::account::{AccountEvents, EventKind};
use alexandria_protocol::api::auth::{Recover, SignedIn};
use alexandria_protocol::problem::ProblemCode;
use alexandria_protocol::secret::RecoveryProof;

use super::client::{Answer, Client, random};
use super::harness::{Options, on_every_stack};

async fn recover(client: &Client, name: &str, proof: RecoveryProof) -> Answer {
    client.post("auth/recover", &Recover { name: name.to_owned(), proof }).await
}

#[tokio::test]
async fn wrong_code_and_unknown_name_are_refused_alike() {
    on_every_stack(Options::default(), |server| async move {
        let mut client = Client::new(&server, "ada@example.org");
        client.register().await.done();
        for (name, proof) in [
            ("ada@example.org", RecoveryProof::from_bytes(random())),
            ("nobody@example.org", RecoveryProof::from_bytes(random())),
            ("nobody@example.org", client.recovery_proof()),
        ] {
            recover(&client, name, proof).await.refused(&ProblemCode::RecoveryFailed);
        }
        // No device was ever active.
        let signed_in: SignedIn = recover(&client, "ada@example.org", client.recovery_proof()).await.json();
        assert_eq!(signed_in.account, client.account);
    })
    .await;
}

#[tokio::test]
async fn recovery_waits_a_day_while_a_device_is_active() {
    on_every_stack(Options::default(), |server| async move {
        let mut client = Client::registered(&server, "ada@example.org").await;
        let proof = client.recovery_proof();
        let problem = recover(&client, "ada@example.org", proof.clone()).await.refused(&ProblemCode::RecoveryDelayed);
        assert_eq!(problem.retry_after_ms, Some(24 * 3_600_000));
        server.clock.advance(23 * 3_600_000);
        // Asking again does not begin another day.
        let problem = recover(&client, "ada@example.org", proof.clone()).await.refused(&ProblemCode::RecoveryDelayed);
        assert_eq!(problem.retry_after_ms, Some(3_600_000));
        client.open_session().await;
        server.clock.advance(3_600_000);
        recover(&client, "ada@example.org", proof).await.json::<SignedIn>();
        client.open_session().await;
        let events: AccountEvents = client.get("account/events").await.json();
        assert!(events.events.iter().any(|event| event.kind == EventKind::Recovered));
    })
    .await;
}
