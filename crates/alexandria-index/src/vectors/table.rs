//! The LanceDB table: its schema, and rows to and from Arrow.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, LazyLock};

use alexandria_crypto::keys::IndexKey;
use alexandria_domain::PassageId;
use lancedb::arrow::arrow_array::cast::AsArray;
use lancedb::arrow::arrow_array::types::{ArrowPrimitiveType, Float16Type, Int64Type};
use lancedb::arrow::arrow_array::{Array, ArrayRef, FixedSizeListArray, Int64Array, PrimitiveArray, RecordBatch};
use lancedb::arrow::arrow_schema::{DataType, Field, Schema, SchemaRef};
use lancedb::{Session, Table};

use super::error::IndexError;
use crate::embed::{DIMENSIONS, Embedding};
use crate::object::{registry, uri_of};

/// Version of the table's format. A library whose table has another version rebuilds it. Increment it with any change of
/// the schema or of the embedding model.
pub const VECTOR_FORMAT: u32 = 1;

/// A passage and its vector.
#[derive(Clone, Debug, PartialEq)]
pub struct VectorRow {
    /// The passage.
    pub passage: PassageId,
    /// A unit vector.
    pub vector: Embedding,
}

/// Column of the passage's id. The id contains the publication's row, which therefore has no column.
pub(super) const PASSAGE: &str = "passage";
/// Column of the passage's vector.
pub(super) const VECTOR: &str = "vector";

const TABLE: &str = "vectors";
/// The table's folder inside the index's.
pub(super) const FOLDER: &str = "vectors.lance";
const FORMAT_KEY: &str = "alexandria.format";
/// Sizes of Lance's own caches. Little is read twice, and there is no index.
const INDEX_CACHE_BYTES: usize = 1 << 20;
const METADATA_CACHE_BYTES: usize = 8 << 20;

/// A component as the table stores it. Half precision changes a similarity by less than 0.0001 and halves the file.
pub(super) type Half = <Float16Type as ArrowPrimitiveType>::Native;

static SCHEMA: LazyLock<SchemaRef> = LazyLock::new(|| {
    let columns = vec![
        Field::new(PASSAGE, DataType::Int64, false),
        Field::new(VECTOR, DataType::FixedSizeList(element(), LIST_SIZE), false),
    ];
    let format = HashMap::from([(FORMAT_KEY.to_owned(), VECTOR_FORMAT.to_string())]);
    Arc::new(Schema::new_with_metadata(columns, format))
});

#[expect(clippy::cast_possible_truncation, clippy::cast_possible_wrap, reason = "384 fits")]
const LIST_SIZE: i32 = DIMENSIONS as i32;

fn element() -> Arc<Field> {
    // Nullable only because Lance has no lists of non-null elements.
    Arc::new(Field::new("item", DataType::Float16, true))
}

/// Opens the table in `folder`, or creates it.
pub(super) async fn open(folder: &Path, key: Arc<IndexKey>) -> Result<Table, IndexError> {
    let uri = uri_of(folder).ok_or(IndexError::InvalidInput("a relative folder"))?;
    // LanceDB can report that there is no table only in a folder that exists and is readable.
    std::fs::create_dir_all(folder).map_err(IndexError::Io)?;
    let session = Arc::new(Session::new(INDEX_CACHE_BYTES, METADATA_CACHE_BYTES, registry(key)));
    let database = lancedb::connect(&uri).session(session).execute().await?;
    match database.open_table(TABLE).execute().await {
        Ok(table) => {
            let schema = table.schema().await?;
            if has_current_format(&schema) { Ok(table) } else { Err(IndexError::Damaged(None)) }
        }
        Err(lancedb::Error::TableNotFound { .. }) => {
            Ok(database.create_empty_table(TABLE, Arc::clone(&SCHEMA)).execute().await?)
        }
        Err(error) => Err(error.into()),
    }
}

fn has_current_format(schema: &Schema) -> bool {
    schema.fields() == SCHEMA.fields() && schema.metadata().get(FORMAT_KEY) == SCHEMA.metadata().get(FORMAT_KEY)
}

/// The rows as an Arrow batch.
pub(super) fn batch_of(rows: &[VectorRow]) -> Result<RecordBatch, IndexError> {
    if rows.iter().any(|row| row.vector.iter().any(|component| !component.is_finite())) {
        return Err(IndexError::InvalidInput("a vector that is not finite"));
    }
    let passages = Int64Array::from_iter_values(rows.iter().map(|row| row.passage.to_i64()));
    let components = rows.iter().flat_map(|row| row.vector).map(Half::from_f32);
    let components = PrimitiveArray::<Float16Type>::from_iter_values(components);
    let vectors = FixedSizeListArray::try_new(element(), LIST_SIZE, Arc::new(components), None);
    let columns: Vec<ArrayRef> = vec![Arc::new(passages), Arc::new(vectors.map_err(lancedb::Error::from)?)];
    Ok(RecordBatch::try_new(Arc::clone(&SCHEMA), columns).map_err(lancedb::Error::from)?)
}

/// The columns of a batch.
pub(super) struct Columns<'a> {
    /// Passage ids.
    pub(super) passages: &'a [i64],
    /// The vectors' components, concatenated: [`DIMENSIONS`] for each passage.
    pub(super) components: &'a [Half],
}

impl<'a> Columns<'a> {
    /// `None` if the batch is not of this table's schema.
    pub(super) fn of(batch: &'a RecordBatch) -> Option<Self> {
        let passages = passages_of(batch)?;
        let vectors = batch.column_by_name(VECTOR)?.as_fixed_size_list_opt()?;
        let components = vectors.values().as_primitive_opt::<Float16Type>()?;
        let start = vectors.offset() * DIMENSIONS;
        let components = components.values().get(start..start + vectors.len() * DIMENSIONS)?;
        Some(Self { passages, components })
    }
}

/// The passage ids of a batch; `None` if it has no such column.
pub(super) fn passages_of(batch: &RecordBatch) -> Option<&[i64]> {
    Some(batch.column_by_name(PASSAGE)?.as_primitive_opt::<Int64Type>()?.values())
}
