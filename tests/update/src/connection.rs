//! The connection between client and repository, in the hands of an attacker.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use alexandria_release::{FolderFetch, Layout};
use alexandria_update::{Fetch, FetchError, FetchedBody};
use async_trait::async_trait;
use bytes::Bytes;
use futures::{StreamExt as _, stream};
use url::Url;

/// What the attacker does to one file.
#[derive(Clone, Debug)]
pub enum Disturbance {
    /// Answers with these bytes.
    Replace(Vec<u8>),
    /// Says that there is no such file.
    Hide,
    /// Fails as a server does.
    Fail,
    /// Ends after this many bytes of each request.
    Truncate(usize),
    /// Sends bytes without end.
    Endless,
    /// Ignores from where on the file was asked for.
    IgnoreOffset,
}

/// A connection to a repository's folder.
#[derive(Clone, Debug)]
pub struct Connection {
    folder: FolderFetch,
    disturbances: Arc<Mutex<HashMap<String, Disturbance>>>,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Connection {
    /// An undisturbed connection.
    ///
    /// # Errors
    /// Never.
    pub fn new(layout: &Layout) -> anyhow::Result<Self> {
        Ok(Self { folder: FolderFetch::new(layout)?, disturbances: Arc::default(), requests: Arc::default() })
    }

    /// Disturbs the file whose address ends in `name` from now on.
    pub fn disturb(&self, name: &str, disturbance: Disturbance) {
        self.disturbances.lock().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned(), disturbance);
    }

    /// Ends all disturbances.
    pub fn restore(&self) {
        self.disturbances.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// The file names that were asked for since the last call, with the offset if it was not 0.
    #[must_use]
    pub fn take_requests(&self) -> Vec<String> {
        std::mem::take(&mut *self.requests.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn disturbance(&self, url: &Url) -> Option<Disturbance> {
        let disturbances = self.disturbances.lock().unwrap_or_else(PoisonError::into_inner);
        disturbances.iter().find(|(name, _)| url.path().ends_with(*name)).map(|(_, disturbance)| disturbance.clone())
    }
}

#[async_trait]
impl Fetch for Connection {
    async fn fetch(&self, url: &Url, offset: u64) -> Result<FetchedBody, FetchError> {
        let name = url.path().rsplit('/').next().unwrap_or_default();
        let request = if offset == 0 { name.to_owned() } else { format!("{name} from {offset}") };
        self.requests.lock().unwrap_or_else(PoisonError::into_inner).push(request);
        match self.disturbance(url) {
            None => self.folder.fetch(url, offset).await,
            Some(Disturbance::Hide) => Err(FetchError::NotFound),
            Some(Disturbance::Fail) => Err(FetchError::Failed("500".into())),
            Some(Disturbance::IgnoreOffset) => self.folder.fetch(url, 0).await,
            Some(Disturbance::Replace(bytes)) => {
                let start = usize::try_from(offset).unwrap_or(usize::MAX).min(bytes.len());
                let bytes = Bytes::from(bytes).slice(start..);
                Ok(FetchedBody { offset, bytes: stream::iter([Ok(bytes)]).boxed() })
            }
            Some(Disturbance::Endless) => {
                let chunk = || Ok(Bytes::from_static(&[b' '; 65_536]));
                Ok(FetchedBody { offset, bytes: stream::repeat_with(chunk).boxed() })
            }
            Some(Disturbance::Truncate(length)) => {
                let body = self.folder.fetch(url, offset).await?;
                let mut left = length;
                let bytes = body.bytes.map(move |chunk| {
                    let chunk = chunk?;
                    let part = chunk.slice(..left.min(chunk.len()));
                    left -= part.len();
                    Ok(part)
                });
                Ok(FetchedBody {
                    offset,
                    bytes: bytes
                        .take_while(|chunk| {
                            let goes_on = chunk.as_ref().map_or(true, |chunk: &Bytes| !chunk.is_empty());
                            async move { goes_on }
                        })
                        .boxed(),
                })
            }
        }
    }
}
