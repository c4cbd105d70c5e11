//! Wake-ups within this process: one watch channel for each topic that somebody waits for.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use tokio::sync::watch;

use super::Topic;

/// When the table has grown by this many topics, those that nobody watches are removed.
const PURGE_INTERVAL: usize = 1024;

/// The channels.
#[derive(Debug, Default)]
pub(super) struct Topics(Mutex<Table>);

#[derive(Debug, Default)]
struct Table {
    channels: HashMap<Topic, watch::Sender<u64>>,
    added_since_purge: usize,
}

impl Topics {
    /// Subscribes to a topic.
    pub(super) fn subscribe(&self, topic: Topic) -> watch::Receiver<u64> {
        let mut table = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if table.added_since_purge >= PURGE_INTERVAL {
            table.channels.retain(|_topic, sender| sender.receiver_count() > 0);
            table.added_since_purge = 0;
        }
        if let Some(sender) = table.channels.get(&topic) {
            return sender.subscribe();
        }
        table.added_since_purge += 1;
        let (sender, receiver) = watch::channel(0);
        table.channels.insert(topic, sender);
        receiver
    }

    /// Wakes the subscribers of a topic.
    pub(super) fn wake(&self, topic: Topic) {
        let table = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(sender) = table.channels.get(&topic) {
            sender.send_modify(|count| *count = count.wrapping_add(1));
        }
    }

    /// Wakes everybody, because wake-ups may have been missed.
    pub(super) fn wake_all(&self) {
        let table = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for sender in table.channels.values() {
            sender.send_modify(|count| *count = count.wrapping_add(1));
        }
    }
}
