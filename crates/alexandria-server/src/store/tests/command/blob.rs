//! Blobs and their objects.

use super::super::words::number;
use super::account::account;
use super::{Words, answer};
use crate::store::{AccountId, Blob, BlobId, BlobLimits, NewBlob, Store, UnixMillis};

pub(super) async fn run(store: &dyn Store, name: &str, words: &mut Words<'_>, now: UnixMillis) -> Option<String> {
    Some(match name {
        // ensure ACCOUNT BLOB SIZE PART-SIZE OBJECT [key=KEY] [digest=DIGEST] [parts=N] [LIMITS]
        "ensure" => {
            let account = account(words);
            let new = new_blob(words);
            let object = words.word().replace("EMPTY", "").replace("NUL", "\0");
            let new = NewBlob {
                key_id: [words.option("key").map_or(1, number); 8],
                digests: {
                    let digest = words.option("digest").map_or(1, number);
                    let parts = words.option("parts").map_or(new.size.div_ceil(new.part_size.max(1).into()), number);
                    vec![[digest; 32]; usize::try_from(parts).unwrap_or(1).min(100)]
                },
                ..new
            };
            let ensured = store.ensure_blob(account, new, object, limits(words), now).await;
            answer(ensured.map(|ensured| (brief(ensured.blob), ensured.created)))
        }
        "blob" => answer(store.blob(account(words), blob(words)).await.map(|blob| blob.map(brief))),
        // part ACCOUNT BLOB OBJECT PART
        "part" => {
            let (account, blob, object) = (account(words), blob(words), words.word().to_owned());
            answer(store.add_part(account, blob, object, words.number()).await)
        }
        // commit ACCOUNT BLOB [LIMITS]
        "commit" => {
            let (account, blob) = (account(words), blob(words));
            answer(store.commit_blob(account, blob, limits(words), now).await)
        }
        "delete" => answer(store.delete_blob(account(words), blob(words), now).await),
        // blobs ACCOUNT AFTER LIMIT
        "blobs" => {
            let account = account(words);
            let after = words.optional::<u8>().map(|id| BlobId::from_bytes([id; 16]));
            let blobs = store.blobs(account, after, words.number()).await;
            answer(blobs.map(|all| all.into_iter().map(brief).collect::<Vec<_>>()))
        }
        // expire-blobs UNFINISHED-BEFORE DELETED-BEFORE LIMIT
        "expire-blobs" => {
            let (unfinished, deleted) = (words.time(), words.time());
            answer(store.expire_blobs(unfinished, deleted, words.number(), now).await)
        }
        // dropped SKIP LIMIT
        "dropped" => {
            let dropped = store.dropped_objects(words.number(), words.number()).await;
            answer(
                dropped.map(|all| all.into_iter().map(|one| (one.account, one.object, one.parts)).collect::<Vec<_>>()),
            )
        }
        "forget" => answer(store.forget_object(account(words), words.word().to_owned()).await),
        // objects AFTER LIMIT
        "objects" => {
            let after = words.optional::<String>();
            let objects = store.objects(after, words.number()).await;
            answer(objects.map(|all| {
                let entry = |one: crate::store::ObjectEntry| {
                    let arrived = one.digests.iter().flatten().count();
                    (one.account, one.blob, one.object, arrived, one.digests.len(), one.committed)
                };
                all.into_iter().map(entry).collect::<Vec<_>>()
            }))
        }
        "due" => answer(store.accounts_to_erase(now, words.number()).await),
        "erase" => answer(store.erase_account(account(words), now).await),
        "to-erase" => {
            let dropped = store.objects_to_erase(account(words), words.number()).await;
            answer(dropped.map(|all| all.into_iter().map(|one| one.object).collect::<Vec<_>>()))
        }
        _ => return None,
    })
}

fn blob(words: &mut Words<'_>) -> BlobId {
    BlobId::from_bytes(words.id())
}

fn new_blob(words: &mut Words<'_>) -> NewBlob {
    let id = blob(words);
    NewBlob { id, size: words.number(), part_size: words.number(), digests: Vec::new(), key_id: [1; 8], kind: 2 }
}

/// `[bytes=QUOTA] [blobs=MAX] [unfinished=MAX]`
fn limits(words: &mut Words<'_>) -> BlobLimits {
    BlobLimits {
        quota_bytes: words.option("bytes").map(number),
        max_blobs: words.option("blobs").map_or(1000, number),
        max_unfinished: words.option("unfinished").map_or(1000, number),
    }
}

fn brief(blob: Blob) -> (BlobId, String, crate::store::BlobState, Vec<u32>, u64) {
    (blob.declared.id, blob.object, blob.state, blob.missing, blob.declared.size)
}

/// The account with this number.
pub(crate) const fn account_number(number: u8) -> AccountId {
    AccountId::from_bytes([number; 16])
}
