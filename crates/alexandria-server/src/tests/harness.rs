//! A server on loopback, on a stack of its own.

use std::future::Future;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::clock::{Clock, ManualClock};
use crate::config::Config;
use crate::http::connections::{ServeOptions, serve};
use crate::http::limits::RateLimits;
use crate::http::long_poll::PollSlots;
use crate::http::router;
use crate::objects::{FileObjects, Objects};
use crate::service::{Backends, RuleSettings, Rules};
use crate::shutdown::Shutdown;
use crate::state::{AppState, ServerKey};
use crate::store::Store;
use crate::store::model::ModelStore;
use crate::store::postgres::PostgresStore;
use crate::store::sqlite::SqliteStore;
use crate::testing::postgres::TestDatabase;
use crate::transient::{MemoryTransient, Transient};
use alexandria_protocol::api::meta::Registration;
use alexandria_protocol::limits::Limits;
use tempfile::TempDir;
use tokio::net::TcpListener;
use zeroize::Zeroizing;

/// 2026-11-30 21:00:00 UTC.
pub(crate) const START_MS: i64 = 1_796_072_400_000;

/// Bytes of a part in tests: the smallest that the settings allow, so that small blobs have several.
pub(crate) const PART_BYTES: u32 = 64 * 1024;

/// What a test changes about the server.
#[derive(Debug, Clone)]
pub(crate) struct Options {
    pub(crate) registration: Registration,
    pub(crate) limits: Limits,
    pub(crate) members_may_invite: bool,
}

impl Default for Options {
    fn default() -> Self {
        // Rates are tested where they are implemented; here they would only make tests wait.
        let limits = Limits {
            requests_per_second: 1_000_000,
            request_burst: 1_000_000,
            attempts_per_minute: 1_000_000,
            attempts_per_minute_by_address: 1_000_000,
            registrations_per_hour: 1_000_000,
            enrolments_per_hour: 1_000_000,
            ..Limits::default()
        };
        Self { registration: Registration::Open, limits, members_may_invite: false }
    }
}

/// A running server and what is behind it.
#[derive(Debug)]
pub(crate) struct TestServer {
    pub(crate) stack: &'static str,
    pub(crate) url: String,
    pub(crate) state: AppState,
    pub(crate) clock: ManualClock,
    pub(crate) folder: TempDir,
}

impl Drop for TestServer {
    fn drop(&mut self) {
        self.state.shutdown.begin();
    }
}

impl TestServer {
    /// Where the objects' files are.
    pub(crate) fn objects(&self) -> PathBuf {
        self.folder.path().join("objects")
    }

    async fn start(stack: &'static str, store: Arc<dyn Store>, folder: TempDir, options: Options) -> Self {
        let clock = ManualClock::new(START_MS);
        let shared_clock: Arc<dyn Clock> = Arc::new(clock.clone());
        let objects: Arc<dyn Objects> = Arc::new(FileObjects::open(&folder.path().join("objects")).unwrap());
        let transient: Arc<dyn Transient> = Arc::new(MemoryTransient::new(Arc::clone(&shared_clock)));
        let shutdown = Shutdown::default();
        let listener = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let variables = [
            ("ALEXANDRIA_SERVER_DATA", folder.path().display().to_string()),
            ("ALEXANDRIA_SERVER_OBJECTS_PART_BYTES", PART_BYTES.to_string()),
        ];
        let config = Config::load(None, variables.map(|(name, value)| (name.to_owned(), value))).unwrap();
        let backends = Backends {
            store: Arc::clone(&store),
            objects: Arc::clone(&objects),
            transient: Arc::clone(&transient),
            clock: Arc::clone(&shared_clock),
            shutdown: shutdown.clone(),
        };
        let settings = RuleSettings {
            origin: Some(url.clone()),
            registration: options.registration,
            limits: options.limits.clone(),
            part_bytes: PART_BYTES,
            members_may_invite: options.members_may_invite,
        };
        let rules = Rules::open(backends, settings, &[42; 32]).await.unwrap();
        let state = AppState {
            config: Arc::new(config),
            server_key: Arc::new(ServerKey::new(Zeroizing::new([42; 32]))),
            rules: Arc::new(rules),
            store,
            objects,
            transient,
            clock: shared_clock,
            shutdown: shutdown.clone(),
            rates: Arc::new(RateLimits::new(&options.limits)),
            limits: Arc::new(options.limits),
            polls: PollSlots::default(),
        };
        let serve_options = ServeOptions { max_connections: 1000, drain: Duration::from_secs(1) };
        tokio::spawn(serve(listener, router(state.clone()), serve_options, shutdown));
        Self { stack, url, state, clock, folder }
    }
}

/// Runs a test on every stack.
pub(crate) async fn on_every_stack<F: Future<Output = ()>>(options: Options, test: impl Fn(Arc<TestServer>) -> F) {
    let model = TempDir::new().unwrap();
    test(Arc::new(TestServer::start("model", Arc::new(ModelStore::default()), model, options.clone()).await)).await;
    if let Some(database) = TestDatabase::create().await {
        let store = PostgresStore::connect(&database.url(), 8).await.unwrap();
        let folder = TempDir::new().unwrap();
        test(Arc::new(TestServer::start("postgres", Arc::new(store), folder, options.clone()).await)).await;
    }
    let folder = TempDir::new().unwrap();
    let store = SqliteStore::open(folder.path(), &[7; 32]).unwrap();
    test(Arc::new(TestServer::start("embedded", Arc::new(store), folder, options).await)).await;
}
