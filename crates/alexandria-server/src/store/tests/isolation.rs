//! Two accounts that share one connection.

use std::sync::Arc;

use tokio::task::JoinSet;

use super::command::{account_number, run};
use crate::store::postgres::PostgresStore;
use crate::store::{Accounts as _, Records as _, Store};
use crate::testing::postgres::TestDatabase;

/// Requests, a third of which are abandoned.
const REQUESTS: u32 = 10_000;
/// At once.
const PARALLEL: usize = 16;

/// No foreign row, and no connection left in a transaction, whoever hangs up.
#[tokio::test(flavor = "multi_thread")]
async fn accounts_that_share_a_connection_never_see_each_other() {
    let Some(database) = TestDatabase::create().await else { return };
    let store = Arc::new(PostgresStore::connect(&database.url(), 1).await.unwrap());
    for account in [1, 2] {
        run(&*store, &format!("create {account} login{account} device={account}")).await;
        run(&*store, &format!("push {account} {account}:0:1:{account}")).await;
    }
    let mut requests = JoinSet::new();
    for request in 0..REQUESTS {
        if requests.len() >= PARALLEL {
            requests.join_next().await.unwrap().unwrap();
        }
        let store = Arc::clone(&store);
        requests.spawn(async move {
            let look = read_own(&store, request);
            if request.is_multiple_of(3) {
                let timeout = std::time::Duration::from_micros(u64::from(request % 700));
                // Elapsed or not: both are fine.
                let _abandoned = tokio::time::timeout(timeout, look).await;
            } else {
                look.await;
            }
        });
    }
    while let Some(done) = requests.join_next().await {
        done.unwrap();
    }
    let owner = database.owner().await;
    let activity = "select state, query from pg_stat_activity where usename = 'alexandria_server' \
                    and datname = current_database()";
    let rows = owner.query(activity, &[]).await.unwrap();
    assert!(rows.len() <= 1, "one connection");
    for row in rows {
        assert_eq!(row.get::<_, String>(0), "idle", "{}", row.get::<_, String>(1));
    }
}

async fn read_own(store: &PostgresStore, request: u32) {
    let number = if request.is_multiple_of(2) { 1 } else { 2 };
    let account = account_number(number);
    match request % 5 {
        0 => assert_eq!(store.account(account).await.unwrap().unwrap().login, format!("login{number}")),
        1 => {
            let answer = run(store as &dyn Store, &format!("event {number} kind {number}")).await;
            assert!(!answer.starts_with('!'), "{answer}");
        }
        2 => {
            let events = run(store as &dyn Store, &format!("events {number} - 3")).await;
            assert!(!events.contains(&format!("kind\", ({})", 3 - number)), "{events}");
        }
        _ => {
            let page = store.pull_records(account, None, 9, 999).await.unwrap();
            assert_eq!(page.records[0].frame, vec![number; 10]);
        }
    }
}
