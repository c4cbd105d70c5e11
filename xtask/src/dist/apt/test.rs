//! A repository of small packages, used by apt in a clean root: it installs and upgrades, and refuses what was changed, is
//! signed by someone else, or has expired.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Child;
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};

use super::{KEYRING, VALID_SECONDS, publish};
use crate::dist::release::empty;
use crate::dist::root::Root;
use crate::dist::signer::Signer;
use crate::process::{Process, say};
use crate::workspace::Workspace;

/// How long the server of the test may take to start.
const TIMEOUT: Duration = Duration::from_secs(30);

/// A key that is thrown away after the test.
#[derive(Debug)]
pub(in crate::dist) struct TestKey {
    pub(in crate::dist) signer: Signer,
    home: PathBuf,
}

impl TestKey {
    /// Makes the key, and its folder.
    pub(in crate::dist) fn create(home: &Path) -> anyhow::Result<Self> {
        empty(home)?;
        fs::set_permissions(home, fs::Permissions::from_mode(0o700))?;
        let key = "test@alexandria.invalid";
        Process::new("gpg")
            .arguments(["--batch", "--quiet", "--passphrase", "", "--quick-generate-key", key, "ed25519", "sign", "1d"])
            .variable("GNUPGHOME", home)
            .run()?;
        let signer = Signer { key: key.to_owned(), home: Some(home.to_owned()) };
        Ok(Self { signer, home: home.to_owned() })
    }
}

impl Drop for TestKey {
    fn drop(&mut self) {
        let gpgconf = Process::new("gpgconf").quietly().arguments(["--kill", "gpg-agent"]);
        // An agent that goes on running ends by itself when its folder is gone.
        drop(gpgconf.variable("GNUPGHOME", &self.home).run());
    }
}

/// A package with nothing but its name, for the architecture of this machine.
pub(super) fn package(folder: &Path, version: &str) -> anyhow::Result<PathBuf> {
    let architecture = crate::dist::deb::architecture()?;
    let root = folder.join(format!("package-{version}"));
    empty(&root.join("DEBIAN"))?;
    let control = format!(
        "Package: alexandria\nVersion: {version}\nArchitecture: {architecture}\n\
         Maintainer: Test <test@alexandria.invalid>\nDescription: test\n"
    );
    fs::write(root.join("DEBIAN/control"), control)?;
    let path = folder.join("packages").join(format!("alexandria_{version}_{architecture}.deb"));
    fs::create_dir_all(folder.join("packages"))?;
    Process::new("dpkg-deb")
        .quietly()
        .arguments(["--root-owner-group", "--build"])
        .arguments([&root, &path])
        // Built again, it has the same content.
        .variable("SOURCE_DATE_EPOCH", "1700000000")
        .hiding_output()
        .run()?;
    Ok(path)
}

/// Runs the test in a root of the suite of Debian.
///
/// # Errors
/// If a step has another outcome than expected.
pub(in crate::dist) fn run(workspace: &Workspace, debian: &str) -> anyhow::Result<()> {
    let folder = workspace.target().join("apt-test");
    empty(&folder)?;
    let repository = folder.join("repository");
    fs::create_dir_all(&repository)?;
    let key = TestKey::create(&folder.join("gpg"))?;
    let server = Server::start(&repository)?;
    let root = Root::unpack(workspace, debian, &folder.join("root"))?;
    let client = Client { root };
    let publish = |version: &str, signer: &Signer, valid_seconds| {
        publish(&repository, "stable", &[package(&folder, version)?], signer, valid_seconds)
    };

    // Without what apt has read before: it would use that, and HTTP does not show changes within a second.
    let update = "rm -rf /var/lib/apt/lists/*; apt-get update";
    publish("0.0.1", &key.signer, VALID_SECONDS)?;
    client.configure(&server, &repository.join(KEYRING))?;
    client.expect(true, &format!("{update} && apt-get install --yes alexandria"), "Setting up alexandria (0.0.1)")?;
    publish("0.0.2", &key.signer, VALID_SECONDS)?;
    client.expect(true, &format!("{update} && apt-get upgrade --yes"), "Setting up alexandria (0.0.2)")?;

    let index = repository.join("dists/stable/main");
    let unchanged = contents(&index)?;
    for (path, bytes) in &unchanged {
        fs::write(path, [bytes.as_slice(), b"\n"].concat())?;
    }
    client.expect(false, update, "unexpected size")?;
    for (path, bytes) in &unchanged {
        let flipped: Vec<u8> = bytes.iter().rev().copied().collect();
        fs::write(path, flipped)?;
    }
    client.expect(false, update, "Hash Sum mismatch")?;
    for (path, bytes) in &unchanged {
        fs::write(path, bytes)?;
    }
    client.expect(true, update, "stable InRelease")?;

    let other = TestKey::create(&folder.join("other"))?;
    publish("0.0.3", &other.signer, VALID_SECONDS)?;
    client.expect(false, update, "is not signed")?;
    publish("0.0.3", &key.signer, 1)?;
    sleep(Duration::from_secs(2));
    client.expect(false, update, "is expired")?;
    publish("0.0.3", &key.signer, VALID_SECONDS)?;
    client.expect(true, &format!("{update} && apt-get upgrade --yes"), "Setting up alexandria (0.0.3)")?;
    drop((client, server, key, other));
    fs::remove_dir_all(&folder).with_context(|| format!("cannot remove {}", folder.display()))?;
    say(&format!("apt-test: passed in Debian {debian}"));
    Ok(())
}

/// All files below a folder, with their content.
fn contents(folder: &Path) -> anyhow::Result<Vec<(PathBuf, Vec<u8>)>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let path = entry?.path();
        if path.is_dir() {
            files.extend(contents(&path)?);
        } else {
            let bytes = fs::read(&path)?;
            files.push((path, bytes));
        }
    }
    Ok(files)
}

/// apt in a clean root.
struct Client {
    root: Root,
}

impl Client {
    /// Makes the repository its only source.
    fn configure(&self, server: &Server, keyring: &Path) -> anyhow::Result<()> {
        let lists = self.root.path("etc/apt/sources.list.d");
        empty(&lists)?;
        fs::write(self.root.path("etc/apt/sources.list"), "")?;
        fs::copy(keyring, self.root.path(&format!("usr/share/keyrings/{KEYRING}")))?;
        let source = format!(
            "Types: deb\nURIs: http://127.0.0.1:{}\nSuites: stable\nComponents: main\nSigned-By: /usr/share/keyrings/{KEYRING}\n",
            server.port
        );
        fs::write(lists.join("alexandria.sources"), source)?;
        Ok(())
    }

    /// Runs the commands, which must succeed or fail and print the text.
    fn expect(&self, succeeds: bool, commands: &str, text: &str) -> anyhow::Result<()> {
        say(&format!("apt-test: {commands}"));
        let shell = self.root.shell(["-c", &format!("export DEBIAN_FRONTEND=noninteractive LC_ALL=C; {commands}")]);
        let output = shell.into_command().output().context("cannot start unshare")?;
        let printed = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
        if output.status.success() == succeeds && printed.contains(text) {
            return Ok(());
        }
        let outcome = if succeeds { "succeed" } else { "fail" };
        bail!("expected to {outcome} and print '{text}': {commands}\n{printed}")
    }
}

/// Python's web server, on this machine only.
struct Server {
    child: Child,
    port: u16,
}

impl Server {
    fn start(folder: &Path) -> anyhow::Result<Self> {
        let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
        let mut command = Process::new("python3")
            .arguments(["-m", "http.server", &port.to_string(), "--bind", "127.0.0.1", "--directory"])
            .argument(folder)
            .hiding_output()
            .into_command();
        let child = command.stderr(std::process::Stdio::null()).spawn().context("cannot start Python's web server")?;
        let server = Self { child, port };
        let start = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            ensure!(start.elapsed() < TIMEOUT, "Python's web server does not answer");
            sleep(Duration::from_millis(50));
        }
        Ok(server)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
