//! The program itself: how it starts, refuses to start, answers and stops.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails if its setup does")]

#[path = "support/server.rs"]
mod server;
mod support;

use std::collections::BTreeSet;
use std::fs;
use std::net::TcpListener;

use alexandria_protocol::api::meta::Meta;
use server::{Server, command};
use support::{run, wait_until};

async fn get(url: String) -> reqwest::Response {
    reqwest::get(url).await.unwrap()
}

#[tokio::test]
async fn server_without_settings_is_ready_when_it_says_so() {
    let server = Server::start();
    let response = get(format!("{}/v1/meta", server.api)).await;
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["alexandria-server"], "1");
    let etag = response.headers()["etag"].clone();
    let meta: Meta = serde_json::from_slice(&response.bytes().await.unwrap()).unwrap();
    assert_eq!(meta.common_protocol(), Some(alexandria_protocol::PROTOCOL));
    assert!(meta.server_time_ms > 1_600_000_000_000);

    let again = reqwest::Client::new().get(format!("{}/v1/meta", server.api)).header("if-none-match", etag);
    assert_eq!(again.send().await.unwrap().status(), 304, "nothing but the time has changed");

    assert_eq!(get(format!("{}/healthz", server.admin)).await.status(), 200);
    let ready = get(format!("{}/readyz", server.admin)).await;
    assert_eq!(ready.status(), 200, "{}", ready.text().await.unwrap());
    let metrics = get(format!("{}/metrics", server.admin)).await.text().await.unwrap();
    assert!(metrics.contains("route=\"/v1/meta\",status=\"200\""), "{metrics}");
    assert_eq!(get(format!("{}/metrics", server.api)).await.status(), 404, "metrics are not for everybody");

    let files: BTreeSet<_> =
        fs::read_dir(server.data.path().join("data")).unwrap().map(|it| it.unwrap().file_name()).collect();
    for file in ["server.db", "server.key", "objects"] {
        assert!(files.contains(std::ffi::OsStr::new(file)), "{file}: {files:?}");
    }
}

#[tokio::test]
async fn log_line_has_the_request_and_no_path() {
    let server = Server::start();
    let id = "0123456789abcdef".repeat(2);
    let request = reqwest::Client::new().get(format!("{}/v1/canary", server.api)).header("alexandria-request", &id);
    let response = request.send().await.unwrap();
    assert_eq!(response.status(), 404);
    assert_eq!(response.headers()["alexandria-request"], id.as_str());
    wait_until("the request is logged", || server.log().contains(&id));
    let log = server.log();
    let line = log.lines().find(|line| line.contains(&id)).unwrap();
    let line: serde_json::Value = serde_json::from_str(line).unwrap();
    assert_eq!(line["request"]["id"], id.as_str());
    assert_eq!((&line["status"], &line["code"]), (&404.into(), &"not-found".into()));
    assert!(!log.contains("canary"), "{log}");
}

#[tokio::test]
async fn server_stops_on_signals_and_starts_again() {
    let mut data = tempfile::tempdir().unwrap();
    for signal in ["TERM", "INT", "TERM"] {
        let server = Server::start_with(data, &[]);
        assert_eq!(get(format!("{}/readyz", server.admin)).await.status(), 200);
        server.signal(signal);
        data = server.wait();
    }
}

#[tokio::test]
async fn health_command_tells_ready_from_not() {
    let server = Server::start();
    let check = |admin: &str, expect: bool| {
        let mut command = command(&server.data.path().join("data"));
        let (succeeded, output) = run(command.env("ALEXANDRIA_SERVER_LISTEN_ADMIN", admin).arg("health"));
        assert_eq!(succeeded, expect, "{output}");
    };
    check(server.admin.trim_start_matches("http://"), true);
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    check(&nobody.to_string(), false);
    // Objects cannot be written any more.
    let objects = server.data.path().join("data/objects");
    fs::remove_dir_all(&objects).unwrap();
    fs::write(&objects, "").unwrap();
    wait_until("the cached answer is too old", || !run(server.command().arg("health")).0);
}

/// Each of these would otherwise lose data later, or serve nobody.
#[tokio::test]
async fn server_refuses_to_start_half_broken() {
    let running = Server::start();
    let folder = tempfile::tempdir().unwrap();
    let check = |prepare: &dyn Fn(&std::path::Path), settings: &[(&str, &str)], expect: &str| {
        let data = folder.path().join("data");
        let _left = fs::remove_dir_all(&data);
        fs::create_dir_all(&data).unwrap();
        prepare(&data);
        let mut command = command(&data);
        let (succeeded, output) = run(command.arg("serve").envs(settings.iter().copied()));
        assert!(!succeeded && output.contains(expect), "{settings:?}: {output}");
    };
    let nothing = |_data: &std::path::Path| {};
    check(&nothing, &[("ALEXANDRIA_SERVER_LISTEN", "1")], "unknown variable ALEXANDRIA_SERVER_LISTEN");
    let address = running.api.trim_start_matches("http://");
    check(&nothing, &[("ALEXANDRIA_SERVER_LISTEN_API", address)], "listen.api");
    let used = running.data.path().join("data");
    check(&nothing, &[("ALEXANDRIA_SERVER_DATA", used.to_str().unwrap())], "another server uses the data folder");
    check(&nothing, &[("ALEXANDRIA_SERVER_DATA", "/proc/nowhere")], "cannot write to the data folder");
    check(&|data| fs::write(data.join("server.db"), "x").unwrap(), &[], "server.key is missing");
    let key = "00".repeat(32);
    check(
        &|data| fs::write(data.join("server.db"), [7; 8192]).unwrap(),
        &[("ALEXANDRIA_SERVER_SERVER_KEY", &key)],
        "database",
    );
    check(&nothing, &[("ALEXANDRIA_SERVER_SERVER_KEY", "key")], "server.key is not a key");
    let nobody = format!("postgres://u@{}/d", TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap());
    let hosted = [("ALEXANDRIA_SERVER_DATABASE_URL", nobody.as_str()), ("ALEXANDRIA_SERVER_SERVER_KEY", &key)];
    check(&nothing, &hosted, "database.url");
    let nobody = format!("http://{}", TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap());
    let s3 = [
        ("ALEXANDRIA_SERVER_OBJECTS_BUCKET", "b"),
        ("ALEXANDRIA_SERVER_OBJECTS_ENDPOINT", &nobody),
        ("ALEXANDRIA_SERVER_OBJECTS_ACCESS_KEY", "k"),
        ("ALEXANDRIA_SERVER_OBJECTS_SECRET_KEY", "s"),
    ];
    check(&nothing, &s3, "objects cannot be written");
}

/// Redis is not required: a server whose Redis is away is ready, and says that it is away.
#[tokio::test]
async fn server_is_ready_without_its_redis() {
    let nobody = format!("redis://{}", TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap());
    let server = Server::start_with(tempfile::tempdir().unwrap(), &[("ALEXANDRIA_SERVER_REDIS_URL", &nobody)]);
    let response = get(format!("{}/readyz", server.admin)).await;
    assert_eq!(response.status(), 200);
    let readiness: serde_json::Value = serde_json::from_slice(&response.bytes().await.unwrap()).unwrap();
    assert_eq!((&readiness["redis"], &readiness["database"]), (&false.into(), &true.into()), "{readiness}");
}

#[tokio::test]
async fn backup_of_a_running_server_is_restored_elsewhere() {
    let server = Server::start();
    let folder = tempfile::tempdir().unwrap();
    let backup = folder.path().join("backup");
    let (succeeded, output) = run(server.command().arg("backup").arg(&backup));
    assert!(succeeded && output.contains("with 0 objects"), "{output}");
    let elsewhere = tempfile::tempdir().unwrap();
    let data = elsewhere.path().join("data");
    let restore = || run(command(&data).arg("restore").arg(&backup));
    let (succeeded, output) = restore();
    assert!(!succeeded && output.contains("server.key is missing"), "{output}");
    fs::copy(server.data.path().join("data/server.key"), data.join("server.key")).unwrap();
    let (succeeded, output) = restore();
    assert!(succeeded, "{output}");
    let (succeeded, output) = restore();
    assert!(!succeeded && output.contains("there is a database already"), "{output}");
    let (succeeded, output) = run(command(&data).arg("fsck"));
    assert!(succeeded && output.contains("0 accounts, 0 objects"), "{output}");
    let restored = Server::start_with(elsewhere, &[]);
    assert_eq!(get(format!("{}/readyz", restored.admin)).await.status(), 200);
}

/// The operator need not stop the server, and nobody else can do what the operator can.
#[tokio::test]
async fn running_server_takes_commands_of_whoever_has_its_key() {
    let server = Server::start();
    let (succeeded, output) = run(server.command().args(["admin", "invite", "--days", "2"]));
    assert!(succeeded && output.contains("(until "), "{output}");
    let (succeeded, output) = run(server.command().args(["admin", "invite", "--days", "400"]));
    assert!(!succeeded, "{output}");
    let (succeeded, output) = run(server.command().args(["admin", "accounts"]));
    assert!(succeeded && output.is_empty(), "{output}");
    let (succeeded, output) = run(server.command().args(["admin", "disable", "nobody@example.org"]));
    assert!(!succeeded && output.contains("alexandria-server: "), "{output}");

    let post = async |token: &str| {
        let request =
            reqwest::Client::new().post(format!("{}/operator", server.admin)).body(r#"{"command":"accounts"}"#);
        request.header("authorization", token).send().await.unwrap().status().as_u16()
    };
    for token in ["", "Bearer ", "Bearer 00", &format!("Bearer {}", "00".repeat(32))] {
        assert_eq!(post(token).await, 403, "{token}");
    }
    let key = fs::read_to_string(server.data.path().join("data/server.key")).unwrap();
    assert_eq!(post(&format!("Bearer {}", key.trim())).await, 403, "not the key itself");
    let (succeeded, output) =
        run(server.command().env("ALEXANDRIA_SERVER_SERVER_KEY", "00".repeat(32)).args(["admin", "accounts"]));
    assert!(!succeeded && output.contains("another key"), "{output}");
}

#[test]
fn settings_are_printed_without_secrets() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("server.toml");
    fs::write(&file, "[redis]\nurl = \"redis://:canary@localhost\"\n").unwrap();
    let (succeeded, output) = run(command(folder.path()).arg("config").arg("--config").arg(&file));
    assert!(succeeded && output.contains("[redacted]") && !output.contains("canary"), "{output}");
}

/// `docs/openapi.json` is what the program prints. Remade with
/// `cargo run -p alexandria-server -- openapi > docs/openapi.json`.
#[test]
fn committed_description_of_the_api_is_current() {
    let committed = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/openapi.json");
    let committed: serde_json::Value = serde_json::from_str(&fs::read_to_string(committed).unwrap()).unwrap();
    let (succeeded, output) = run(command("data".as_ref()).arg("openapi"));
    assert!(succeeded, "{output}");
    let printed: serde_json::Value = serde_json::from_str(&output).unwrap();
    assert!(printed == committed, "docs/openapi.json is not what `alexandria-server openapi` prints; remake it");
}
