//! Futures that are dropped at any await: what they began is done completely or not at all, and nothing stays open.

use std::future::Future as _;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use super::command::run;
use super::{TestStore, model, sqlite};
use crate::store::postgres::PostgresStore;
use crate::store::{AccountId, RecordLimits};
use crate::testing::postgres::TestDatabase;

const ACCOUNT: AccountId = AccountId::from_bytes([1; 16]);

/// Begins to push two records, and drops the future after `polls` polls. Returns whether it was done before.
async fn push_and_drop(store: &TestStore, seq: u64, polls: u32) -> bool {
    let records = (seq..seq + 2).map(|seq| super::command::record(&format!("1:0:{seq}"))).collect();
    let limits = RecordLimits { max_records: 100_000, max_bytes: 100_000_000 };
    let push = store.store.append_records(ACCOUNT, records, limits, crate::store::UnixMillis(1));
    let mut push = pin!(push);
    for _ in 0..polls {
        if let Poll::Ready(result) = push.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            result.unwrap();
            return true;
        }
        // Lets the other side answer, so that the next poll gets further.
        tokio::time::sleep(std::time::Duration::from_millis(1)).await;
    }
    false
}

async fn drop_everywhere(store: &TestStore) {
    assert_eq!(run(&*store.store, "create 1 a").await, "()");
    let mut done = 0;
    for polls in 0..60 {
        let head = store.store.heads(ACCOUNT).await.unwrap().first().map_or(0, |head| head.seq);
        assert_eq!(head % 2, 0, "{}: half of a push is stored", store.name);
        done += u32::from(push_and_drop(store, head + 1, polls).await);
    }
    assert!(done > 0, "{}: no push ended", store.name);
    // Whoever comes after works as always.
    assert_eq!(run(&*store.store, "event 1 kind -").await, "1", "{}", store.name);
    let end = store.store.log_end(ACCOUNT).await.unwrap();
    assert_eq!(store.store.usage(ACCOUNT).await.unwrap().records, end.pos, "{}", store.name);
}

#[tokio::test(flavor = "multi_thread")]
async fn dropped_futures_leave_nothing_half_done() {
    drop_everywhere(&model()).await;
    drop_everywhere(&sqlite()).await;
}

/// With one connection, each dropped future hands it to the next.
#[tokio::test(flavor = "multi_thread")]
async fn dropped_futures_leave_no_transaction_open() {
    let Some(database) = TestDatabase::create().await else { return };
    let store = PostgresStore::connect(&database.url(), 1).await.unwrap();
    drop_everywhere(&TestStore { name: "Postgres", store: Arc::new(store), _folder: None }).await;
    let open = "select count(*) from pg_stat_activity \
                where datname = current_database() and state like 'idle in transaction%'";
    let open: i64 = database.owner().await.query_one(open, &[]).await.unwrap().get(0);
    assert_eq!(open, 0);
}
