//! Devices are admitted and revoked by signed statements, and by nothing else.

use alexandria_protocol::api::auth::SignedIn;
use alexandria_protocol::api::devices::{DeviceLogStored, Devices};
use alexandria_protocol::api::records::Pushed;
use alexandria_protocol::devices::{DeviceChange, DeviceEntry, DeviceLog, DeviceStatement, Issuer};
use alexandria_protocol::frame::chain::Head;
use alexandria_protocol::ids::{AccountId, DeviceId};
use alexandria_protocol::limits::Limits;
use alexandria_protocol::problem::ProblemCode;
use alexandria_protocol::signature::DeviceSigningKey;

use super::client::{Answer, Client, PASSWORD, random};
use super::harness::{Options, on_every_stack};

async fn put(client: &Client, device: DeviceId, entry: &DeviceEntry) -> Answer {
    client.put(&format!("devices/{device}"), entry).await
}

async fn revoke(client: &Client, device: DeviceId, entry: &DeviceEntry) -> Answer {
    client.post(&format!("devices/{device}/revoke"), entry).await
}

fn revocation(client: &Client, device: DeviceId, ends: Vec<Head>) -> DeviceStatement {
    let account_key = DeviceSigningKey::from_seed(&random()).public_key();
    client.statement(DeviceChange::Revoke { device, account_key, ends })
}

#[tokio::test]
async fn forged_admissions_are_refused() {
    on_every_stack(Options::default(), |server| async move {
        let client = Client::registered(&server, "ada@example.org").await;
        let new = Client::new(&server, "ada@example.org");
        let admission = || client.statement(DeviceChange::Add { device: new.new_device() });
        // Signed by the new device itself, by an unknown device, about another account, at another number, after another
        // statement, by the account key of somebody else.
        let forged = [
            admission().sign(&new.key),
            DeviceStatement { issuer: Issuer::Device { device: new.device }, ..admission() }.sign(&new.key),
            DeviceStatement { account: AccountId::from_bytes(random()), ..admission() }.sign(&client.key),
            DeviceStatement { number: 1, ..admission() }.sign(&client.key),
            DeviceStatement { number: 3, ..admission() }.sign(&client.key),
            DeviceStatement { previous: alexandria_protocol::devices::DeviceEntryHash::NONE, ..admission() }
                .sign(&client.key),
            DeviceStatement { issuer: Issuer::Account, ..admission() }.sign(&new.account_key),
        ];
        for entry in &forged {
            put(&client, new.device, entry).await.refused(&ProblemCode::DeviceEntryRejected);
        }
        // A right statement under another id, and one that admits nobody.
        put(&client, client.device, &admission().sign(&client.key)).await.refused(&ProblemCode::Invalid);
        put(&client, new.device, &revocation(&client, new.device, vec![]).sign(&client.key))
            .await
            .refused(&ProblemCode::Invalid);
        assert_eq!(client.get("devices").await.json::<Devices>().log.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn device_is_admitted_by_device_or_account_key() {
    on_every_stack(Options::default(), |server| async move {
        let mut client = Client::registered(&server, "ada@example.org").await;
        let second = client.add_device().await;
        assert_eq!(second.get("heads").await.status, 200);
        // Whoever has the root key after all devices were lost: a ticket instead of a session.
        let mut third = Client::new(&server, "ada@example.org");
        third.sign_in(PASSWORD).await.json::<SignedIn>();
        third.log = client.log;
        let statement = third.statement(DeviceChange::Add { device: third.new_device() });
        let entry = DeviceStatement { issuer: Issuer::Account, ..statement }.sign(&client.account_key);
        put(&third, third.device, &entry).await.json::<DeviceLogStored>();
        // Again, after a lost answer.
        put(&third, third.device, &entry).await.json::<DeviceLogStored>();
        third.open_session().await;
        let devices: Devices = third.get("devices").await.json();
        let log = DeviceLog::verify(client.account, &devices.log).unwrap();
        assert_eq!(log.devices().count(), 3);
        assert_eq!(devices.last_seen.len(), 3);
        assert!(devices.last_seen.iter().all(|seen| seen.day_ms % 86_400_000 == 0));
    })
    .await;
}

#[tokio::test]
async fn simultaneous_statements_do_not_share_a_number() {
    on_every_stack(Options::default(), |server| async move {
        let client = Client::registered(&server, "ada@example.org").await;
        let admissions: Vec<(DeviceId, DeviceEntry)> = (0..8)
            .map(|_| {
                let new = Client::new(&server, "ada@example.org");
                (new.device, client.statement(DeviceChange::Add { device: new.new_device() }).sign(&client.key))
            })
            .collect();
        let answers = futures::future::join_all(admissions.iter().map(|(id, entry)| put(&client, *id, entry))).await;
        assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
        let devices: Devices = client.get("devices").await.json();
        assert_eq!(DeviceLog::verify(client.account, &devices.log).unwrap().end().number, 2);
    })
    .await;
}

#[tokio::test]
async fn device_limit_holds() {
    let limits = Limits { devices: 2, ..Options::default().limits };
    on_every_stack(Options { limits, ..Options::default() }, |server| async move {
        let mut client = Client::registered(&server, "ada@example.org").await;
        client.add_device().await;
        let new = Client::new(&server, "ada@example.org");
        let entry = client.statement(DeviceChange::Add { device: new.new_device() }).sign(&client.key);
        put(&client, new.device, &entry).await.refused(&ProblemCode::DeviceLimit);
    })
    .await;
}

#[tokio::test]
async fn revocation_ends_sessions_and_writing_at_once() {
    on_every_stack(Options::default(), |server| async move {
        let mut client = Client::registered(&server, "ada@example.org").await;
        let mut lost = client.add_device().await;
        let before = lost.record(b"sealed before");
        let ends = lost.push(std::slice::from_ref(&before)).await.json::<Pushed>().heads;
        let entry = revocation(&client, lost.device, ends.clone()).sign(&client.key);
        revoke(&client, lost.device, &entry).await.refused(&ProblemCode::TicketRequired);
        client.sign_in(PASSWORD).await.json::<SignedIn>();
        // A device speaks for itself only, and a foreign signature counts for nothing.
        let in_its_name = DeviceStatement { issuer: Issuer::Device { device: lost.device }, ..entry.statement.clone() };
        revoke(&client, lost.device, &in_its_name.sign(&lost.key)).await.refused(&ProblemCode::SignatureRejected);
        let forged = revocation(&client, lost.device, ends.clone()).sign(&lost.key);
        revoke(&client, lost.device, &forged).await.refused(&ProblemCode::DeviceEntryRejected);
        revoke(&client, client.device, &entry).await.refused(&ProblemCode::Invalid);
        // Ends that are not those of its chains: before its last record, or beyond.
        for ends in [vec![], vec![Head { seq: 2, ..ends[0] }]] {
            let wrong = revocation(&client, lost.device, ends).sign(&client.key);
            revoke(&client, lost.device, &wrong).await.refused(&ProblemCode::DeviceEntryRejected);
        }
        assert_eq!(lost.get("heads").await.status, 200);

        revoke(&client, lost.device, &entry).await.json::<DeviceLogStored>();
        revoke(&client, lost.device, &entry).await.json::<DeviceLogStored>();
        lost.get("heads").await.refused(&ProblemCode::Unauthenticated);
        lost.try_session().await.refused(&ProblemCode::DeviceRevoked);
        // What it signs from now on is refused from others as well; what it signed before is not lost.
        let after = lost.record(b"sealed after");
        client.push(&[after]).await.refused(&ProblemCode::DeviceRevoked);
        client.push(&[before]).await.json::<Pushed>();
        // It can make no statement either.
        lost.log = client
            .get("devices")
            .await
            .json::<Devices>()
            .log
            .last()
            .map(|entry| alexandria_protocol::devices::DeviceLogEnd {
                number: entry.statement.number,
                hash: entry.hash(),
            })
            .unwrap();
        let friend = Client::new(&server, "ada@example.org");
        let entry = lost.statement(DeviceChange::Add { device: friend.new_device() }).sign(&lost.key);
        put(&client, friend.device, &entry).await.refused(&ProblemCode::DeviceEntryRejected);
    })
    .await;
}

#[tokio::test]
async fn foreign_account_sees_and_changes_no_device() {
    on_every_stack(Options::default(), |server| async move {
        let client = Client::registered(&server, "ada@example.org").await;
        let mut other = Client::registered(&server, "eve@example.org").await;
        other.sign_in(PASSWORD).await.json::<SignedIn>();
        let entry = revocation(&other, client.device, vec![]).sign(&other.key);
        revoke(&other, client.device, &entry).await.refused(&ProblemCode::DeviceEntryRejected);
        let log = other.get("devices").await.json::<Devices>().log;
        assert!(log.iter().all(|entry| entry.statement.account == other.account));
        assert_eq!(client.get("heads").await.status, 200);
    })
    .await;
}
