//! `serve`: from the settings to a running server, until the process is told to stop.

use std::io::Write as _;

use alexandria_server::config::Config;
use alexandria_server::operator::Operator;
use alexandria_server::run::Server;
use alexandria_server::{stack, telemetry};
use anyhow::Context as _;

pub(super) async fn run(config: Config) -> anyhow::Result<()> {
    let telemetry = telemetry::start(&config.telemetry)?;
    // Held until the end: it has the lock of the data folder.
    let stack = stack::open(config).await?;
    let operator = Operator {
        rules: stack.state.rules.clone(),
        objects: stack.state.objects.clone(),
        embedded: stack.embedded.clone(),
    };
    let server = Server::start(stack.state.clone(), operator).await?;
    announce(&server)?;
    server.run_until(stop_signal()).await;
    // The last traces are sent from a thread that waits for this runtime.
    tokio::task::spawn_blocking(|| drop(telemetry)).await.context("telemetry")
}

/// Says where the server is, for people and for programs that started it with port 0.
fn announce(server: &Server) -> anyhow::Result<()> {
    tracing::info!(api = %server.api_address(), admin = %server.admin_address(), "ready");
    let mut output = std::io::stdout();
    writeln!(output, "alexandria-server: listening on http://{}", server.api_address())?;
    writeln!(output, "alexandria-server: health and metrics on http://{}", server.admin_address())?;
    output.flush().context("standard output")
}

/// Done when the process is told to stop: Ctrl-C, or SIGTERM from a supervisor.
async fn stop_signal() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        match (signal(SignalKind::terminate()), signal(SignalKind::interrupt())) {
            (Ok(mut terminate), Ok(mut interrupt)) => {
                tokio::select! {
                    _ = terminate.recv() => {}
                    _ = interrupt.recv() => {}
                }
                return;
            }
            (Err(error), _) | (_, Err(error)) => tracing::error!(%error, "signals cannot be received"),
        }
    }
    if let Err(error) = tokio::signal::ctrl_c().await {
        tracing::error!(%error, "Ctrl-C cannot be received");
        std::future::pending::<()>().await;
    }
}
