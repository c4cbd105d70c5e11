//! What is delivered beside the program: the container, the compose file and the configuration of nginx.
#![expect(clippy::unwrap_used, reason = "a test fails if its setup does")]

mod support;

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use alexandria_tests_skip::{Requirement, skip};
use serde_yaml_ng::Value;
use support::run;

/// The container must stay below this size.
const MAX_IMAGE_BYTES: u64 = 60_000_000;
/// Where `chroot` may be; the environment of the program is otherwise empty.
const PATH: &str = "/usr/sbin:/usr/bin:/sbin:/bin";

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn read(path: &str) -> String {
    fs::read_to_string(repository().join(path)).unwrap()
}

#[test]
fn container_has_no_shell_and_no_rights() {
    let dockerfile = read("deploy/docker/Dockerfile");
    let instructions: Vec<&str> = dockerfile.lines().filter(|line| !line.starts_with('#')).collect();
    let last = instructions.iter().rposition(|line| line.starts_with("FROM ")).unwrap();
    let (build, image) = instructions.split_at(last);
    assert_eq!(image[0], "FROM ${ROOTFS}");
    assert!(build.contains(&"ARG ROOTFS=compiled"), "{build:?}");
    assert_eq!(build.iter().filter(|line| line.starts_with("FROM scratch AS ")).count(), 2, "both begin empty");
    assert!(image.contains(&"USER 65532:65532"), "{image:?}");
    // Without a shell only the exec form works.
    for instruction in ["ENTRYPOINT [", "CMD [", "HEALTHCHECK "] {
        let line = image.iter().find(|line| line.trim_start().starts_with(instruction));
        assert!(line.is_some_and(|line| line.ends_with(']')), "{instruction}: {line:?}");
    }
    assert!(!image.iter().any(|line| line.starts_with("RUN ")), "{image:?}");
    for line in build.iter().filter(|line| line.starts_with("FROM ") && !line.contains("scratch")) {
        let image = line.split(' ').nth(1).unwrap();
        assert!(image.split_once(':').is_some_and(|(_, tag)| tag != "latest"), "pinned to a version: {line}");
    }
}

#[test]
fn compose_file_takes_rights_away() {
    let file: Value = serde_yaml_ng::from_str(&read("deploy/docker/compose.yaml")).unwrap();
    let server = &file["services"]["server"];
    assert_eq!(server["read_only"], Value::Bool(true));
    assert_eq!(server["cap_drop"][0], Value::from("ALL"));
    assert_eq!(server["security_opt"][0], Value::from("no-new-privileges:true"));
    let ports = server["ports"].as_sequence().unwrap();
    assert!(ports.iter().all(|port| port.as_str().unwrap().starts_with("127.0.0.1:")), "{ports:?}");
    let volumes = server["volumes"].as_sequence().unwrap();
    assert_eq!(volumes, &[Value::from("data:/data")]);
    assert!(file["volumes"].as_mapping().unwrap().contains_key("data"));
    // Every variable is a setting: the server would not start with another.
    let environment = server["environment"].as_mapping().unwrap();
    for name in environment.keys().map(|name| name.as_str().unwrap()) {
        let is_known = alexandria_server::config::SETTINGS.iter().any(|setting| setting.variable() == name);
        assert!(is_known, "{name}");
    }
}

/// A root directory of the program as the container has it.
fn make_root(folder: &Path) -> PathBuf {
    let program = folder.join("alexandria-server");
    // As released, without symbols.
    let stripped = Command::new("strip").arg("-o").arg(&program).arg(env!("CARGO_BIN_EXE_alexandria-server")).status();
    assert!(stripped.unwrap().success());
    let root = folder.join("rootfs");
    let script = repository().join("deploy/docker/rootfs.sh");
    let (succeeded, output) = run(Command::new(script).arg(&program).arg(&root));
    assert!(succeeded, "{output}");
    root
}

fn bytes_below(folder: &Path) -> u64 {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    let sizes = entries.map(|entry| {
        let metadata = entry.path().symlink_metadata().unwrap();
        if metadata.is_dir() { bytes_below(&entry.path()) } else { metadata.len() }
    });
    sizes.sum()
}

#[cfg(target_os = "linux")]
#[test]
fn program_runs_in_an_otherwise_empty_root() {
    let folder = tempfile::tempdir().unwrap();
    let root = make_root(folder.path());
    let bytes = bytes_below(&root);
    assert!(bytes < MAX_IMAGE_BYTES, "{bytes} bytes");
    assert!(!root.join("bin").exists() && !root.join("usr/bin").exists(), "no programs but the server");
    if folder.path().metadata().unwrap().uid() != 0 {
        return skip(Requirement::Root, "only root can change the root directory");
    }
    let chroot = |arguments: &[&str]| {
        let mut command = Command::new("chroot");
        run(command
            .arg("--userspec=65532:65532")
            .arg(&root)
            .arg("/alexandria-server")
            .args(arguments)
            .env_clear()
            .env("PATH", PATH))
    };
    let (succeeded, output) = chroot(&["--version"]);
    assert!(succeeded && output.starts_with("alexandria-server "), "{output}");
    let (succeeded, output) = chroot(&["config"]);
    assert!(succeeded && output.contains("127.0.0.1:8787"), "{output}");
    let (succeeded, output) = chroot(&["serve"]);
    assert!(!succeeded && output.contains("cannot write to the data folder"), "its root is read-only: {output}");
}

#[cfg(target_os = "linux")]
#[test]
fn container_starts_and_is_healthy() {
    let docker = |arguments: &[&str]| run(Command::new("docker").env("DOCKER_BUILDKIT", "1").args(arguments));
    let is_running = Command::new("docker").arg("info").output().is_ok_and(|output| output.status.success());
    if !is_running {
        return skip(Requirement::Containers, "no container engine is running");
    }
    let folder = tempfile::tempdir().unwrap();
    make_root(folder.path());
    let dockerfile = repository().join("deploy/docker/Dockerfile");
    let name = format!("alexandria-test-{}", std::process::id());
    let (built, output) = docker(&[
        "build",
        "--build-arg",
        "ROOTFS=prebuilt",
        "--tag",
        &name,
        "--file",
        dockerfile.to_str().unwrap(),
        folder.path().to_str().unwrap(),
    ]);
    assert!(built, "{output}");
    let (started, output) =
        docker(&["run", "--detach", "--read-only", "--cap-drop", "ALL", "--name", &name, "--volume", "/data", &name]);
    assert!(started, "{output}");
    support::wait_until("the container is healthy", || docker(&["exec", &name, "/alexandria-server", "health"]).0);
    let (_, user) = docker(&["inspect", "--format", "{{.Config.User}}", &name]);
    let (_, shell) = docker(&["exec", &name, "/bin/sh", "-c", "true"]);
    let (stopped, _) = docker(&["stop", &name]);
    let (_, status) = docker(&["inspect", "--format", "{{.State.ExitCode}}", &name]);
    docker(&["rm", "--force", "--volumes", &name]);
    docker(&["rmi", "--force", &name]);
    assert_eq!(user.trim(), "65532:65532");
    assert!(shell.contains("no such file"), "{shell}");
    assert!(stopped && status.trim() == "0", "{status}");
}

/// nginx itself reads the file that is delivered; only the certificate and the port are others.
#[test]
fn nginx_accepts_the_configuration_that_is_delivered() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().display();
    let server = read("deploy/nginx/alexandria.conf");
    let server: String = server.lines().filter(|line| !line.contains("ssl_certificate")).collect::<Vec<_>>().join("\n");
    let server = server.replace("listen 443 ssl;", &format!("listen unix:{path}/socket;"));
    for directive in ["client_max_body_size", "proxy_read_timeout", "proxy_buffering", "Upgrade"] {
        assert!(!server.contains(directive), "defaults are enough: {directive}");
    }
    let file = folder.path().join("nginx.conf");
    fs::write(&file, format!("pid {path}/pid; events {{}} http {{ {server} }}")).unwrap();
    let program = if Path::new("/usr/sbin/nginx").is_file() { "/usr/sbin/nginx" } else { "nginx" };
    let Ok(output) = Command::new(program).args(["-t", "-q", "-e", "stderr", "-c"]).arg(&file).output() else {
        return skip(Requirement::Nginx, "nginx is not installed");
    };
    let message = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{message}");
}
