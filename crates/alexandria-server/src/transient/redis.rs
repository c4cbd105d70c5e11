//! Transient state in Redis, for several processes. Every method is one script, which Redis runs as one step.
//!
//! Values carry the time at which they expire by the server's clock; Redis' own expiry only removes what nobody takes.
//! Wake-ups are published on one channel and are hints: whoever is not connected misses them.

mod scripts;
mod subscriber;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{AsyncCommands as _, Client, FromRedisValue, Script};
use tokio::sync::watch;
use tokio::time::timeout;

use self::scripts::Scripts;
use self::subscriber::Subscriber;
use super::gcra::{Decision, Rate};
use super::topics::Topics;
use super::{Space, Topic, Transient, TransientError};
use crate::clock::Clock;

/// How long Redis may take to answer. It is asked several times in a request, so that it must be quick or be left out.
const RESPONSE_TIMEOUT: Duration = Duration::from_millis(500);

/// The state.
pub struct RedisTransient {
    clock: Arc<dyn Clock>,
    connection: ConnectionManager,
    scripts: Scripts,
    topics: Arc<Topics>,
    subscriber: Subscriber,
}

impl fmt::Debug for RedisTransient {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The connection's address holds a password.
        formatter.debug_struct("RedisTransient").field("topics", &self.topics).finish_non_exhaustive()
    }
}

impl RedisTransient {
    /// Uses the Redis server at `url`. It need not be there yet.
    ///
    /// # Errors
    /// If the address cannot be read.
    pub fn new(url: &str, clock: Arc<dyn Clock>) -> Result<Self, TransientError> {
        let client = Client::open(url)?;
        let config = ConnectionManagerConfig::new()
            .set_number_of_retries(1)
            .set_min_delay(Duration::from_millis(50))
            .set_connection_timeout(Some(RESPONSE_TIMEOUT))
            .set_response_timeout(Some(RESPONSE_TIMEOUT));
        let connection = client.get_connection_manager_lazy(config)?;
        let topics = Arc::new(Topics::default());
        let subscriber = Subscriber::start(client, Arc::clone(&topics));
        Ok(Self { clock, connection, scripts: Scripts::default(), topics, subscriber })
    }

    /// Runs a script on one key, with the time as its first argument.
    async fn run<T: FromRedisValue>(
        &self,
        script: &Script,
        key: &[u8],
        arguments: &[&[u8]],
    ) -> Result<T, TransientError> {
        let mut invocation = script.key(key);
        invocation.arg(self.clock.now_ms());
        for argument in arguments {
            invocation.arg(*argument);
        }
        let mut connection = self.connection.clone();
        let answer = timeout(RESPONSE_TIMEOUT * 2, invocation.invoke_async(&mut connection)).await;
        Ok(answer.map_err(|_elapsed| TransientError::TimedOut(RESPONSE_TIMEOUT * 2))??)
    }
}

/// Key of a value.
fn key_of(space: Space, id: &[u8]) -> Vec<u8> {
    [b"alexandria:", space.name().as_bytes(), b":", id].concat()
}

#[async_trait]
impl Transient for RedisTransient {
    async fn put(&self, space: Space, id: &[u8], value: &[u8], lifetime: Duration) -> Result<bool, TransientError> {
        let lifetime_ms = lifetime.as_millis().to_string();
        self.run(&self.scripts.put, &key_of(space, id), &[lifetime_ms.as_bytes(), value]).await
    }

    async fn get(&self, space: Space, id: &[u8]) -> Result<Option<Vec<u8>>, TransientError> {
        self.run(&self.scripts.get, &key_of(space, id), &[]).await
    }

    async fn take(&self, space: Space, id: &[u8]) -> Result<Option<Vec<u8>>, TransientError> {
        self.run(&self.scripts.take, &key_of(space, id), &[]).await
    }

    async fn replace(&self, space: Space, id: &[u8], expected: &[u8], value: &[u8]) -> Result<bool, TransientError> {
        self.run(&self.scripts.replace, &key_of(space, id), &[expected, value]).await
    }

    async fn acquire(&self, bucket: &str, rate: Rate, cost: u32) -> Result<Decision, TransientError> {
        let key = format!("alexandria:rate:{bucket}");
        let [interval, burst, cost] = [rate.interval_ms, rate.burst, cost].map(|number| number.to_string());
        let arguments = [interval.as_bytes(), burst.as_bytes(), cost.as_bytes()];
        let wait_ms: u64 = self.run(&self.scripts.acquire, key.as_bytes(), &arguments).await?;
        Ok(if wait_ms == 0 { Decision::Allowed } else { Decision::Denied { retry_after_ms: wait_ms } })
    }

    fn subscribe(&self, topic: Topic) -> watch::Receiver<u64> {
        self.topics.subscribe(topic)
    }

    async fn wake(&self, topic: Topic) {
        self.topics.wake(topic);
        let mut connection = self.connection.clone();
        // Nobody waits for it: the re-read makes up for a lost hint.
        tokio::spawn(async move {
            let message = subscriber::encode(topic);
            let published: Result<Result<i64, _>, _> =
                timeout(RESPONSE_TIMEOUT, connection.publish(subscriber::CHANNEL, message)).await;
            if !matches!(published, Ok(Ok(_))) {
                tracing::debug!("a wake-up did not reach the other processes");
            }
        });
    }

    async fn check(&self) -> Result<(), TransientError> {
        let mut connection = self.connection.clone();
        let answer: Result<String, _> = timeout(RESPONSE_TIMEOUT, connection.ping())
            .await
            .map_err(|_elapsed| TransientError::TimedOut(RESPONSE_TIMEOUT))?;
        answer?;
        Ok(())
    }
}

impl Drop for RedisTransient {
    fn drop(&mut self) {
        self.subscriber.stop();
    }
}
