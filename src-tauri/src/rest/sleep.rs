//! Sleep as systemd-logind announces it (`org.freedesktop.login1.Manager`): the library is locked while the system
//! waits. Where there is no logind, nothing happens here.

use futures::StreamExt as _;
use tauri::{AppHandle, Manager};
use zbus::zvariant::OwnedFd;
use zbus::{Connection, proxy};

use crate::shell::Shell;

#[proxy(
    interface = "org.freedesktop.login1.Manager",
    default_service = "org.freedesktop.login1",
    default_path = "/org/freedesktop/login1",
    gen_blocking = false
)]
trait Login {
    /// Asks the system to wait before it does `what`, until the returned handle is closed.
    fn inhibit(&self, what: &str, who: &str, why: &str, mode: &str) -> zbus::Result<OwnedFd>;

    /// The system goes to sleep (`true`), or has woken up.
    #[zbus(signal)]
    fn prepare_for_sleep(&self, start: bool) -> zbus::Result<()>;
}

/// Locks the library each time the system goes to sleep.
pub(super) async fn lock_before(app: AppHandle) {
    if follow(&app).await.is_err() {
        tracing::info!("sleep is not announced here; it is noticed afterwards");
    }
}

async fn follow(app: &AppHandle) -> zbus::Result<()> {
    let connection = Connection::system().await?;
    let login = LoginProxy::new(&connection).await?;
    let mut announced = login.receive_prepare_for_sleep().await?;
    let mut wait = hold(&login).await;
    while let Some(signal) = announced.next().await {
        if signal.args()?.start {
            app.state::<Shell>().lock().await;
            // Closing it lets the system sleep.
            drop(wait.take());
        } else {
            wait = hold(&login).await;
        }
    }
    Ok(())
}

/// Has the system wait for us. Without that the lock is only a little less sure to come before the sleep.
async fn hold(login: &LoginProxy<'_>) -> Option<OwnedFd> {
    login.inhibit("sleep", "Alexandria", "locking the library", "delay").await.ok()
}
