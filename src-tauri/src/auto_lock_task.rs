//! The tasks that lock the library automatically, for as long as the program runs.

use alexandria_library::auto_lock::{AutoLockPoll, ClockReading, POLL_INTERVAL};
use tauri::{AppHandle, Manager};

use crate::shell::Shell;
#[cfg(target_os = "linux")]
use crate::sleep::SleepMonitor;

/// Locks the library when its timer expires and around sleep.
pub(crate) async fn run(app: AppHandle) {
    #[cfg(target_os = "linux")]
    tauri::async_runtime::spawn(lock_before_sleep(app.clone()));
    let mut poll = AutoLockPoll::new(ClockReading::now());
    loop {
        tokio::time::sleep(POLL_INTERVAL).await;
        let shell = app.state::<Shell>();
        if poll.is_lock_due(ClockReading::now(), &shell.auto_lock, shell.session.is_open()) {
            tracing::info!("the library is locked automatically");
            shell.lock().await;
            poll.record_lock(ClockReading::now());
        }
    }
}

/// Locks the library each time the system announces sleep.
#[cfg(target_os = "linux")]
async fn lock_before_sleep(app: AppHandle) {
    let monitored = async {
        let mut monitor = SleepMonitor::connect().await?;
        while let Some(inhibitor) = monitor.next().await? {
            app.state::<Shell>().lock().await;
            drop(inhibitor);
        }
        zbus::Result::Ok(())
    };
    if monitored.await.is_err() {
        tracing::info!("sleep is not announced here; it is detected afterwards");
    }
}
