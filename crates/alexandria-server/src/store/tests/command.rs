//! The operations of scripts. The first word names one; ids are small numbers.

mod account;
mod blob;
mod record;
mod server;

pub(crate) use self::blob::account_number;
pub(crate) use self::record::record;
use super::words::{Words, answer};
use crate::store::{Store, UnixMillis};

/// Does one operation, and returns the answer. It happens at 1000 unless it begins with `at TIME`.
pub(crate) async fn run(store: &dyn Store, line: &str) -> String {
    let mut words = Words::new(line);
    let now = words.now().unwrap_or(UnixMillis(1000));
    let name = words.word();
    if let Some(answer) = account::run(store, name, &mut words, now).await {
        return answer;
    }
    if let Some(answer) = record::run(store, name, &mut words, now).await {
        return answer;
    }
    if let Some(answer) = blob::run(store, name, &mut words, now).await {
        return answer;
    }
    server::run(store, name, &mut words, now).await.unwrap_or_else(|| panic!("unknown operation: {line}"))
}
