//! Removing objects that nothing refers to: the objects first, then the row that lists them.

use super::background::{Background, JobError, PassReport};
use crate::objects::{Objects, ObjectsError};
use crate::store::{DroppedObject, object_key};

/// Rows read at once.
const ROWS_AT_ONCE: u32 = 100;

/// Removes all dropped objects. Those that cannot be removed stay listed, and do not stop the others.
pub(super) async fn remove_dropped(background: &Background, report: &mut PassReport) -> Result<(), JobError> {
    let mut failed = 0;
    let mut first_error = Ok(());
    loop {
        let dropped = background.store.dropped_objects(failed, ROWS_AT_ONCE).await?;
        if dropped.is_empty() {
            return first_error;
        }
        for object in dropped {
            match remove(background, &object).await {
                Ok(()) => report.removed_objects += 1,
                Err(error) => {
                    failed += 1;
                    first_error = first_error.and(Err(error));
                }
            }
        }
    }
}

/// Removes the parts of one, and its row.
pub(super) async fn remove(background: &Background, object: &DroppedObject) -> Result<(), JobError> {
    remove_parts(&*background.objects, object).await?;
    background.store.forget_object(object.account, object.object.clone()).await?;
    Ok(())
}

async fn remove_parts(objects: &dyn Objects, object: &DroppedObject) -> Result<(), ObjectsError> {
    for part in 0..object.parts {
        // What has no name that an object can have has no objects.
        if let Some(key) = object_key(&object.object, part) {
            objects.delete(&key).await?;
        }
    }
    Ok(())
}
