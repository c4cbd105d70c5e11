//! Chooses what stands behind the traits: the embedded stack in one folder, or Postgres, S3 and Redis, each by itself.

use std::fmt;
use std::sync::Arc;

use alexandria_protocol::api::meta::Registration;
use alexandria_protocol::limits::Limits;
use zeroize::Zeroizing;

use crate::clock::{Clock, SystemClock};
use crate::config::{Config, ObjectSettings, Registration as Configured};
use crate::data_folder::{DataFolder, DataFolderError, parse_key};
use crate::http::limits::RateLimits;
use crate::objects::{BucketObjects, BucketSettings, FileObjects, Objects, ObjectsError};
use crate::service::{Backends, RuleError, RuleSettings, Rules};
use crate::state::{AppState, ServerKey};
use crate::store::postgres::{ConnectError, PostgresStore};
use crate::store::sqlite::{OpenError, SqliteStore};
use crate::store::{CopyRows, Store};
use crate::transient::{FallbackTransient, MemoryTransient, RedisTransient, Transient, TransientError};

/// What the key of the embedded database is derived for.
const DATABASE_KEY_CONTEXT: &str = "alexandria-server 2026-11 key of the embedded database";

/// What the key of the rules is derived for: it seals what the database must not know.
const RULES_KEY_CONTEXT: &str = "alexandria-server 2026-11 key of the rules";

/// Why a part of the stack cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum StackError {
    /// The data folder.
    #[error(transparent)]
    Folder(#[from] DataFolderError),
    /// The embedded database.
    #[error("database in the data folder: {0}")]
    Sqlite(#[from] OpenError),
    /// Postgres.
    #[error("database.url: {0}")]
    Postgres(#[from] ConnectError),
    /// The rules, whose secrets do not open.
    #[error(transparent)]
    Rules(#[from] RuleError),
    /// The objects.
    #[error(transparent)]
    Objects(#[from] ObjectsError),
    /// Redis.
    #[error("redis.url: {0}")]
    Transient(#[from] TransientError),
    /// Nothing says where to store.
    #[error("neither a data folder nor a service is set for this part")]
    Folderless,
    /// The setting `server.key`.
    #[error("server.key is not a key: 64 hexadecimal digits were expected")]
    Key,
}

/// Everything that a server stores to, opened.
pub struct Stack {
    /// What handlers reach.
    pub state: AppState,
    /// The database again, as one that can be copied to another.
    pub rows: Arc<dyn CopyRows>,
    /// The database again, if it is the embedded one.
    pub embedded: Option<Embedded>,
    /// Holds the lock of the data folder.
    _folder: Option<DataFolder>,
}

/// The embedded database and its key.
#[derive(Clone)]
pub struct Embedded {
    /// The database.
    pub store: Arc<SqliteStore>,
    /// Its key.
    pub key: Arc<Zeroizing<[u8; 32]>>,
}

impl fmt::Debug for Embedded {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Embedded").field("store", &self.store).finish_non_exhaustive()
    }
}

impl fmt::Debug for Stack {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Stack").field("state", &self.state).finish_non_exhaustive()
    }
}

/// Opens the stack that the settings describe, which migrates and checks an embedded database. Needs a running Tokio runtime.
///
/// # Errors
/// If a part of it cannot be used; the message names the setting.
pub async fn open(config: Config) -> Result<Stack, StackError> {
    let folder = open_folder(&config)?;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let server_key = open_key(&config, folder.as_ref())?;
    let Database { store, rows, embedded } = open_database(&config, folder.as_ref(), &server_key).await?;
    let objects = open_objects(&config.objects, folder.as_ref())?;
    let transient = open_transient(&config, &clock)?;
    let limits = limits(&config);
    let shutdown = crate::shutdown::Shutdown::default();
    let backends = Backends {
        store: Arc::clone(&store),
        objects: Arc::clone(&objects),
        transient: Arc::clone(&transient),
        clock: Arc::clone(&clock),
        shutdown: shutdown.clone(),
    };
    let rules = Rules::open(backends, rule_settings(&config, &limits), &server_key.derive(RULES_KEY_CONTEXT)).await?;
    let state = AppState {
        rules: Arc::new(rules),
        rates: Arc::new(RateLimits::new(&limits)),
        limits: Arc::new(limits),
        config: Arc::new(config),
        server_key: Arc::new(server_key),
        store,
        objects,
        transient,
        clock,
        shutdown,
        polls: crate::http::long_poll::PollSlots::default(),
    };
    Ok(Stack { state, rows, embedded, _folder: folder })
}

/// Where rows and objects can be copied to.
pub struct BareStack {
    /// The rows.
    pub rows: Arc<dyn CopyRows>,
    /// The objects.
    pub objects: Arc<dyn Objects>,
    _folder: Option<DataFolder>,
}

impl fmt::Debug for BareStack {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("BareStack").field("objects", &self.objects).finish_non_exhaustive()
    }
}

/// Opens a stack without starting to use it, which would already store the server's own secrets.
///
/// # Errors
/// If a part of it cannot be used.
pub async fn open_bare(config: &Config, server_key: &ServerKey) -> Result<BareStack, StackError> {
    let folder = open_folder(config)?;
    let database = open_database(config, folder.as_ref(), server_key).await?;
    let objects = open_objects(&config.objects, folder.as_ref())?;
    Ok(BareStack { rows: database.rows, objects, _folder: folder })
}

/// The key of a server that may run at the moment.
///
/// # Errors
/// If none is set and the data folder has none.
pub fn read_key(config: &Config) -> Result<ServerKey, StackError> {
    if config.server.key.is_some() {
        return configured_key(config);
    }
    Ok(ServerKey::new(crate::data_folder::existing_key(&config.data)?))
}

/// The key that is set, without looking into a folder.
///
/// # Errors
/// If none is set or it cannot be read.
pub fn configured_key(config: &Config) -> Result<ServerKey, StackError> {
    let text = config.server.key.as_ref().ok_or(StackError::Key)?;
    parse_key(text.expose()).map(ServerKey::new).ok_or(StackError::Key)
}

/// What the rules need to know of the settings.
fn rule_settings(config: &Config, limits: &Limits) -> RuleSettings {
    let public_url = config.listen.public_url.as_deref();
    RuleSettings {
        origin: public_url.map(|url| url.trim_end_matches('/').to_owned()),
        registration: match config.accounts.registration {
            Configured::Open => Registration::Open,
            Configured::Invite => Registration::Invitation,
            Configured::Closed => Registration::Closed,
        },
        limits: limits.clone(),
        part_bytes: config.objects.part_bytes,
        members_may_invite: config.accounts.members_may_invite,
    }
}

/// The limits that clients are told.
fn limits(config: &Config) -> Limits {
    let quota_bytes = (config.accounts.quota_bytes > 0).then_some(config.accounts.quota_bytes);
    Limits { quota_bytes, ..Limits::default() }
}

/// One database, seen from its sides.
struct Database {
    store: Arc<dyn Store>,
    rows: Arc<dyn CopyRows>,
    embedded: Option<Embedded>,
}

async fn open_database(
    config: &Config,
    folder: Option<&DataFolder>,
    server_key: &ServerKey,
) -> Result<Database, StackError> {
    if let Some(url) = &config.database.url {
        let store = Arc::new(PostgresStore::connect(url.expose(), config.database.connections).await?);
        return Ok(Database { rows: Arc::<PostgresStore>::clone(&store), store, embedded: None });
    }
    let folder = folder.ok_or(StackError::Folderless)?;
    let key = database_key(server_key);
    let store = Arc::new(SqliteStore::open(folder.path(), &key)?);
    Ok(Database {
        rows: Arc::<SqliteStore>::clone(&store),
        store: Arc::<SqliteStore>::clone(&store),
        embedded: Some(Embedded { store, key: Arc::new(key) }),
    })
}

/// The key of the embedded database.
#[must_use]
pub fn database_key(server_key: &ServerKey) -> Zeroizing<[u8; 32]> {
    server_key.derive(DATABASE_KEY_CONTEXT)
}

/// Whether anything is stored in the data folder.
#[must_use]
pub const fn uses_folder(config: &Config) -> bool {
    config.database.url.is_none() || config.objects.bucket.is_none() || config.server.key.is_none()
}

/// The data folder, locked, if anything is stored in it.
///
/// # Errors
/// If it cannot be used.
pub fn open_folder(config: &Config) -> Result<Option<DataFolder>, StackError> {
    if uses_folder(config) { Ok(Some(DataFolder::open(&config.data)?)) } else { Ok(None) }
}

/// The server's key: as set, or from the data folder.
///
/// # Errors
/// If there is none or it cannot be read.
pub fn open_key(config: &Config, folder: Option<&DataFolder>) -> Result<ServerKey, StackError> {
    let key: Zeroizing<[u8; 32]> = match (&config.server.key, folder) {
        (Some(text), _) => parse_key(text.expose()).ok_or(StackError::Key)?,
        (None, Some(folder)) => folder.key()?,
        (None, None) => return Err(StackError::Folderless),
    };
    Ok(ServerKey::new(key))
}

/// The store of objects.
///
/// # Errors
/// If the settings are contradictory, or the folder cannot be written.
pub fn open_objects(settings: &ObjectSettings, folder: Option<&DataFolder>) -> Result<Arc<dyn Objects>, StackError> {
    if let Some(bucket) = &settings.bucket {
        let secret = settings.secret_key.as_ref();
        let credentials = settings.access_key.as_deref().zip(secret.map(crate::config::SecretText::expose));
        return Ok(Arc::new(BucketObjects::new(BucketSettings {
            bucket,
            region: &settings.region,
            endpoint: settings.endpoint.as_deref(),
            credentials,
            prefix: &settings.prefix,
        })?));
    }
    let folder = folder.ok_or(StackError::Folderless)?;
    Ok(Arc::new(FileObjects::open(&folder.objects())?))
}

/// Transient state. Needs a running Tokio runtime.
///
/// # Errors
/// If the address of Redis cannot be read.
pub fn open_transient(config: &Config, clock: &Arc<dyn Clock>) -> Result<Arc<dyn Transient>, StackError> {
    let memory = MemoryTransient::new(Arc::clone(clock));
    match &config.redis.url {
        None => Ok(Arc::new(memory)),
        Some(url) => {
            let redis = RedisTransient::new(url.expose(), Arc::clone(clock))?;
            Ok(Arc::new(FallbackTransient::new(redis, memory)))
        }
    }
}
