//! Many callers at once.

use std::sync::Arc;

use futures::future::join_all;

use super::command::run;
use super::{TestStore, all};
use crate::store::{AccountId, Cursor, LogId, Store};

async fn prepare(store: &TestStore, operations: &[String]) {
    for operation in operations {
        let answer = run(&*store.store, operation).await;
        assert!(!answer.starts_with('!'), "{}: {operation}: {answer}", store.name);
    }
}

/// Runs all at once, and returns the answers in the same order.
async fn at_once(store: &TestStore, operations: Vec<String>) -> Vec<String> {
    let tasks = operations.into_iter().map(|operation| {
        let store = Arc::clone(&store.store);
        tokio::spawn(async move { run(&*store, &operation).await })
    });
    join_all(tasks).await.into_iter().map(Result::unwrap).collect()
}

fn count(answers: &[String], beginning: &str) -> usize {
    answers.iter().filter(|answer| answer.starts_with(beginning)).count()
}

/// Row 14: 32 commits at the limit. Never over, and the sum is exact.
#[tokio::test(flavor = "multi_thread")]
async fn parallel_commits_never_exceed_the_quota() {
    for store in all().await {
        let mut setup = vec!["create 1 a".to_owned()];
        for blob in 0..32 {
            setup.push(format!("ensure 1 {blob} 10 10 o{blob}"));
            setup.push(format!("part 1 {blob} o{blob} 0"));
        }
        prepare(&store, &setup).await;
        let commits = (0..32).map(|blob| format!("commit 1 {blob} bytes=105")).collect();
        let answers = at_once(&store, commits).await;
        assert_eq!((count(&answers, "()"), count(&answers, "! Quota")), (10, 22), "{}: {answers:?}", store.name);
        let usage = store.store.usage(AccountId::from_bytes([1; 16])).await.unwrap();
        assert_eq!((usage.blob_bytes, usage.blobs, usage.reserved_bytes), (100, 10, 220), "{}", store.name);
        assert_eq!(usage, store.store.recount_usage(AccountId::from_bytes([1; 16])).await.unwrap(), "{}", store.name);
    }
}

/// Row 14: what is reserved counts when the next upload is announced.
#[tokio::test(flavor = "multi_thread")]
async fn parallel_uploads_never_reserve_more_than_the_quota() {
    for store in all().await {
        prepare(&store, &["create 1 a".to_owned()]).await;
        let uploads = (0..32).map(|blob| format!("ensure 1 {blob} 10 10 o{blob} bytes=105")).collect();
        let answers = at_once(&store, uploads).await;
        assert_eq!((count(&answers, "(("), count(&answers, "! Quota")), (10, 22), "{}: {answers:?}", store.name);
    }
}

/// Row 3: while many write, no position appears below one that a reader has seen.
#[tokio::test(flavor = "multi_thread")]
async fn no_record_appears_below_a_cursor() {
    const DEVICES: u8 = 8;
    const RECORDS: u64 = 25;
    for store in all().await {
        let mut setup = vec!["create 1 a device=0".to_owned()];
        setup.extend((1..DEVICES).map(|device| format!("put-device 1 {device} {} 99", device + 1)));
        prepare(&store, &setup).await;
        let writers: Vec<_> = (0..DEVICES)
            .map(|device| {
                let store = store.clone();
                tokio::spawn(async move {
                    for seq in 1..=RECORDS {
                        prepare(&store, &[format!("push 1 {device}:0:{seq}")]).await;
                    }
                })
            })
            .collect();
        let readers: Vec<_> = (0..3).map(|_| tokio::spawn(read_all(Arc::clone(&store.store), RECORDS * 8))).collect();
        for task in writers {
            task.await.unwrap();
        }
        for reader in readers {
            let seen = reader.await.unwrap();
            assert_eq!(seen, (1..=RECORDS * u64::from(DEVICES)).collect::<Vec<_>>(), "{}", store.name);
        }
    }
}

/// Reads until so many records have come, page by page, without ever looking back. Row 6: the union of the pages is all.
async fn read_all(store: Arc<dyn Store>, total: u64) -> Vec<u64> {
    let account = AccountId::from_bytes([1; 16]);
    let mut cursor = Cursor { log: LogId::from_bytes([1; 16]), pos: 0 };
    let mut seen = Vec::new();
    while cursor.pos < total {
        let page = store.pull_records(account, Some(cursor), 3, 25).await.unwrap();
        seen.extend(page.records.iter().map(|record| record.pos));
        cursor = page.next;
        tokio::task::yield_now().await;
    }
    seen
}

/// Of jobs that are due each is taken by one of many.
#[tokio::test(flavor = "multi_thread")]
async fn parallel_takers_get_different_jobs() {
    for store in all().await {
        prepare(&store, &(0..20).map(|job| format!("enqueue k{job} - 500 1")).collect::<Vec<_>>()).await;
        let mut answers = Vec::new();
        // A taker that meets nothing but locked jobs goes away empty.
        while answers.len() < 20 {
            let taken = at_once(&store, vec!["take".to_owned(); 20]).await;
            answers.extend(taken.into_iter().filter(|answer| answer != "None"));
        }
        answers.sort();
        answers.dedup();
        assert_eq!(answers.len(), 20, "{}: {answers:?}", store.name);
    }
}

/// Each of these can succeed once, whoever comes first.
#[tokio::test(flavor = "multi_thread")]
async fn one_of_many_wins() {
    for store in all().await {
        let setup = ["create 1 a", "codes 1 7", "put-factor 1 1 totp label 5", "invite 3 1 9000"];
        prepare(&store, &setup.map(str::to_owned)).await;
        let check = async |operation: &dyn Fn(u8) -> String, success: &str| {
            let answers = at_once(&store, (10..26).map(operation).collect()).await;
            assert_eq!(count(&answers, success), 1, "{}: {}: {answers:?}", store.name, operation(10));
        };
        check(&|_| "code 1 7".to_owned(), "true").await;
        check(&|_| "step 1 1 6".to_owned(), "true").await;
        check(&|bundle| format!("put-keys 1 1 {bundle}"), "2").await;
        check(&|account| format!("create {account} same"), "()").await;
        check(&|account| format!("create {account} l{account} invitation=3"), "()").await;
        check(&|device| format!("put-device 1 {device} 2 99"), "()").await;
        check(&|hash| format!("push 1 1:0:1:{hash}"), "(").await;
    }
}
