//! Blobs: announced, uploaded in parts in any order, committed within the quota, read in ranges, deleted and claimed back.

use alexandria_protocol::api::account::Usage;
use alexandria_protocol::api::blobs::{BlobKind, BlobOffer, BlobStage, BlobState, Blobs, PartRun};
use alexandria_protocol::blob::{KeyId, PartDigest};
use alexandria_protocol::headers;
use alexandria_protocol::ids::BlobId;
use alexandria_protocol::limits::Limits;
use alexandria_protocol::problem::ProblemCode;
use reqwest::Method;

use super::client::{Answer, Client, random};
use super::harness::{Options, PART_BYTES, on_every_stack};

/// A blob of `parts` full parts and `rest` bytes.
pub(crate) struct Upload {
    pub(crate) id: BlobId,
    pub(crate) bytes: Vec<u8>,
}

impl Upload {
    pub(crate) fn new(parts: u32, rest: usize) -> Self {
        let size = usize::try_from(parts * PART_BYTES).unwrap() + rest;
        let mut bytes = vec![0; size];
        blake3::Hasher::new().update(&random::<16>()).finalize_xof().fill(&mut bytes);
        Self { id: BlobId::from_bytes(random()), bytes }
    }

    pub(crate) fn parts(&self) -> Vec<&[u8]> {
        self.bytes.chunks(usize::try_from(PART_BYTES).unwrap()).collect()
    }

    pub(crate) fn offer(&self) -> BlobOffer {
        BlobOffer {
            size: u64::try_from(self.bytes.len()).unwrap(),
            part_size: PART_BYTES,
            parts: self.parts().into_iter().map(PartDigest::of).collect(),
            key_id: KeyId::from_bytes([1; 8]),
            kind: BlobKind::File,
        }
    }

    pub(crate) async fn announce(&self, client: &Client) -> Answer {
        client.put(&format!("blobs/{}", self.id), &self.offer()).await
    }

    pub(crate) async fn put_part(&self, client: &Client, number: usize) -> Answer {
        put_part(client, self.id, number, self.parts()[number], PartDigest::of(self.parts()[number])).await
    }

    pub(crate) async fn commit(&self, client: &Client) -> Answer {
        client.post_empty(&format!("blobs/{}/commit", self.id)).await
    }

    pub(crate) async fn upload(&self, client: &Client) {
        self.announce(client).await.json::<BlobState>();
        for number in 0..self.parts().len() {
            self.put_part(client, number).await.done();
        }
        self.commit(client).await.done();
    }
}

async fn put_part(client: &Client, id: BlobId, number: usize, bytes: &[u8], digest: PartDigest) -> Answer {
    let request = client.request(Method::PUT, &format!("blobs/{id}/parts/{number}"));
    let request = request.header("content-type", headers::BYTES).header(headers::CONTENT_DIGEST, digest.to_header());
    client.send(request.body(bytes.to_vec())).await
}

async fn read(client: &Client, id: BlobId, fields: &[(&str, &str)]) -> Answer {
    let mut request = client.request(Method::GET, &format!("blobs/{id}"));
    for (name, value) in fields {
        request = request.header(*name, *value);
    }
    client.send(request).await
}

#[tokio::test]
async fn impossible_announcements_are_refused() {
    let limits = Limits { blob_bytes: 10 * 1024 * 1024, ..Options::default().limits };
    on_every_stack(Options { limits, ..Options::default() }, |server| async move {
        let client = Client::registered(&server, "ada@example.org").await;
        let upload = Upload::new(1, 10);
        let path = format!("blobs/{}", upload.id);
        let good = upload.offer();
        let invalid = [
            BlobOffer { size: 0, parts: vec![], ..good.clone() },
            BlobOffer { part_size: 0, ..good.clone() },
            BlobOffer { part_size: PART_BYTES + 1, ..good.clone() },
            BlobOffer { parts: good.parts[..1].to_vec(), ..good.clone() },
            BlobOffer { size: good.size + u64::from(PART_BYTES), ..good.clone() },
            BlobOffer { kind: BlobKind::Unknown, ..good.clone() },
        ];
        for offer in invalid {
            client.put(&path, &offer).await.refused(&ProblemCode::Invalid);
        }
        let large = BlobOffer { size: 11 * 1024 * 1024, ..good.clone() };
        client.put(&path, &large).await.refused(&ProblemCode::TooLarge);
        client.put("blobs/nonsense", &good).await.refused(&ProblemCode::BadRequest);
        let state: BlobState = client.put(&path, &good).await.json();
        assert_eq!((state.state, state.missing), (BlobStage::Pending, vec![PartRun { first: 0, count: 2 }]));
    })
    .await;
}

#[tokio::test]
async fn parts_that_are_not_the_announced_ones_are_refused() {
    on_every_stack(Options::default(), |server| async move {
        let client = Client::registered(&server, "ada@example.org").await;
        let upload = Upload::new(1, 10);
        upload.put_part(&client, 0).await.refused(&ProblemCode::NotFound);
        upload.announce(&client).await.json::<BlobState>();
        let parts = upload.parts();
        let digest = PartDigest::of(parts[0]);
        // Other bytes under the right digest, other bytes under their own, another part, too short, too long, no such part.
        let mut other = parts[0].to_vec();
        other[0] ^= 1;
        put_part(&client, upload.id, 0, &other, digest).await.refused(&ProblemCode::DigestMismatch);
        put_part(&client, upload.id, 0, &other, PartDigest::of(&other)).await.refused(&ProblemCode::DigestMismatch);
        put_part(&client, upload.id, 0, parts[1], PartDigest::of(parts[1])).await.refused(&ProblemCode::DigestMismatch);
        put_part(&client, upload.id, 0, &parts[0][1..], digest).await.refused(&ProblemCode::DigestMismatch);
        let long = vec![0; parts[0].len() + 1];
        put_part(&client, upload.id, 0, &long, digest).await.refused(&ProblemCode::TooLarge);
        put_part(&client, upload.id, 2, parts[0], digest).await.refused(&ProblemCode::NotFound);
        let request = client.request(Method::PUT, &format!("blobs/{}/parts/0", upload.id));
        let request = request.header("content-type", headers::BYTES).body(parts[0].to_vec());
        client.send(request).await.refused(&ProblemCode::BadRequest);
        upload.commit(&client).await.refused(&ProblemCode::BlobMissingParts);
        read(&client, upload.id, &[]).await.refused(&ProblemCode::NotFound);
    })
    .await;
}

/// Row 11: parts arrive in any order, twice, from two devices; one commit, and what is read is what was sent.
#[tokio::test]
async fn two_devices_upload_one_blob_and_any_range_reads_back() {
    on_every_stack(Options::default(), |server| async move {
        let mut client = Client::registered(&server, "ada@example.org").await;
        let second = client.add_device().await;
        let upload = Upload::new(3, 1234);
        upload.announce(&client).await.json::<BlobState>();
        upload.put_part(&client, 2).await.done();
        let state: BlobState = upload.announce(&second).await.json();
        assert_eq!(state.missing, [PartRun { first: 0, count: 2 }, PartRun { first: 3, count: 1 }]);
        for (device, number) in [(&second, 3), (&client, 0), (&second, 0), (&second, 2)] {
            upload.put_part(device, number).await.done();
        }
        upload.commit(&client).await.refused(&ProblemCode::BlobMissingParts);
        upload.put_part(&client, 1).await.done();
        upload.commit(&client).await.done();
        upload.commit(&second).await.done();
        upload.put_part(&second, 1).await.done();
        let answer = read(&second, upload.id, &[]).await;
        assert_eq!(answer.status, 200);
        assert!(answer.body == upload.bytes);
        assert_eq!(answer.header("etag"), Some(format!("\"{}\"", upload.id).as_str()));
        assert_eq!(answer.header("cache-control"), Some("private, max-age=31536000, immutable"));
        let size = upload.bytes.len();
        let part = usize::try_from(PART_BYTES).unwrap();
        for (first, last) in
            [(0, 0), (0, part - 1), (part - 1, part), (part, 3 * part), (5, size - 1), (size - 1, size + 9)]
        {
            let answer = read(&client, upload.id, &[("range", &format!("bytes={first}-{last}"))]).await;
            let end = (last + 1).min(size);
            assert_eq!(answer.status, 206, "{first}-{last}");
            assert!(answer.body == upload.bytes[first..end], "{first}-{last}");
            assert_eq!(answer.header("content-range"), Some(format!("bytes {first}-{}/{size}", end - 1).as_str()));
        }
    })
    .await;
}

#[tokio::test]
async fn ranges_validators_and_head_follow_http() {
    on_every_stack(Options::default(), |server| async move {
        let client = Client::registered(&server, "ada@example.org").await;
        let upload = Upload::new(0, 1000);
        upload.upload(&client).await;
        let etag = format!("\"{}\"", upload.id);
        let beyond = read(&client, upload.id, &[("range", "bytes=1000-")]).await;
        beyond.refused(&ProblemCode::RangeNotSatisfiable);
        assert_eq!(beyond.header("content-range"), Some("bytes */1000"));
        let cases = [
            (vec![("range", "bytes=-10")], 206, 10),
            (vec![("range", "bytes=0-9"), ("if-range", etag.as_str())], 206, 10),
            (vec![("range", "bytes=0-9"), ("if-range", "\"another\"")], 200, 1000),
            (vec![("range", "lines=0-9")], 200, 1000),
            (vec![("if-none-match", etag.as_str())], 304, 0),
            (vec![("if-none-match", "\"another\"")], 200, 1000),
        ];
        for (fields, status, length) in cases {
            let answer = read(&client, upload.id, &fields).await;
            assert_eq!((answer.status, answer.body.len()), (status, length), "{fields:?}");
        }
        let head = client.send(client.request(Method::HEAD, &format!("blobs/{}", upload.id))).await;
        assert_eq!((head.status, head.header("content-length"), head.body.len()), (200, Some("1000"), 0));
        assert_eq!(head.header("accept-ranges"), Some("bytes"));
    })
    .await;
}

/// Row 14: commits at once at the limit never exceed it, and the sum is exact.
#[tokio::test]
async fn simultaneous_uploads_never_exceed_quota() {
    let limits = Limits { quota_bytes: Some(10_000), ..Options::default().limits };
    on_every_stack(Options { limits, ..Options::default() }, |server| async move {
        let client = Client::registered(&server, "ada@example.org").await;
        let uploads: Vec<Upload> = (0..16).map(|_| Upload::new(0, 1500)).collect();
        let tasks = uploads.iter().map(async |upload| {
            let answer = upload.announce(&client).await;
            if answer.status != 200 {
                let problem = answer.refused(&ProblemCode::QuotaExceeded);
                assert_eq!(problem.limit, Some(10_000));
                return 0_u64;
            }
            upload.put_part(&client, 0).await.done();
            upload.commit(&client).await.done();
            1500
        });
        let stored: u64 = futures::future::join_all(tasks).await.into_iter().sum();
        assert_eq!(stored, 9000);
        let usage: Usage = client.get("usage").await.json();
        assert_eq!((usage.blob_bytes, usage.blobs, usage.reserved_bytes), (9000, 6, 0));
        assert_eq!(usage.quota_bytes, Some(10_000));
        // The operator gives this account more; records are never stopped by the quota.
        server.state.rules.set_quota(client.account, Some(20_000)).await.unwrap();
        Upload::new(0, 1500).upload(&client).await;
    })
    .await;
}

/// Row 12: deletes and claims in any order.
#[tokio::test]
async fn deleted_blob_is_claimed_back_or_uploaded_again() {
    on_every_stack(Options::default(), |server| async move {
        let client = Client::registered(&server, "ada@example.org").await;
        let upload = Upload::new(0, 100);
        client.delete(&format!("blobs/{}", upload.id)).await.done();
        upload.upload(&client).await;
        client.delete(&format!("blobs/{}", upload.id)).await.done();
        client.delete(&format!("blobs/{}", upload.id)).await.done();
        read(&client, upload.id, &[]).await.refused(&ProblemCode::BlobDeleted);
        assert_eq!(client.get("usage").await.json::<Usage>().deleted_bytes, 100);
        let listed: Blobs = client.get("blobs").await.json();
        assert_eq!(listed.blobs[0].state, BlobStage::Deleted);
        let state: BlobState = upload.announce(&client).await.json();
        assert_eq!((state.state, state.missing.len()), (BlobStage::Committed, 0));
        assert!(read(&client, upload.id, &[]).await.body == upload.bytes);
        assert_eq!(client.get("usage").await.json::<Usage>().blob_bytes, 100);
    })
    .await;
}

#[tokio::test]
async fn foreign_blobs_cannot_be_read_changed_or_recognized() {
    on_every_stack(Options::default(), |server| async move {
        let client = Client::registered(&server, "ada@example.org").await;
        let other = Client::registered(&server, "eve@example.org").await;
        let upload = Upload::new(0, 100);
        upload.upload(&client).await;
        read(&other, upload.id, &[]).await.refused(&ProblemCode::NotFound);
        upload.put_part(&other, 0).await.refused(&ProblemCode::NotFound);
        upload.commit(&other).await.refused(&ProblemCode::NotFound);
        other.delete(&format!("blobs/{}", upload.id)).await.done();
        assert!(read(&client, upload.id, &[]).await.body == upload.bytes);
        // The same id in another account is another blob, also with the same bytes.
        let state: BlobState = upload.announce(&other).await.json();
        assert_eq!(state.missing, [PartRun { first: 0, count: 1 }]);
        assert_eq!(other.get("blobs").await.json::<Blobs>().blobs.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn pages_of_blobs_hold_every_blob_once() {
    on_every_stack(Options::default(), |server| async move {
        let client = Client::registered(&server, "ada@example.org").await;
        let mut expected = Vec::new();
        for _ in 0..5 {
            let upload = Upload::new(0, 10);
            upload.upload(&client).await;
            expected.push(upload.id);
        }
        expected.sort();
        for limit in [1, 2, 5, 6] {
            let (mut found, mut after) = (Vec::new(), String::new());
            loop {
                let page: Blobs = client.get(&format!("blobs?limit={limit}{after}")).await.json();
                found.extend(page.blobs.iter().map(|blob| blob.id));
                let Some(next) = page.next else { break };
                after = format!("&after={next}");
            }
            assert_eq!(found, expected, "pages of {limit}");
        }
    })
    .await;
}
