//! Sleep as systemd-logind announces it (`org.freedesktop.login1.Manager`). The system waits while we act on it. Without
//! logind nothing happens here.

use futures::StreamExt as _;
use zbus::zvariant::OwnedFd;
use zbus::{Connection, proxy};

#[proxy(
    interface = "org.freedesktop.login1.Manager",
    default_service = "org.freedesktop.login1",
    default_path = "/org/freedesktop/login1",
    gen_blocking = false
)]
trait Logind {
    /// Delays `what` until the returned handle is closed.
    fn inhibit(&self, what: &str, who: &str, why: &str, mode: &str) -> zbus::Result<OwnedFd>;

    /// The system is going to sleep (`true`), or has woken up.
    #[zbus(signal)]
    fn prepare_for_sleep(&self, start: bool) -> zbus::Result<()>;
}

/// Announcements of sleep, each with the inhibitor that delays it.
pub(crate) struct SleepMonitor {
    logind: LogindProxy<'static>,
    signals: PrepareForSleepStream,
    inhibitor: Option<OwnedFd>,
}

impl SleepMonitor {
    /// Subscribes to the announcements of this system.
    ///
    /// # Errors
    /// When there is no logind.
    pub(crate) async fn connect() -> zbus::Result<Self> {
        let connection = Connection::system().await?;
        let logind = LogindProxy::new(&connection).await?;
        let signals = logind.receive_prepare_for_sleep().await?;
        let inhibitor = inhibit(&logind).await;
        Ok(Self { logind, signals, inhibitor })
    }

    /// Waits until the system is going to sleep. It sleeps once the returned inhibitor is dropped, or after a few seconds.
    ///
    /// # Errors
    /// When a signal cannot be read, or `None` when no more will come.
    pub(crate) async fn next(&mut self) -> zbus::Result<Option<SleepInhibitor>> {
        while let Some(signal) = self.signals.next().await {
            if signal.args()?.start {
                return Ok(Some(SleepInhibitor { _handle: self.inhibitor.take() }));
            }
            self.inhibitor = inhibit(&self.logind).await;
        }
        Ok(None)
    }
}

/// Delays sleep until it is dropped.
pub(crate) struct SleepInhibitor {
    _handle: Option<OwnedFd>,
}

/// Without an inhibitor the lock is only a little less sure to come before the sleep.
async fn inhibit(logind: &LogindProxy<'_>) -> Option<OwnedFd> {
    logind.inhibit("sleep", "Alexandria", "locking the library", "delay").await.ok()
}
