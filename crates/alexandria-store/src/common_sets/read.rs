//! Reading sets.

use rusqlite::{Connection, Row};

use super::encoding::{bucket_of, find};
use super::{publication_of, row_id};
use crate::analysis::CommonKey;
use crate::json::unreadable;
use crate::passage_set::{Ordinals, PassageSet};

/// Publications up to which each is looked up, instead of reading the bucket of all.
const MAX_LOOKUPS: usize = 32;

/// Whether every publication has its sets.
pub(crate) fn are_complete(connection: &Connection) -> Result<bool, rusqlite::Error> {
    connection
        .prepare_cached("SELECT NOT EXISTS (SELECT 1 FROM publication WHERE has_common_sets = 0)")?
        .query_row([], |row| row.get(0))
}

/// The passages of the library in the set of `key`; of `within`, only its publications may be read.
pub(crate) fn read(
    connection: &Connection,
    key: &CommonKey,
    within: Option<&PassageSet>,
) -> Result<PassageSet, rusqlite::Error> {
    let bucket = bucket_of(key);
    let mut set = PassageSet::default();
    match within {
        Some(within) if within.rows().len() <= MAX_LOOKUPS => {
            let mut select = connection.prepare_cached("SELECT id, sets FROM common_set WHERE id = ?1")?;
            for publication in within.rows() {
                let mut rows = select.query([row_id(bucket, publication)])?;
                while let Some(row) = rows.next()? {
                    set.extend(publication, ordinals(row, key)?);
                }
            }
        }
        _ => {
            let mut select = connection.prepare_cached("SELECT id, sets FROM common_set WHERE id >= ?1 AND id < ?2")?;
            let mut rows = select.query([row_id(bucket, 0), row_id(bucket + 1, 0)])?;
            while let Some(row) = rows.next()? {
                set.extend(publication_of(row.get(0)?), ordinals(row, key)?);
            }
        }
    }
    Ok(set)
}

fn ordinals(row: &Row<'_>, key: &CommonKey) -> Result<Ordinals, rusqlite::Error> {
    find(row.get_ref(1)?.as_blob()?, key).ok_or_else(|| unreadable(1, "invalid common sets"))
}
