//! Reading the log page by page.

use super::account_row::state;
use super::tx::Tx;
use super::value::number;
use crate::store::cursor::Cursor;
use crate::store::error::StoreError;
use crate::store::id::AccountId;
use crate::store::record::{Page, StoredRecord};

pub(super) async fn page(
    tx: &mut dyn Tx,
    account: AccountId,
    after: Option<Cursor>,
    max_rows: u32,
    max_bytes: u64,
) -> Result<Page, StoreError> {
    let row = state(tx, account).await?;
    let log = row.log;
    let from = match after {
        Some(cursor) if cursor.log != log => return Err(StoreError::LogChanged { log }),
        Some(cursor) => cursor.pos,
        None => 0,
    };
    if from > row.end_pos {
        return Err(StoreError::CursorAhead);
    }
    if from < row.pruned_pos {
        return Err(StoreError::Compacted { resume: Cursor { log, pos: row.pruned_pos } });
    }
    let last = last_that_fits(tx, account, from, max_rows, max_bytes).await?;
    let sql = "select pos, frame from records where account = $1 and pos > $2 and pos <= $3 order by pos";
    let rows = tx.query(sql, &[account.into(), number(from)?, number(last)?]).await?;
    let read = |mut row: super::row::Row| Ok(StoredRecord { pos: row.number()?, frame: row.bytes()? });
    let records = rows.into_iter().map(read).collect::<Result<Vec<_>, StoreError>>()?;
    Ok(Page { records, next: Cursor { log, pos: last }, more: last < row.end_pos })
}

/// The position of the last record of the page. Sizes are read first, so that a page of large records is not read in
/// order to be thrown away.
async fn last_that_fits(
    tx: &mut dyn Tx,
    account: AccountId,
    from: u64,
    max_rows: u32,
    max_bytes: u64,
) -> Result<u64, StoreError> {
    let sql = "select pos, size from records where account = $1 and pos > $2 order by pos limit $3";
    let mut last = from;
    let mut bytes = 0_u64;
    for mut row in tx.query(sql, &[account.into(), number(from)?, max_rows.max(1).into()]).await? {
        let (pos, size) = (row.number()?, row.number()?);
        bytes = bytes.saturating_add(size);
        if bytes > max_bytes && last > from {
            break;
        }
        last = pos;
    }
    Ok(last)
}
