//! The life of a server: it starts only if everything it stores to works, announces its address, and ends in order.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::admin_listener;
use crate::http::connections::{ServeOptions, serve};
use crate::http::router;
use crate::jobs::Background;
use crate::operator::Operator;
use crate::state::AppState;
use crate::telemetry::metrics_handle;

/// How long the second listener stays open after the first is closed, so that whoever asks learns that it stops.
const ADMIN_DRAIN: Duration = Duration::from_millis(500);

/// How many connections the second listener takes.
const MAX_ADMIN_CONNECTIONS: usize = 64;

/// How often metrics are condensed.
const UPKEEP_INTERVAL: Duration = Duration::from_secs(10);

/// Why the server does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// An address is taken, or not one of this machine.
    #[error("cannot listen on {address} (setting {setting}): {source}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// The setting that has it.
        setting: &'static str,
        /// Why.
        source: std::io::Error,
    },
    /// Objects cannot be stored.
    #[error("objects cannot be written and read: {0}")]
    Objects(#[from] crate::objects::ObjectsError),
    /// The database does not answer.
    #[error("the database does not answer: {0}")]
    Store(#[from] crate::store::StoreError),
}

/// A server that accepts connections.
#[derive(Debug)]
pub struct Server {
    state: AppState,
    api_address: SocketAddr,
    admin_address: SocketAddr,
    api: JoinHandle<usize>,
    admin: JoinHandle<usize>,
    upkeep: JoinHandle<()>,
    jobs: JoinHandle<()>,
}

impl Server {
    /// Probes everything and starts to accept connections.
    ///
    /// # Errors
    /// If a part does not work, or an address cannot be used.
    pub async fn start(state: AppState, operator: Operator) -> Result<Self, StartError> {
        state.store.check().await?;
        state.objects.probe().await?;
        let listen = &state.config.listen;
        let (api, api_address) = bind(listen.api, "listen.api").await?;
        let (admin, admin_address) = bind(listen.admin, "listen.admin").await?;
        // Without a public address, clients use the one that was bound, whose port may have been chosen just now.
        state.rules.serve_at(format!("http://{api_address}"));
        let background = Background {
            store: Arc::clone(&state.store),
            objects: Arc::clone(&state.objects),
            clock: Arc::clone(&state.clock),
        };
        let metrics = metrics_handle();
        let drain = Duration::from_secs(listen.drain_seconds);
        let options = ServeOptions { max_connections: listen.max_connections, drain };
        let admin_options = ServeOptions { max_connections: MAX_ADMIN_CONNECTIONS, drain: ADMIN_DRAIN };
        let admin_router = admin_listener::router(state.clone(), operator, metrics.clone());
        let admin_shutdown = crate::shutdown::Shutdown::default();
        let ended = admin_shutdown.clone();
        let serve_api = serve(api, router(state.clone()), options, state.shutdown.clone());
        Ok(Self {
            api: tokio::spawn(async move {
                let left = serve_api.await;
                // Health is answered until the last request is.
                ended.begin();
                left
            }),
            admin: tokio::spawn(serve(admin, admin_router, admin_options, admin_shutdown)),
            upkeep: tokio::spawn(async move {
                while let Some(metrics) = &metrics {
                    tokio::time::sleep(UPKEEP_INTERVAL).await;
                    metrics.upkeep();
                }
            }),
            jobs: tokio::spawn(background.run(state.shutdown.clone())),
            state,
            api_address,
            admin_address,
        })
    }

    /// Where the API is served.
    #[must_use]
    pub const fn api_address(&self) -> SocketAddr {
        self.api_address
    }

    /// Where health and metrics are served.
    #[must_use]
    pub const fn admin_address(&self) -> SocketAddr {
        self.admin_address
    }

    /// Serves until `stop` is done, then ends in order: long polls at once, other requests when they are answered or the time for
    /// it is over.
    pub async fn run_until(self, stop: impl Future<Output = ()>) {
        stop.await;
        tracing::info!("stopping");
        self.state.shutdown.begin();
        let left = self.api.await.unwrap_or_default();
        let _left = self.admin.await;
        // A job that is interrupted goes on with the next start.
        self.jobs.abort();
        self.upkeep.abort();
        if left > 0 {
            tracing::warn!(connections = left, "some requests took too long and were cut off");
        }
        tracing::info!("stopped");
    }
}

async fn bind(address: SocketAddr, setting: &'static str) -> Result<(TcpListener, SocketAddr), StartError> {
    let failed = |source| StartError::Listen { address, setting, source };
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    Ok((listener, address))
}
