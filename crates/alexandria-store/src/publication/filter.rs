//! Which publications a query's filters let through.

use alexandria_domain::{Filter, FilterField};
use rusqlite::{Connection, params_from_iter};

use crate::analysis;
use crate::error::StoreError;
use crate::store::Store;

impl Store {
    /// Rows of the publications on the shelf that satisfy all filters, in order; `None` if there are no filters.
    /// Case and accents do not matter.
    ///
    /// # Errors
    /// When the database fails.
    pub fn rows_matching(&self, filters: &[Filter]) -> Result<Option<Vec<i64>>, StoreError> {
        self.read(|connection| rows_matching(connection, filters))
    }
}

pub(crate) fn rows_matching(connection: &Connection, filters: &[Filter]) -> Result<Option<Vec<i64>>, rusqlite::Error> {
    if filters.is_empty() {
        return Ok(None);
    }
    let mut query = String::from("SELECT row FROM publication WHERE state = 0");
    for (filter, number) in filters.iter().zip(1..) {
        let not = if filter.negated { " NOT" } else { "" };
        query.push_str(&format!(" AND{not} ({})", condition(filter.field, number)));
    }
    query.push_str(" ORDER BY row");
    let values = filters.iter().map(|filter| analysis::fold(&filter.value));
    let mut select = connection.prepare_cached(&query)?;
    let rows = select.query_map(params_from_iter(values), |row| row.get(0))?.collect::<Result<Vec<i64>, _>>()?;
    Ok(Some(rows))
}

/// The condition on the folded value bound as parameter `number`. The text of a value never becomes a part of a statement.
pub(super) fn condition(field: FilterField, number: usize) -> String {
    match field {
        FilterField::Author => format!("instr(authors_folded, ?{number})"),
        FilterField::Title => format!("instr(title_folded, ?{number})"),
        FilterField::Tag => format!("instr(subjects_folded, ?{number})"),
        FilterField::In => {
            format!("instr(series_folded, ?{number}) OR substr(lower(hex(id)), 1, length(?{number})) = ?{number}")
        }
        FilterField::Format => format!("format = ?{number}"),
        FilterField::Lang => {
            format!("language = ?{number} OR substr(language, 1, length(?{number}) + 1) = ?{number} || '-'")
        }
        FilterField::Collection => format!(
            "row IN (SELECT publication FROM collection_member WHERE collection IN \
             (SELECT id FROM collection WHERE name_folded = ?{number} OR lower(hex(id)) = ?{number}))"
        ),
        // `4+` is the number 4.
        FilterField::Rating => format!(
            "CASE WHEN substr(?{number}, -1) = '+' THEN rating >= CAST(?{number} AS INTEGER) \
             ELSE rating = CAST(?{number} AS INTEGER) END"
        ),
        FilterField::Status => format!("reading_status = CASE ?{number} WHEN 'none' THEN '' ELSE ?{number} END"),
    }
}
