//! The table: its place, its columns, and rows in and out of Arrow's form.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, LazyLock};

use alexandria_crypto::keys::IndexKey;
use lancedb::arrow::arrow_array::cast::AsArray;
use lancedb::arrow::arrow_array::types::{ArrowPrimitiveType, Float16Type, Int64Type};
use lancedb::arrow::arrow_array::{Array, ArrayRef, FixedSizeListArray, Int64Array, PrimitiveArray, RecordBatch};
use lancedb::arrow::arrow_schema::{DataType, Field, Schema, SchemaRef};
use lancedb::{Session, Table};

use super::{IndexError, VECTOR_FORMAT, VectorRow};
use crate::embed::DIMENSIONS;
use crate::object::{registry, uri_of};

/// The passage's id. It tells the publication too, so that there is no column for it.
pub(super) const PASSAGE: &str = "passage";
/// The passage's vector.
pub(super) const VECTOR: &str = "vector";

const TABLE: &str = "vectors";
/// The table's folder in the index's.
pub(super) const FOLDER: &str = "vectors.lance";
const FORMAT_KEY: &str = "alexandria.format";
/// Lance's own caches. Little is asked for twice, and there is no index.
const INDEX_CACHE_BYTES: usize = 1 << 20;
const METADATA_CACHE_BYTES: usize = 8 << 20;

/// A number as the table holds it. Half precision moves a similarity by less than 0.0001 and halves the file.
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
    // Lance has no lists whose elements cannot be missing; none ever is.
    Arc::new(Field::new("item", DataType::Float16, true))
}

/// Opens the table in `folder`, or makes it.
pub(super) async fn open(folder: &Path, key: Arc<IndexKey>) -> Result<Table, IndexError> {
    let uri = uri_of(folder).ok_or(IndexError::InvalidInput("a relative folder"))?;
    // Made here, because it must exist and be readable before anything can tell that there is no table in it.
    std::fs::create_dir_all(folder).map_err(IndexError::Io)?;
    let session = Arc::new(Session::new(INDEX_CACHE_BYTES, METADATA_CACHE_BYTES, registry(key)));
    let database = lancedb::connect(&uri).session(session).execute().await?;
    match database.open_table(TABLE).execute().await {
        Ok(table) => {
            let schema = table.schema().await?;
            if same_format(&schema) { Ok(table) } else { Err(IndexError::Damaged(None)) }
        }
        Err(lancedb::Error::TableNotFound { .. }) => {
            Ok(database.create_empty_table(TABLE, Arc::clone(&SCHEMA)).execute().await?)
        }
        Err(error) => Err(error.into()),
    }
}

fn same_format(schema: &Schema) -> bool {
    schema.fields() == SCHEMA.fields() && schema.metadata().get(FORMAT_KEY) == SCHEMA.metadata().get(FORMAT_KEY)
}

/// The rows in the table's form.
pub(super) fn batch_of(rows: &[VectorRow]) -> Result<RecordBatch, IndexError> {
    if rows.iter().any(|row| row.vector.iter().any(|number| !number.is_finite())) {
        return Err(IndexError::InvalidInput("a vector that is not finite"));
    }
    let passages = Int64Array::from_iter_values(rows.iter().map(|row| row.passage.to_i64()));
    let numbers = rows.iter().flat_map(|row| row.vector).map(Half::from_f32);
    let numbers = PrimitiveArray::<Float16Type>::from_iter_values(numbers);
    let vectors = FixedSizeListArray::try_new(element(), LIST_SIZE, Arc::new(numbers), None);
    let columns: Vec<ArrayRef> = vec![Arc::new(passages), Arc::new(vectors.map_err(lancedb::Error::from)?)];
    Ok(RecordBatch::try_new(Arc::clone(&SCHEMA), columns).map_err(lancedb::Error::from)?)
}

/// The passages and the vectors, one after another, of a batch that LanceDB read.
pub(super) fn columns_of(batch: &RecordBatch) -> Option<(&[i64], &[Half])> {
    let passages = passages_of(batch)?;
    let vectors = batch.column_by_name(VECTOR)?.as_fixed_size_list_opt()?;
    let numbers = vectors.values().as_primitive_opt::<Float16Type>()?;
    let start = vectors.offset() * DIMENSIONS;
    let numbers = numbers.values().get(start..start + vectors.len() * DIMENSIONS)?;
    Some((passages, numbers))
}

/// The passages of a batch that LanceDB read.
pub(super) fn passages_of(batch: &RecordBatch) -> Option<&[i64]> {
    Some(batch.column_by_name(PASSAGE)?.as_primitive_opt::<Int64Type>()?.values())
}
