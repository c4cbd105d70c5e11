//! Servers that tests run: Redis, S3 and nginx, each a process of its own that ends with the test.

pub(crate) mod postgres;

use std::io::{BufRead as _, BufReader};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// How long a process may take to accept connections.
const START_TIMEOUT: Duration = Duration::from_secs(60);

/// A process that is killed when it is dropped.
#[derive(Debug)]
pub(crate) struct Process(Child);

impl Process {
    /// Starts a program; nothing if it is not installed.
    pub(crate) fn start(command: &mut Command) -> Option<Self> {
        match command.spawn() {
            Ok(child) => Some(Self(child)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
            Err(error) => panic!("{command:?}: {error}"),
        }
    }

    pub(crate) fn kill(&mut self) {
        let _gone = self.0.kill();
        self.0.wait().unwrap();
    }

    fn assert_runs(&mut self) {
        assert_eq!(self.0.try_wait().unwrap(), None, "the process ended");
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Calls `is_ready` until it is.
pub(crate) fn wait_until(what: &str, mut is_ready: impl FnMut() -> bool) {
    let deadline = Instant::now() + START_TIMEOUT;
    while !is_ready() {
        assert!(Instant::now() < deadline, "{what}: not within {START_TIMEOUT:?}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// A Redis server on a socket in a folder of its own.
#[derive(Debug)]
pub(crate) struct RedisProcess {
    folder: TempDir,
    process: Process,
}

impl RedisProcess {
    /// Starts it; nothing if it is not installed.
    pub(crate) fn start() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let process = Self::spawn(&folder)?;
        Some(Self { folder, process })
    }

    fn spawn(folder: &TempDir) -> Option<Process> {
        let socket = folder.path().join("socket");
        let mut process = Process::start(
            Command::new("redis-server")
                .args(["--port", "0", "--save", "", "--appendonly", "no", "--unixsocket"])
                .arg(&socket)
                .current_dir(folder)
                .stdout(Stdio::null()),
        )?;
        wait_until("redis-server", || {
            process.assert_runs();
            std::os::unix::net::UnixStream::connect(&socket).is_ok()
        });
        Some(process)
    }

    /// Its address for the client.
    pub(crate) fn url(&self) -> String {
        format!("redis+unix://{}", self.folder.path().join("socket").display())
    }

    pub(crate) fn kill(&mut self) {
        self.process.kill();
    }

    /// Starts it again, empty, at the same address.
    pub(crate) fn restart(&mut self) {
        self.process = Self::spawn(&self.folder).unwrap();
    }
}

/// An S3 server that holds everything in memory.
#[derive(Debug)]
pub(crate) struct S3Process {
    endpoint: String,
    _process: Process,
}

impl S3Process {
    /// Starts it and creates the bucket `test`; nothing if it is not installed.
    pub(crate) fn start() -> Option<Self> {
        let installed = std::env::var_os("ALEXANDRIA_TOOLS_DIR")
            .map(|tools| PathBuf::from(tools).join("s3/bin/moto_server"))
            .filter(|program| program.is_file());
        let mut command = Command::new(installed.unwrap_or_else(|| PathBuf::from("moto_server")));
        command.args(["-H", "127.0.0.1", "-p", "0"]).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut process = Process::start(&mut command)?;
        let mut output = BufReader::new(process.0.stderr.take().unwrap()).lines().map_while(Result::ok);
        let endpoint = output.find_map(|line| Some(line.split_once("Running on ")?.1.trim().to_owned()));
        let endpoint = endpoint.expect("moto_server names its address");
        // It stops when nobody reads its log.
        std::thread::spawn(move || output.for_each(drop));
        Some(Self { endpoint, _process: process })
    }

    pub(crate) fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// Creates a bucket.
    pub(crate) async fn create_bucket(&self, name: &str) {
        let response = reqwest::Client::new().put(format!("{}/{name}", self.endpoint)).send().await.unwrap();
        assert!(response.status().is_success(), "{response:?}");
    }
}

/// nginx with its defaults in front of a server, on a port of its own.
#[derive(Debug)]
pub(crate) struct NginxProcess {
    port: u16,
    _folder: TempDir,
    _process: Process,
}

impl NginxProcess {
    /// Starts it; nothing if it is not installed.
    pub(crate) fn start(upstream: std::net::SocketAddr) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        // nginx cannot say which port it was given.
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let path = folder.path().display();
        // Paths aside, only what every proxy needs: size of bodies, timeouts and buffering are nginx's defaults.
        let config = format!(
            "daemon off; master_process off; pid {path}/pid; error_log stderr warn; events {{}}
             http {{ access_log off; client_body_temp_path {path}/body; proxy_temp_path {path}/proxy;
                     fastcgi_temp_path {path}/f; uwsgi_temp_path {path}/u; scgi_temp_path {path}/s;
                     server {{ listen 127.0.0.1:{port};
                               location / {{ proxy_pass http://{upstream};
                                             proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for; }} }} }}"
        );
        // Run by root, its workers have another user, who may not write to the folder.
        let is_root = std::os::unix::fs::MetadataExt::uid(&folder.path().metadata().unwrap()) == 0;
        let user = if is_root { "user root; " } else { "" };
        let file = folder.path().join("nginx.conf");
        std::fs::write(&file, format!("{user}{config}")).unwrap();
        let program = if std::path::Path::new("/usr/sbin/nginx").is_file() { "/usr/sbin/nginx" } else { "nginx" };
        let mut process = Process::start(Command::new(program).arg("-c").arg(&file))?;
        wait_until("nginx", || {
            process.assert_runs();
            TcpStream::connect(("127.0.0.1", port)).is_ok()
        });
        Some(Self { port, _folder: folder, _process: process })
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
}
