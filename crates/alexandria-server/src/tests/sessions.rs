//! Sessions are earned by a device's key, and end when they are ended.

use alexandria_protocol::api::sessions::{SessionCreated, Sessions};
use alexandria_protocol::ids::{AccountId, DeviceId};
use alexandria_protocol::problem::ProblemCode;
use alexandria_protocol::proof::{DeviceProof, Nonce, Purpose};
use alexandria_protocol::signature::DeviceSigningKey;

use super::client::{Client, random};
use super::harness::{Options, on_every_stack};

#[tokio::test]
async fn forged_proofs_are_refused_with_one_answer() {
    on_every_stack(Options::default(), |server| async move {
        let client = Client::registered(&server, "ada@example.org").await;
        let other = Client::registered(&server, "eve@example.org").await;
        let mut refusals = Vec::new();
        let mut forged = Vec::new();
        // Another key, another account's device, unknown device, unknown account.
        let mut liar = client.clone();
        liar.key = DeviceSigningKey::from_seed(&random());
        forged.push(liar.proof(Purpose::Session, client.nonce().await));
        let mut liar = client.clone();
        (liar.device, liar.key) = (other.device, other.key.clone());
        forged.push(liar.proof(Purpose::Session, client.nonce().await));
        let mut liar = client.clone();
        liar.device = DeviceId::from_bytes(random());
        forged.push(liar.proof(Purpose::Session, client.nonce().await));
        let mut liar = client.clone();
        liar.account = AccountId::from_bytes(random());
        forged.push(liar.proof(Purpose::Session, client.nonce().await));
        // A proof for another purpose, another server, a nonce that the server never gave.
        forged.push(client.proof(Purpose::Erasure, client.nonce().await));
        let nonce = client.nonce().await;
        let elsewhere = DeviceProof {
            purpose: Purpose::Session,
            origin: "https://sync.example.org",
            account: client.account,
            device: client.device,
            nonce,
        };
        let mut relayed = client.proof(Purpose::Session, nonce);
        relayed.signature = elsewhere.sign(&client.key);
        forged.push(relayed);
        forged.push(client.proof(Purpose::Session, Nonce::from_bytes(random())));
        for proof in forged {
            let mut problem = client.post("sessions", &proof).await.refused(&ProblemCode::ProofRejected);
            problem.instance = None;
            refusals.push(problem);
        }
        refusals.dedup();
        assert_eq!(refusals.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn nonce_is_used_once_and_expires() {
    on_every_stack(Options::default(), |server| async move {
        let client = Client::registered(&server, "ada@example.org").await;
        let proof = client.proof(Purpose::Session, client.nonce().await);
        client.post("sessions", &proof).await.json::<SessionCreated>();
        client.post("sessions", &proof).await.refused(&ProblemCode::ProofRejected);
        let proof = client.proof(Purpose::Session, client.nonce().await);
        server.clock.advance(60_001);
        client.post("sessions", &proof).await.refused(&ProblemCode::ProofRejected);
        // A wrong proof uses up the nonce, so that a signature cannot be searched for.
        let nonce = client.nonce().await;
        let mut wrong = client.proof(Purpose::Session, nonce);
        wrong.signature = client.proof(Purpose::Erasure, nonce).signature;
        client.post("sessions", &wrong).await.refused(&ProblemCode::ProofRejected);
        client.post("sessions", &client.proof(Purpose::Session, nonce)).await.refused(&ProblemCode::ProofRejected);
    })
    .await;
}

#[tokio::test]
async fn session_ends_after_quarter_of_an_hour_however_it_is_used() {
    on_every_stack(Options::default(), |server| async move {
        let mut client = Client::registered(&server, "ada@example.org").await;
        for _ in 0..14 {
            server.clock.advance(60_000);
            assert_eq!(client.get("heads").await.status, 200);
        }
        server.clock.advance(60_000);
        client.get("heads").await.refused(&ProblemCode::Unauthenticated);
        client.open_session().await;
        assert_eq!(client.get("heads").await.status, 200);
    })
    .await;
}

/// Row 19: lost answers and two processes cost a request, never a sign-in.
#[tokio::test]
async fn lost_answers_and_second_process_need_no_sign_in() {
    on_every_stack(Options::default(), |server| async move {
        let mut window = Client::registered(&server, "ada@example.org").await;
        let mut command = window.clone();
        for round in 0..6 {
            server.clock.advance(600_000);
            if round % 3 == 0 {
                // The server creates it, the answer is lost.
                window.try_session().await;
            }
            window.open_session().await;
            command.open_session().await;
            assert_eq!(window.get("heads").await.status, 200);
            assert_eq!(command.get("heads").await.status, 200);
        }
    })
    .await;
}

#[tokio::test]
async fn sessions_are_listed_and_ended_within_account() {
    on_every_stack(Options::default(), |server| async move {
        let client = Client::registered(&server, "ada@example.org").await;
        let other = Client::registered(&server, "eve@example.org").await;
        let sessions = client.get("sessions").await.json::<Sessions>().sessions;
        assert_eq!(sessions.len(), 1);
        assert!(sessions[0].is_current);
        let path = format!("sessions/{}", sessions[0].session);
        other.delete(&path).await.refused(&ProblemCode::NotFound);
        client.delete(&path).await.done();
        client.get("sessions").await.refused(&ProblemCode::Unauthenticated);
    })
    .await;
}

#[tokio::test]
async fn requests_without_valid_session_are_refused() {
    on_every_stack(Options::default(), |server| async move {
        let mut client = Client::registered(&server, "ada@example.org").await;
        let token = client.token.take().unwrap();
        for token in [None, Some(String::new()), Some("x".to_owned()), Some(token.to_uppercase()), Some("0".repeat(64))]
        {
            client.token = token;
            // Guessing tokens is limited, too.
            server.clock.advance(60_000);
            for route in alexandria_protocol::routes::ALL {
                if route.admission == alexandria_protocol::routes::Admission::Session && !route.template.contains('{') {
                    let method = match route.method {
                        alexandria_protocol::routes::Method::Get => reqwest::Method::GET,
                        alexandria_protocol::routes::Method::Post => reqwest::Method::POST,
                        alexandria_protocol::routes::Method::Put => reqwest::Method::PUT,
                        alexandria_protocol::routes::Method::Delete => reqwest::Method::DELETE,
                    };
                    let path = route.template.strip_prefix("/v1/").unwrap();
                    client.send(client.request(method, path)).await.refused(&ProblemCode::Unauthenticated);
                }
            }
        }
    })
    .await;
}
