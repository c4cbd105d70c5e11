//! The account: what it uses, what is known about it, its erasure and the way back.

use alexandria_protocol::api::account::{
    Account, AccountEvents, AccountExport, EraseAccount, ErasureScheduled, EventKind, Usage,
};
use alexandria_protocol::api::auth::SignedIn;
use alexandria_protocol::api::records::Pushed;
use alexandria_protocol::problem::ProblemCode;
use alexandria_protocol::proof::Purpose;

use super::blobs::Upload;
use super::client::{Client, PASSWORD};
use super::harness::{Options, on_every_stack};

async fn erasure(client: &Client) -> EraseAccount {
    let proof = client.proof(Purpose::Erasure, client.nonce().await);
    EraseAccount { nonce: proof.nonce, signature: proof.signature }
}

/// How many files there are below a folder.
fn files(folder: &std::path::Path) -> usize {
    let Ok(entries) = std::fs::read_dir(folder) else { return 0 };
    entries.map(|entry| entry.unwrap().path()).map(|path| if path.is_dir() { files(&path) } else { 1 }).sum()
}

#[tokio::test]
async fn erasure_needs_session_ticket_and_proof() {
    on_every_stack(Options::default(), |server| async move {
        let mut client = Client::registered(&server, "ada@example.org").await;
        let mut other = Client::registered(&server, "eve@example.org").await;
        let request = erasure(&client).await;
        client.post("account/erase", &request).await.refused(&ProblemCode::TicketRequired);
        client.sign_in(PASSWORD).await.json::<SignedIn>();
        other.sign_in(PASSWORD).await.json::<SignedIn>();
        // A proof for a session, and another account's.
        let nonce = client.nonce().await;
        let proof = client.proof(Purpose::Session, nonce);
        let wrong = EraseAccount { nonce, signature: proof.signature };
        client.post("account/erase", &wrong).await.refused(&ProblemCode::ProofRejected);
        client.post("account/erase", &erasure(&other).await).await.refused(&ProblemCode::ProofRejected);
        assert_eq!(client.get("account").await.json::<Account>().erasure_ms, None);
        client.post("account/erase", &request).await.json::<ErasureScheduled>();
    })
    .await;
}

#[tokio::test]
async fn closed_account_has_no_sessions_and_can_be_restored() {
    on_every_stack(Options::default(), |server| async move {
        let mut client = Client::registered(&server, "ada@example.org").await;
        client.sign_in(PASSWORD).await.json::<SignedIn>();
        let request = erasure(&client).await;
        client.post("account/erase", &request).await.json::<ErasureScheduled>();
        client.get("account").await.refused(&ProblemCode::Unauthenticated);
        client.try_session().await.refused(&ProblemCode::ErasurePending);
        // The ticket that erased does not restore.
        client.post_empty("account/restore").await.refused(&ProblemCode::TicketRequired);
        server.clock.advance(13 * 24 * 3_600_000);
        assert_eq!(server.state.rules.erase_due_accounts().await.unwrap(), 0);
        client.sign_in(PASSWORD).await.json::<SignedIn>();
        client.post_empty("account/restore").await.done();
        client.open_session().await;
        assert_eq!(client.get("account").await.json::<Account>().erasure_ms, None);
        server.clock.advance(24 * 3_600_000);
        assert_eq!(server.state.rules.erase_due_accounts().await.unwrap(), 0);
    })
    .await;
}

/// Row 23: after the erasure no row names the account and no object is left; another account has everything still.
#[tokio::test]
async fn erasure_leaves_no_row_and_no_object() {
    on_every_stack(Options::default(), |server| async move {
        let mut client = Client::registered(&server, "ada@example.org").await;
        let mut other = Client::registered(&server, "eve@example.org").await;
        for (client, size) in [(&mut client, 700), (&mut other, 500)] {
            let frame = client.record(b"sealed");
            client.push(&[frame]).await.json::<Pushed>();
            Upload::new(1, size).upload(client).await;
            let deleted = Upload::new(0, 20);
            deleted.upload(client).await;
            client.delete(&format!("blobs/{}", deleted.id)).await.done();
            let unfinished = Upload::new(1, 20);
            unfinished.announce(client).await;
            unfinished.put_part(client, 1).await.done();
        }
        let before = files(&server.objects());
        assert_eq!(before, 8);
        client.sign_in(PASSWORD).await.json::<SignedIn>();
        let scheduled: ErasureScheduled = client.post("account/erase", &erasure(&client).await).await.json();
        server.clock.advance(14 * 24 * 3_600_000);
        assert_eq!(scheduled.erasure_ms, u64::try_from(server.state.clock.now_ms()).unwrap());
        assert_eq!(server.state.rules.erase_due_accounts().await.unwrap(), 1);
        assert_eq!(files(&server.objects()), before / 2);
        assert!(server.state.store.account(client.account).await.unwrap().is_none());
        client.sign_in(PASSWORD).await.refused(&ProblemCode::SignInFailed);
        client.try_session().await.refused(&ProblemCode::ProofRejected);
        // The name is free again, and the other account has everything.
        Client::registered(&server, "ada@example.org").await;
        other.open_session().await;
        let usage: Usage = other.get("usage").await.json();
        assert_eq!((usage.blobs, usage.records), (1, 1));
        assert!(usage.reserved_bytes > 0);
    })
    .await;
}

#[tokio::test]
async fn export_holds_what_the_server_knows_of_this_account() {
    on_every_stack(Options::default(), |server| async move {
        let mut client = Client::registered(&server, "ada@example.org").await;
        Client::registered(&server, "eve@example.org").await;
        client.sign_in(PASSWORD).await.json::<SignedIn>();
        let export: AccountExport = client.post_empty("account/export").await.json();
        assert_eq!(export.account.name, "ada@example.org");
        assert_eq!((export.devices.log.len(), export.sessions.len()), (1, 1));
        assert!(export.events.iter().any(|event| event.kind == EventKind::SignedIn && event.address.is_some()));
        let events: AccountEvents = client.get("account/events").await.json();
        assert!(events.events.iter().any(|event| event.kind == EventKind::Exported));
        assert!(events.events.is_sorted_by_key(|event| event.number));
    })
    .await;
}

#[tokio::test]
async fn pages_of_events_hold_every_event_once() {
    on_every_stack(Options::default(), |server| async move {
        let mut client = Client::registered(&server, "ada@example.org").await;
        for _ in 0..5 {
            client.sign_in(PASSWORD).await.json::<SignedIn>();
        }
        let all = client.get("account/events").await.json::<AccountEvents>().events;
        assert!(all.len() >= 5);
        for limit in [1, 2, 100] {
            let (mut found, mut after) = (Vec::new(), 0);
            loop {
                let path = format!("account/events?after={after}&limit={limit}");
                let page: AccountEvents = client.get(&path).await.json();
                after = page.events.last().map_or(after, |event| event.number);
                found.extend(page.events);
                if !page.has_more {
                    break;
                }
            }
            assert_eq!(found, all, "pages of {limit}");
        }
    })
    .await;
}
