//! The key bundle is replaced only by whoever knows the version before.

use alexandria_protocol::api::auth::SignedIn;
use alexandria_protocol::api::keys::{KeyBundle, KeysStored};
use alexandria_protocol::problem::ProblemCode;
use reqwest::Method;

use super::client::{Answer, Client, PASSWORD};
use super::harness::{Options, on_every_stack};

async fn put(client: &Client, version: Option<&str>, bundle: &KeyBundle) -> Answer {
    let mut request = client.request(Method::PUT, "keys");
    if let Some(version) = version {
        request = request.header("if-match", version);
    }
    client.send(client.with_json(request, bundle)).await
}

#[tokio::test]
async fn keys_need_ticket_condition_and_current_version() {
    on_every_stack(Options::default(), |server| async move {
        let mut client = Client::registered(&server, "ada@example.org").await;
        let new = Client::bundle(b"new keys");
        put(&client, Some("\"1\""), &new).await.refused(&ProblemCode::TicketRequired);
        client.sign_in(PASSWORD).await.json::<SignedIn>();
        put(&client, None, &new).await.refused(&ProblemCode::ConditionRequired);
        for malformed in ["1", "*", "\"x\"", "W/\"1\""] {
            put(&client, Some(malformed), &new).await.refused(&ProblemCode::BadRequest);
        }
        let problem = put(&client, Some("\"2\""), &new).await.refused(&ProblemCode::Stale);
        assert_eq!(problem.expected, Some(1));
        assert_eq!(put(&client, Some("\"1\""), &new).await.json::<KeysStored>().version, 2);
        put(&client, Some("\"1\""), &Client::bundle(b"others")).await.refused(&ProblemCode::Stale);
        let answer = client.get("keys").await;
        assert_eq!((answer.header("etag"), answer.json::<KeyBundle>()), (Some("\"2\""), new));
    })
    .await;
}

#[tokio::test]
async fn keys_larger_than_a_body_are_refused() {
    on_every_stack(Options::default(), |server| async move {
        let mut client = Client::registered(&server, "ada@example.org").await;
        client.sign_in(PASSWORD).await.json::<SignedIn>();
        put(&client, Some("\"1\""), &Client::bundle(&[1; 64 * 1024])).await.refused(&ProblemCode::TooLarge);
    })
    .await;
}

#[tokio::test]
async fn keys_belong_to_one_account() {
    on_every_stack(Options::default(), |server| async move {
        let mut client = Client::registered(&server, "ada@example.org").await;
        let mut other = Client::registered(&server, "eve@example.org").await;
        client.sign_in(PASSWORD).await.json::<SignedIn>();
        other.sign_in(PASSWORD).await.json::<SignedIn>();
        put(&client, Some("\"1\""), &Client::bundle(b"ada's")).await.json::<KeysStored>();
        assert_eq!(other.get("keys").await.json::<KeyBundle>(), Client::bundle(b"sealed keys"));
        // A session of one with the ticket of the other.
        other.ticket = client.ticket.clone();
        put(&other, Some("\"1\""), &Client::bundle(b"eve's")).await.refused(&ProblemCode::TicketRequired);
    })
    .await;
}
