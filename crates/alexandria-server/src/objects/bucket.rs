//! Objects in a bucket of an S3 server.

use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use futures::stream::{self, BoxStream};
use futures::{StreamExt as _, TryStreamExt as _};
use object_store_s3::aws::{AmazonS3Builder, Checksum};
use object_store_s3::path::Path;
use object_store_s3::{ClientOptions, GetOptions, GetRange, ObjectStore, RetryConfig};

use super::probe::probe;
use super::{ObjectEntry, ObjectKey, ObjectStream, Objects, ObjectsError, verify};

/// How long a request to the S3 server may take, and with its repetitions.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);
const RETRY_TIMEOUT: Duration = Duration::from_secs(60);
const MAX_RETRIES: usize = 4;

/// Where the bucket is and who may use it.
#[derive(Debug, Clone, Copy)]
pub struct BucketSettings<'a> {
    /// Name of the bucket, which must exist.
    pub bucket: &'a str,
    /// Its region.
    pub region: &'a str,
    /// Address of the S3 server, if it is not Amazon's. Plain HTTP only if the address says so.
    pub endpoint: Option<&'a str>,
    /// Access key id and secret; without them, those of the machine.
    pub credentials: Option<(&'a str, &'a str)>,
    /// Put before every name, without a final slash; may be empty.
    pub prefix: &'a str,
}

/// A bucket, or a prefix in it.
#[derive(Debug, Clone)]
pub struct BucketObjects {
    store: Arc<dyn ObjectStore>,
    prefix: Path,
}

impl BucketObjects {
    /// Prepares the access; nothing is sent yet.
    ///
    /// # Errors
    /// If the settings are contradictory.
    pub fn new(settings: BucketSettings<'_>) -> Result<Self, ObjectsError> {
        let mut builder = AmazonS3Builder::new()
            .with_bucket_name(settings.bucket)
            .with_region(settings.region)
            // A part that is damaged on the way is refused by the S3 server.
            .with_checksum_algorithm(Checksum::SHA256)
            .with_client_options(ClientOptions::new().with_timeout(REQUEST_TIMEOUT))
            .with_retry(RetryConfig {
                max_retries: MAX_RETRIES,
                retry_timeout: RETRY_TIMEOUT,
                ..RetryConfig::default()
            });
        if let Some(endpoint) = settings.endpoint {
            builder = builder.with_endpoint(endpoint).with_allow_http(endpoint.starts_with("http://"));
        }
        if let Some((id, secret)) = settings.credentials {
            builder = builder.with_access_key_id(id).with_secret_access_key(secret);
        }
        Ok(Self::over(Arc::new(builder.build()?), settings.prefix))
    }

    /// Objects in any store of the `object_store` crate.
    #[must_use]
    pub fn over(store: Arc<dyn ObjectStore>, prefix: &str) -> Self {
        Self { store, prefix: Path::from(prefix) }
    }

    fn path(&self, key: &ObjectKey) -> Path {
        self.prefix.parts().chain(Path::from(key.to_string()).parts()).collect()
    }
}

#[async_trait]
impl Objects for BucketObjects {
    async fn put(&self, key: &ObjectKey, bytes: Bytes, digest: &[u8; 32]) -> Result<(), ObjectsError> {
        verify(&bytes, digest)?;
        self.store.put(&self.path(key), bytes.into()).await?;
        Ok(())
    }

    async fn get(&self, key: &ObjectKey, range: Range<u64>) -> Result<ObjectStream, ObjectsError> {
        let bytes = self.size(key).await?.ok_or(ObjectsError::NotFound(*key))?;
        let Range { start, end } = range;
        if end > bytes || start > end {
            return Err(ObjectsError::OutOfRange { key: *key, start, end, bytes });
        }
        if start == end {
            return Ok(stream::empty().boxed());
        }
        let options = GetOptions { range: Some(GetRange::Bounded(start..end)), ..GetOptions::default() };
        let result = self.store.get_opts(&self.path(key), options).await.map_err(|error| not_found(error, key))?;
        Ok(result.into_stream().map_err(ObjectsError::from).boxed())
    }

    async fn size(&self, key: &ObjectKey) -> Result<Option<u64>, ObjectsError> {
        match self.store.head(&self.path(key)).await {
            Ok(metadata) => Ok(Some(metadata.size)),
            Err(object_store_s3::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    async fn delete(&self, key: &ObjectKey) -> Result<(), ObjectsError> {
        match self.store.delete(&self.path(key)).await {
            Err(error) if !matches!(error, object_store_s3::Error::NotFound { .. }) => Err(error.into()),
            _ => Ok(()),
        }
    }

    fn list(&self) -> BoxStream<'static, Result<ObjectEntry, ObjectsError>> {
        let prefix = self.prefix.clone();
        let entries = self.store.list(Some(&self.prefix)).map(move |entry| {
            let entry = entry?;
            let name: Option<Path> = entry.location.prefix_match(&prefix).map(Iterator::collect);
            let key = name.and_then(|name| name.as_ref().parse().ok());
            // Other objects in the bucket are none of ours.
            Ok(key.map(|key| ObjectEntry {
                key,
                bytes: entry.size,
                modified_ms: entry.last_modified.timestamp_millis(),
            }))
        });
        entries.filter_map(|entry| async move { entry.transpose() }).boxed()
    }

    async fn probe(&self) -> Result<(), ObjectsError> {
        probe(self).await
    }
}

/// Distinguishes an object that is not there from a server that fails.
fn not_found(error: object_store_s3::Error, key: &ObjectKey) -> ObjectsError {
    match error {
        object_store_s3::Error::NotFound { .. } => ObjectsError::NotFound(*key),
        error => error.into(),
    }
}
