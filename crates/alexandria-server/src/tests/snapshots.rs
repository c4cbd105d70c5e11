//! Snapshots: signed by the device that made them, on a blob that is complete, within the chains.

use alexandria_protocol::api::blobs::{BlobKind, BlobOffer, BlobState};
use alexandria_protocol::api::records::{Heads, Pushed};
use alexandria_protocol::api::snapshots::{SnapshotOffer, Snapshots};
use alexandria_protocol::frame::chain::Head;
use alexandria_protocol::ids::SnapshotId;
use alexandria_protocol::problem::ProblemCode;
use alexandria_protocol::proof::SnapshotStatement;

use super::blobs::Upload;
use super::client::{Answer, Client, random};
use super::harness::{Options, on_every_stack};

async fn offer(client: &Client, id: SnapshotId, upload: &Upload, covered: Vec<Head>) -> SnapshotOffer {
    let statement = SnapshotStatement {
        account: client.account,
        snapshot: id,
        device: client.device,
        blob: upload.id,
        key_epoch: 1,
        covered: &covered,
    };
    let signature = statement.sign(&client.key);
    let cursor = client.get("heads").await.json::<Heads>().end;
    SnapshotOffer { device: client.device, blob: upload.id, key_epoch: 1, covered, cursor, signature }
}

async fn put(client: &Client, id: SnapshotId, offer: &SnapshotOffer) -> Answer {
    client.put(&format!("snapshots/{id}"), offer).await
}

async fn upload(client: &Client) -> Upload {
    let upload = Upload::new(0, 500);
    let offer = BlobOffer { kind: BlobKind::Snapshot, ..upload.offer() };
    client.put(&format!("blobs/{}", upload.id), &offer).await.json::<BlobState>();
    upload.put_part(client, 0).await.done();
    upload
}

#[tokio::test]
async fn forged_and_impossible_snapshots_are_refused() {
    on_every_stack(Options::default(), |server| async move {
        let mut client = Client::registered(&server, "ada@example.org").await;
        let second = client.add_device().await;
        let frame = client.record(b"sealed");
        let heads = client.push(&[frame]).await.json::<Pushed>().heads;
        let (id, blob) = (SnapshotId::from_bytes(random()), upload(&client).await);
        let good = offer(&client, id, &blob, heads.clone()).await;
        // Another device's signature, a changed statement, another snapshot's, another device's session.
        let mut forged = good.clone();
        forged.signature = offer(&second, id, &blob, heads.clone()).await.signature;
        put(&client, id, &forged).await.refused(&ProblemCode::SignatureRejected);
        put(&client, id, &SnapshotOffer { key_epoch: 2, ..good.clone() })
            .await
            .refused(&ProblemCode::SignatureRejected);
        let other = SnapshotId::from_bytes(random());
        put(&client, other, &good).await.refused(&ProblemCode::SignatureRejected);
        put(&second, id, &good).await.refused(&ProblemCode::SignatureRejected);
        // A chain named twice; more than there is.
        let twice = offer(&client, id, &blob, vec![heads[0], heads[0]]).await;
        put(&client, id, &twice).await.refused(&ProblemCode::Invalid);
        put(&client, id, &good).await.done();
        put(&client, id, &good).await.done();
        let path = format!("snapshots/{id}/commit");
        client.post_empty(&path).await.refused(&ProblemCode::NotFound);
        blob.commit(&client).await.done();
        client.post_empty(&format!("snapshots/{other}/commit")).await.refused(&ProblemCode::NotFound);
        let beyond = Head { seq: heads[0].seq + 1, ..heads[0] };
        let too_far = offer(&client, other, &blob, vec![beyond]).await;
        put(&client, other, &too_far).await.done();
        client.post_empty(&format!("snapshots/{other}/commit")).await.refused(&ProblemCode::Invalid);
        let committed: Snapshots = client.post_empty(&path).await.json();
        assert_eq!(committed.snapshots.len(), 1);
        assert_eq!(committed.snapshots[0].offer.covered, heads);
        client.post_empty(&path).await.json::<Snapshots>();
    })
    .await;
}

#[tokio::test]
async fn newest_two_snapshots_are_listed_to_their_account() {
    on_every_stack(Options::default(), |server| async move {
        let mut client = Client::registered(&server, "ada@example.org").await;
        let other = Client::registered(&server, "eve@example.org").await;
        let mut ids = Vec::new();
        for _ in 0..3 {
            let frame = client.record(b"sealed");
            let heads = client.push(&[frame]).await.json::<Pushed>().heads;
            let (id, blob) = (SnapshotId::from_bytes(random()), upload(&client).await);
            blob.commit(&client).await.done();
            put(&client, id, &offer(&client, id, &blob, heads).await).await.done();
            client.post_empty(&format!("snapshots/{id}/commit")).await.json::<Snapshots>();
            ids.insert(0, id);
        }
        let listed: Snapshots = client.get("snapshots").await.json();
        assert_eq!(listed.snapshots.iter().map(|snapshot| snapshot.id).collect::<Vec<_>>(), ids[..2]);
        assert!(other.get("snapshots").await.json::<Snapshots>().snapshots.is_empty());
        other.post_empty(&format!("snapshots/{}/commit", ids[0])).await.refused(&ProblemCode::NotFound);
    })
    .await;
}
