//! Records, snapshots and what is used.

use super::super::words::number;
use super::account::account;
use super::{Words, answer};
use crate::store::{
    BlobId, Coverage, Cursor, DeviceId, LogId, NewRecord, NewSnapshot, RecordLimits, SnapshotId, Store, StreamId,
    UnixMillis,
};

pub(super) async fn run(store: &dyn Store, name: &str, words: &mut Words<'_>, now: UnixMillis) -> Option<String> {
    Some(match name {
        // push ACCOUNT [max=RECORDS/BYTES] DEVICE:STREAM:SEQ[:HASH[:PREVIOUS[:BYTES]]]…
        "push" => {
            let account = account(words);
            let limits = words.option("max").map_or((1000, 1_000_000), |limits| {
                let (records, bytes) = limits.split_once('/').unwrap();
                (number(records), number(bytes))
            });
            let limits = RecordLimits { max_records: limits.0, max_bytes: limits.1 };
            let records = words.rest().into_iter().map(record).collect();
            answer(store.append_records(account, records, limits, now).await.map(|appended| {
                let heads: Vec<_> = appended.heads.iter().map(|head| (head.device, head.stream, head.seq)).collect();
                (appended.end.log, appended.end.pos, heads, appended.added)
            }))
        }
        // pull ACCOUNT [log=LOG] AFTER ROWS BYTES
        "pull" => {
            let account = account(words);
            let log = words.option("log").map_or_else(|| LogId::from_bytes(*account.as_bytes()), log);
            let after = words.optional().map(|pos| Cursor { log, pos });
            answer(store.pull_records(account, after, words.number(), words.number()).await.map(|page| {
                let records: Vec<_> = page.records.iter().map(|record| (record.pos, record.frame.len())).collect();
                (records, page.next.pos, page.more)
            }))
        }
        "frames" => {
            let page = store.pull_records(account(words), None, 100, 100_000).await;
            answer(page.map(|page| page.records))
        }
        "log-end" => answer(store.log_end(account(words)).await),
        "heads" => answer(store.heads(account(words)).await),
        "renew" => answer(store.renew_log(account(words), log(words.word())).await),
        "renew-all" => answer(store.renew_all_logs([words.number(); 32]).await),
        // snapshot ACCOUNT SNAPSHOT BLOB DEVICE:STREAM:SEQ…
        "snapshot" => {
            let account = account(words);
            let id = SnapshotId::from_bytes(words.id());
            let blob = BlobId::from_bytes(words.id());
            let covered = words.rest().into_iter().map(coverage).collect();
            answer(store.put_snapshot(account, NewSnapshot { id, covered, blob, statement: vec![5; 4] }, now).await)
        }
        "commit-snapshot" => {
            answer(store.commit_snapshot(account(words), SnapshotId::from_bytes(words.id()), now).await)
        }
        "snapshots" => {
            let snapshots = store.snapshots(account(words)).await;
            answer(snapshots.map(|all| all.into_iter().map(|one| (one.declared.id, one.pos)).collect::<Vec<_>>()))
        }
        "prune" => answer(store.prune_records(account(words), words.number()).await),
        "usage" => {
            let account = account(words);
            let (counted, recounted) = (store.usage(account).await, store.recount_usage(account).await);
            assert_eq!(answer(counted), answer(recounted), "counters are what is there");
            answer(store.usage(account).await)
        }
        _ => return None,
    })
}

fn log(word: &str) -> LogId {
    LogId::from_bytes([number(word); 16])
}

/// The hash is the number of the record unless it is given, the previous hash that of the one before.
pub(crate) fn record(word: &str) -> NewRecord {
    let parts: Vec<&str> = word.split(':').collect();
    let part = |index: usize| parts.get(index).copied().filter(|part| !part.is_empty());
    let seq: u64 = number(parts[2]);
    let low_byte = |number: u64| number.to_le_bytes()[0];
    let hash = part(3).map_or(low_byte(seq), number);
    let prev = part(4).map_or(low_byte(seq.wrapping_sub(1)), number);
    NewRecord {
        device: DeviceId::from_bytes([number(parts[0]); 16]),
        stream: StreamId::from_bytes([number(parts[1]); 16]),
        seq,
        prev: [prev; 32],
        hash: [hash; 32],
        frame: vec![hash; part(5).map_or(10, number)],
    }
}

fn coverage(word: &str) -> Coverage {
    let parts: Vec<&str> = word.split(':').collect();
    Coverage {
        device: DeviceId::from_bytes([number(parts[0]); 16]),
        stream: StreamId::from_bytes([number(parts[1]); 16]),
        seq: number(parts[2]),
    }
}
