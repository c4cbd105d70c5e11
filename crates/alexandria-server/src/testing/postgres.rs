//! A Postgres cluster for one test program, in a folder of its own, with a database for each test.
//!
//! Postgres refuses to run as root, so root runs it as another user. It ends with the test program, however that ends: a
//! shell waits for the end of its standard input, which the program holds open.

use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use alexandria_tests_skip::{Requirement, skip};
use tokio_postgres::NoTls;

use super::wait_until;
use crate::store::postgres::migrate;
use crate::store::schema::{ACCOUNT_TABLES, SERVER_TABLES};

/// The role that owns everything.
const OWNER: &str = "owner";
/// The database that others are copies of.
const TEMPLATE: &str = "template_alexandria";
/// Stops the server and removes its folder when standard input ends.
const SUPERVISOR: &str = r#"folder=$1; shift; "$@" & read -r _; kill -INT $!; wait; rm -rf "$folder""#;

/// The running cluster.
#[derive(Debug)]
struct Cluster {
    folder: PathBuf,
    /// Its standard input keeps the server running.
    _supervisor: Child,
}

/// A database that only one test uses.
#[derive(Clone, Debug)]
pub(crate) struct TestDatabase {
    folder: &'static Path,
    name: String,
}

impl TestDatabase {
    /// A database with the current schema, or nothing, after reporting a skip.
    pub(crate) async fn create() -> Option<Self> {
        Self::copy(&format!("template {TEMPLATE}")).await
    }

    /// A database without schema.
    pub(crate) async fn create_empty() -> Option<Self> {
        Self::copy("").await
    }

    async fn copy(template: &str) -> Option<Self> {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        static TEMPLATE_READY: tokio::sync::OnceCell<()> = tokio::sync::OnceCell::const_new();
        let administer = Self { folder: &cluster()?.folder, name: "postgres".to_owned() };
        TEMPLATE_READY
            .get_or_init(|| async {
                administer.execute(&format!("create database {TEMPLATE}")).await;
                migrate(&administer.named(TEMPLATE).owner_url()).await.unwrap();
            })
            .await;
        let database = administer.named(&format!("test_{}", NUMBER.fetch_add(1, Ordering::Relaxed)));
        administer.execute(&format!("create database {} {template}", database.name)).await;
        Some(database)
    }

    /// Removes all rows.
    pub(crate) async fn clear(&self) {
        let tables = [ACCOUNT_TABLES, SERVER_TABLES].concat().join(", alexandria.");
        self.execute(&format!("truncate alexandria.{tables} restart identity")).await;
    }

    fn named(&self, name: &str) -> Self {
        Self { folder: self.folder, name: name.to_owned() }
    }

    /// For the server.
    pub(crate) fn url(&self) -> String {
        self.url_of("alexandria_server")
    }

    /// For migrations, and for looking behind the policies.
    pub(crate) fn owner_url(&self) -> String {
        self.url_of(OWNER)
    }

    fn url_of(&self, role: &str) -> String {
        format!("postgres:///{}?host={}&user={role}", self.name, self.folder.display())
    }

    /// A connection of the owner, to whom no policy applies.
    pub(crate) async fn owner(&self) -> tokio_postgres::Client {
        let (client, connection) = tokio_postgres::connect(&self.owner_url(), NoTls).await.unwrap();
        tokio::spawn(connection);
        client
    }

    async fn execute(&self, sql: &str) {
        self.owner().await.batch_execute(sql).await.unwrap();
    }
}

/// The cluster of this program.
fn cluster() -> Option<&'static Cluster> {
    static CLUSTER: OnceLock<Result<Cluster, String>> = OnceLock::new();
    match CLUSTER.get_or_init(start) {
        Ok(cluster) => Some(cluster),
        Err(reason) => {
            skip(Requirement::Postgres, reason);
            None
        }
    }
}

fn start() -> Result<Cluster, String> {
    let programs = programs().ok_or("initdb is not installed")?;
    let folder = tempfile::Builder::new().prefix("alexandria-pg-").tempdir().unwrap().keep();
    let user = unprivileged_user()?;
    if let Some((uid, gid)) = user {
        chown(&folder, Some(uid), Some(gid)).unwrap();
    }
    let command = |program: &str| {
        let mut command = Command::new(program);
        command.current_dir(&folder).stdout(Stdio::null()).stderr(Stdio::null());
        if let Some((uid, gid)) = user {
            command.gid(gid).uid(uid);
        }
        command
    };
    let initdb = programs.join("initdb");
    let made = command(&initdb.to_string_lossy())
        .args(["--pgdata=data", "--username=owner", "--auth=trust", "--no-sync", "--locale=C", "--encoding=UTF8"])
        .status();
    if !made.is_ok_and(|status| status.success()) {
        return Err("initdb failed".to_owned());
    }
    let supervisor = command("sh")
        .args(["-c", SUPERVISOR, "supervisor"])
        .args([folder.as_path(), &programs.join("postgres")])
        .args(["-D", "data", "-c", "listen_addresses=", "-c", "max_connections=200", "-c", "fsync=off"])
        .arg("-c")
        .arg(format!("unix_socket_directories={}", folder.display()))
        .stdin(Stdio::piped())
        .spawn()
        .map_err(|error| error.to_string())?;
    // Its last line says so.
    let status = folder.join("data/postmaster.pid");
    wait_until("postgres", || std::fs::read_to_string(&status).is_ok_and(|text| text.contains("ready")));
    Ok(Cluster { folder, _supervisor: supervisor })
}

/// The folder of the newest installed version's programs; Debian does not put them on the path.
fn programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let version = |path: &Path| path.file_name()?.to_str()?.parse::<u32>().ok();
    let debian = versions.map(|entry| entry.path()).filter_map(|path| Some((version(&path)?, path.join("bin"))));
    let path = std::env::var_os("PATH").unwrap_or_default();
    let newest = debian.max().map(|(_, folder)| folder);
    newest.into_iter().chain(std::env::split_paths(&path)).find(|folder| folder.join("initdb").is_file())
}

/// Whom to run it as: nobody else if we are not root.
fn unprivileged_user() -> Result<Option<(u32, u32)>, String> {
    let id = Command::new("id").arg("-u").output().map_err(|error| error.to_string())?;
    if id.stdout.trim_ascii() != b"0" {
        return Ok(None);
    }
    let users = std::fs::read_to_string("/etc/passwd").map_err(|error| error.to_string())?;
    let find = |name: &str| {
        let line = users.lines().find(|line| line.split(':').next() == Some(name))?;
        let mut numbers = line.split(':').skip(2).map(str::parse);
        Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
    };
    find("postgres").or_else(|| find("nobody")).map(Some).ok_or_else(|| "no user to run it as".to_owned())
}
