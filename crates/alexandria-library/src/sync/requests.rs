//! The engine's requests as calls of the server, and what comes back.

use std::collections::BTreeMap;
use std::sync::Arc;

use alexandria_domain::DeviceId;
use alexandria_net::NetError;
use alexandria_net::sync::{SyncClient, SyncError};
use alexandria_protocol::api::blobs::BlobKind;
use alexandria_protocol::api::records::{ChangesQuery, PullQuery};
use alexandria_protocol::api::snapshots::{SnapshotInfo, SnapshotOffer};
use alexandria_protocol::blob::KeyId;
use alexandria_protocol::frame::batch::Batch;
use alexandria_protocol::frame::{Frame, RecordHash, chain};
use alexandria_protocol::ids::{self, BlobId, LogId, StreamId};
use alexandria_protocol::limits;
use alexandria_protocol::problem::ProblemCode;
use alexandria_protocol::signature::DeviceSignature;
use alexandria_sync::exchange::{LogHeads, Reply, Request, RequestError};
use alexandria_sync::record::{Cursor, Head};
use alexandria_sync::snapshot::{ReceivedSnapshot, SealedSnapshot, SignedClaim, SnapshotClaim};
use futures::StreamExt as _;

use super::upload::{self, Sealed, UploadError};
use crate::account::{AccountError, DeviceSource};

/// The longest sealed snapshot that is read, in bytes.
const MAX_SNAPSHOT: u64 = 256 * 1024 * 1024;

/// What requests need besides the client.
#[derive(Clone)]
pub(super) struct Context {
    pub(super) client: SyncClient,
    pub(super) devices: DeviceSource,
    /// The id of the key that seals snapshots.
    pub(super) snapshot_key: KeyId,
    /// Where to continue after the snapshot that is being sent.
    pub(super) snapshot_cursor: Option<Cursor>,
}

/// Sends a request of the engine.
pub(super) async fn send(context: &Context, request: Request) -> Result<Reply, RequestError> {
    let client = &context.client;
    match request {
        Request::Push { frames, .. } => push(client, &frames).await,
        Request::Pull { after } => {
            let page = client.pull_records(PullQuery { after, limit: None }).await.map_err(sort)?;
            let frames = page.frames.iter().map(|frame| frame.as_bytes().to_vec()).collect();
            Ok(Reply::Page { frames, next: page.next })
        }
        Request::Poll { after, wait_ms } => {
            let wait = u32::try_from(wait_ms / 1000).unwrap_or(u32::MAX).min(limits::MAX_WAIT_SECONDS);
            let query = ChangesQuery { after: Some(after), wait: Some(wait) };
            let changes = client.changes(query).await.map_err(sort)?;
            Ok(if changes.is_some() { Reply::Changed } else { Reply::Unchanged })
        }
        Request::Heads => {
            let heads = client.heads().await.map_err(sort)?;
            Ok(Reply::Heads(log_heads(heads.end.log(), &heads.heads)))
        }
        Request::Devices => match context.devices.fetch(client).await {
            Ok(registry) => Ok(Reply::Devices(registry)),
            Err(AccountError::Sync(error)) => Err(sort(error)),
            Err(error) => Err(RequestError::Refused(error.to_string())),
        },
        Request::SnapshotClaim => {
            Ok(Reply::SnapshotClaim(newest(client).await?.map(|info| claim(context, &info)).transpose()?))
        }
        Request::Snapshot => snapshot(context).await,
        Request::PutSnapshot(sealed) => put_snapshot(context, *sealed).await,
    }
}

async fn push(client: &SyncClient, frames: &[Arc<[u8]>]) -> Result<Reply, RequestError> {
    let mut batch = Batch::default();
    for bytes in frames {
        let frame = Frame::decode(bytes).map_err(|error| RequestError::Refused(error.to_string()))?;
        if !batch.push(&frame) {
            return Err(RequestError::Refused("more was to be sent than fits into a request".to_owned()));
        }
    }
    let first = frames.first().and_then(|bytes| Frame::decode(bytes).ok()).map_or(0, |frame| frame.header().seq);
    let pushed = client.push_records(batch).await.map_err(|error| match sort(error) {
        RequestError::Fork { .. } => RequestError::Fork { seq: first },
        other => other,
    })?;
    Ok(Reply::Pushed(log_heads(pushed.end.log(), &pushed.heads)))
}

async fn newest(client: &SyncClient) -> Result<Option<SnapshotInfo>, RequestError> {
    Ok(client.snapshots().await.map_err(sort)?.snapshots.into_iter().next())
}

fn claim(context: &Context, info: &SnapshotInfo) -> Result<SignedClaim, RequestError> {
    let account = context.devices.account();
    let claim = SnapshotClaim {
        account,
        id: info.id,
        device: DeviceId::from_bytes(*info.offer.device.as_bytes()),
        epoch: info.offer.key_epoch,
        covered: heads(&info.offer.covered),
    };
    if info.offer.blob.as_bytes() != info.id.as_bytes() {
        return Err(RequestError::Refused("the snapshot is in another blob than was signed".to_owned()));
    }
    Ok(SignedClaim { claim, signature: info.offer.signature.as_bytes().to_vec() })
}

async fn snapshot(context: &Context) -> Result<Reply, RequestError> {
    let Some(info) = newest(&context.client).await? else { return Ok(Reply::Snapshot(None)) };
    let signed = claim(context, &info)?;
    let blob = BlobId::from_bytes(*info.id.as_bytes());
    let mut bytes = Vec::new();
    let size = blob_size(&context.client, blob).await?;
    if size > MAX_SNAPSHOT {
        return Err(RequestError::Refused("the snapshot is too long".to_owned()));
    }
    let mut body = context.client.blob(blob, 0..size).await.map_err(sort)?;
    while let Some(part) = body.next().await {
        bytes.extend_from_slice(&part.map_err(sort)?);
    }
    let sealed = SealedSnapshot { signed, bytes };
    Ok(Reply::Snapshot(Some(Box::new(ReceivedSnapshot { sealed, next: info.offer.cursor }))))
}

/// The length of a blob on the server, in bytes.
pub(super) async fn blob_size(client: &SyncClient, id: BlobId) -> Result<u64, RequestError> {
    let mut after = None;
    loop {
        let page =
            client.blobs(alexandria_protocol::api::blobs::BlobsQuery { after, limit: None }).await.map_err(sort)?;
        if let Some(found) = page.blobs.iter().find(|blob| blob.id == id) {
            return Ok(found.size);
        }
        after = Some(page.next.ok_or_else(|| RequestError::Refused("the server lacks the blob".to_owned()))?);
    }
}

async fn put_snapshot(context: &Context, sealed: SealedSnapshot) -> Result<Reply, RequestError> {
    let SealedSnapshot { signed: SignedClaim { claim, signature }, bytes } = sealed;
    let id = BlobId::from_bytes(*claim.id.as_bytes());
    let cursor = context.snapshot_cursor.ok_or(RequestError::LogChanged)?;
    let signature = DeviceSignature::try_from(signature.as_slice());
    let signature = signature.map_err(|_| RequestError::Refused("the signature is malformed".to_owned()))?;
    let key = context.snapshot_key;
    let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    let blob = Sealed { id, kind: BlobKind::Snapshot, key, size, bytes: Box::new(bytes) };
    upload::upload(&context.client, blob).await.map_err(|error| match error {
        UploadError::Sync(error) => sort(error),
        other => RequestError::Refused(other.to_string()),
    })?;
    let covered = claim.covered.iter().map(|(device, head)| chain::Head {
        device: ids::DeviceId::from_bytes(*device.as_bytes()),
        stream: StreamId::LIBRARY,
        seq: head.seq,
        hash: RecordHash::from_bytes(head.hash),
    });
    let offer = SnapshotOffer {
        device: ids::DeviceId::from_bytes(*claim.device.as_bytes()),
        blob: id,
        key_epoch: claim.epoch,
        covered: covered.collect(),
        cursor,
        signature,
    };
    context.client.put_snapshot(claim.id, &offer).await.map_err(sort)?;
    context.client.commit_snapshot(claim.id).await.map_err(sort)?;
    Ok(Reply::SnapshotStored)
}

fn log_heads(log: LogId, listed: &[chain::Head]) -> LogHeads {
    LogHeads { log, heads: heads(listed) }
}

/// Ends of chains of the library's stream.
fn heads(listed: &[chain::Head]) -> BTreeMap<DeviceId, Head> {
    let of_library = listed.iter().filter(|head| head.stream == StreamId::LIBRARY);
    of_library
        .map(|head| {
            (DeviceId::from_bytes(*head.device.as_bytes()), Head { seq: head.seq, hash: *head.hash.as_bytes() })
        })
        .collect()
}

/// What an error means to the engine.
pub(super) fn sort(error: SyncError) -> RequestError {
    let retry_after_ms = error.retry_after().map(|pause| u64::try_from(pause.as_millis()).unwrap_or(u64::MAX));
    let Some(code) = error.code() else {
        return match error {
            SyncError::NotOurs { .. } | SyncError::Malformed(_) | SyncError::TooLong { .. } => RequestError::NotOurs,
            SyncError::Net(NetError::NotAllowed) => RequestError::Refused(error.to_string()),
            SyncError::Net(_) => RequestError::Offline,
            other => RequestError::Refused(other.to_string()),
        };
    };
    match code {
        ProblemCode::LogChanged => RequestError::LogChanged,
        ProblemCode::Compacted => RequestError::Compacted,
        // Which record it is, the push knows.
        ProblemCode::Fork => RequestError::Fork { seq: 0 },
        ProblemCode::Gap => RequestError::Gap { expected: expected(&error) },
        ProblemCode::StampAhead => RequestError::StampAhead,
        ProblemCode::QuotaExceeded | ProblemCode::BlobLimit => RequestError::QuotaFull,
        ProblemCode::Unauthenticated | ProblemCode::ProofRejected => RequestError::SignInNeeded,
        ProblemCode::DeviceRevoked => RequestError::Revoked,
        ProblemCode::UpgradeNeeded => RequestError::UpgradeNeeded,
        _ if error.is_temporary() => RequestError::Busy { retry_after_ms },
        other => RequestError::Refused(other.as_str().to_owned()),
    }
}

/// The number of the record that the server expected.
fn expected(error: &SyncError) -> u64 {
    match error {
        SyncError::Refused(problem) => problem.expected.unwrap_or(0),
        _ => 0,
    }
}
