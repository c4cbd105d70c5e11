//! Listens for wake-ups from other processes, and keeps trying while Redis is away.

use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt as _;
use redis::{Client, RedisResult};
use tokio::task::AbortHandle;

use crate::transient::Topic;
use crate::transient::topics::Topics;

/// The channel on which wake-ups are published.
pub(super) const CHANNEL: &str = "alexandria:wake";

/// How long to wait before connecting again.
const RECONNECT_INTERVAL: Duration = Duration::from_secs(1);

/// The task that listens.
pub(super) struct Subscriber(AbortHandle);

impl Subscriber {
    /// Starts listening. Needs a running Tokio runtime.
    pub(super) fn start(client: Client, topics: Arc<Topics>) -> Self {
        let task = tokio::spawn(async move {
            loop {
                if let Err(error) = listen(&client, &topics).await {
                    tracing::debug!(%error, "wake-ups of other processes are not received");
                }
                tokio::time::sleep(RECONNECT_INTERVAL).await;
            }
        });
        Self(task.abort_handle())
    }

    /// Stops listening.
    pub(super) fn stop(&self) {
        self.0.abort();
    }
}

async fn listen(client: &Client, topics: &Topics) -> RedisResult<()> {
    let mut connection = client.get_async_pubsub().await?;
    connection.subscribe(CHANNEL).await?;
    // What was published before is lost.
    topics.wake_all();
    let mut messages = connection.on_message();
    while let Some(message) = messages.next().await {
        if let Some(topic) = decode(message.get_payload_bytes()) {
            topics.wake(topic);
        }
    }
    Ok(())
}

/// A topic as a message.
pub(super) fn encode(topic: Topic) -> Vec<u8> {
    let (kind, id) = match topic {
        Topic::Account(id) => (b'a', id),
        Topic::Enrolment(id) => (b'e', id),
    };
    [&[kind], id.as_slice()].concat()
}

fn decode(message: &[u8]) -> Option<Topic> {
    let (kind, id) = message.split_first()?;
    let id = id.try_into().ok()?;
    match kind {
        b'a' => Some(Topic::Account(id)),
        b'e' => Some(Topic::Enrolment(id)),
        _ => None,
    }
}
