//! Health checks of the open library, and its repair. One at a time: a second one cancels the first.

use alexandria_library::{CancellationToken, Watch};

use crate::contract::{CommandError, HealthFinding, HealthProgress, NoArgs};
use crate::events;
use crate::shell::Shell;

pub(crate) async fn check_library(shell: &Shell, _: NoArgs) -> Result<Vec<HealthFinding>, CommandError> {
    Ok(shell.library()?.check(&watch(shell)).await?.into_iter().map(Into::into).collect())
}

pub(crate) async fn repair_library(shell: &Shell, _: NoArgs) -> Result<Vec<HealthFinding>, CommandError> {
    Ok(shell.library()?.repair(&watch(shell)).await?.into_iter().map(Into::into).collect())
}

pub(crate) async fn cancel_check(shell: &Shell, _: NoArgs) -> Result<(), CommandError> {
    shell.session.replace_check(CancellationToken::new());
    Ok(())
}

fn watch(shell: &Shell) -> Watch {
    let cancel = CancellationToken::new();
    shell.session.replace_check(cancel.clone());
    let app = shell.app.clone();
    let last = std::sync::atomic::AtomicU64::new(u64::MAX);
    Watch::new(cancel, move |done, total| {
        // A hundred steps are enough for a bar.
        let step = done * 100 / total.max(1);
        if last.swap(step, std::sync::atomic::Ordering::Relaxed) != step {
            events::emit(&app, &HealthProgress { done, total });
        }
    })
}
