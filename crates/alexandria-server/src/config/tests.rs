//! What is accepted, what is refused, and that nothing secret is shown.

use std::fs;

use super::*;

fn load(file: &str, environment: &[(&str, &str)]) -> Result<Config, ConfigError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(if file.starts_with('{') { "server.json" } else { "server.toml" });
    fs::write(&path, file).unwrap();
    let environment = environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Config::load(Some(&path), environment)
}

#[test]
fn defaults_are_complete() {
    let config = Config::load(None, []).unwrap();
    assert_eq!(config.listen.api, "127.0.0.1:8787".parse().unwrap());
    assert!(config.listen.admin.ip().is_loopback());
    assert_eq!(config.objects.part_bytes, alexandria_protocol::blob::SMALL_PART_BYTES);
    assert!(config.database.url.is_none() && config.redis.url.is_none() && config.objects.bucket.is_none());
    assert_eq!(config.accounts.registration, Registration::Open);
}

#[test]
fn environment_overrides_file_and_file_overrides_defaults() {
    let check = |file: &str, environment: &[(&str, &str)], expect: u64| {
        assert_eq!(load(file, environment).unwrap().accounts.quota_bytes, expect, "{file} {environment:?}");
    };
    const NAME: &str = "ALEXANDRIA_SERVER_ACCOUNTS_QUOTA_BYTES";
    check("", &[], 0);
    check("[accounts]\nquota_bytes = 5", &[], 5);
    check(r#"{"accounts": {"quota_bytes": 6}}"#, &[], 6);
    check("[accounts]\nquota_bytes = 5", &[(NAME, "7")], 7);
    check("", &[(NAME, "7"), ("ANOTHER_VARIABLE", "8")], 7);
}

#[test]
fn what_is_not_a_setting_is_refused() {
    let check = |file: &str, environment: &[(&str, &str)], expect: &str| {
        let message = load(file, environment).unwrap_err().to_string();
        assert!(message.contains(expect), "{file} {environment:?}: {message}");
    };
    check("quota = 5", &[], "unknown setting quota");
    check("[accounts]\nquota = 5", &[], "unknown setting accounts.quota");
    check("[account]\nquota_bytes = 5", &[], "unknown setting account");
    check("accounts = 5", &[], "accounts must be a table");
    check("[accounts", &[], "server.toml");
    check("[accounts]\nregistration = \"all\"", &[], "unknown variant");
    check("[accounts]\nquota_bytes = \"5\"", &[], "settings");
    check("", &[("ALEXANDRIA_SERVER_QUOTA", "5")], "unknown variable ALEXANDRIA_SERVER_QUOTA");
    check("", &[("ALEXANDRIA_SERVER_ACCOUNTS_QUOTA_BYTES", "much")], "QUOTA_BYTES is not a whole number");
    check("", &[("ALEXANDRIA_SERVER_ACCOUNTS_MEMBERS_MAY_INVITE", "yes")], "INVITE is neither true nor false");
    check("", &[("ALEXANDRIA_SERVER_LISTEN_API", "here")], "settings");
    check("", &[("ALEXANDRIA_SERVER_LISTEN_API_FILE", "/x")], "unknown variable ALEXANDRIA_SERVER_LISTEN_API_FILE");
    check("", &[("ALEXANDRIA_SERVER_LISTEN_TRUSTED_PROXIES", "10.0.0.0/33")], "network");
    check("", &[("ALEXANDRIA_SERVER_OBJECTS_PART_BYTES", "9000000")], "part_bytes");
    check("", &[("ALEXANDRIA_SERVER_OBJECTS_ACCESS_KEY", "a")], "belong together");
    check("", &[("ALEXANDRIA_SERVER_OBJECTS_ENDPOINT", "http://s3")], "objects.bucket is not");
    check("", &[("ALEXANDRIA_SERVER_DATABASE_URL", "postgres://x")], "server.key is required");
    check("", &[("ALEXANDRIA_SERVER_LISTEN_PUBLIC_URL", "sync.example.org")], "public_url");
    check("", &[("ALEXANDRIA_SERVER_LISTEN_ADMIN", "127.0.0.1:8787")], "same address");
}

/// A service called `alexandria-server` gives its containers these variables.
#[test]
fn variables_of_kubernetes_are_not_ours() {
    let environment = [
        ("ALEXANDRIA_SERVER_SERVICE_HOST", "10.0.0.1"),
        ("ALEXANDRIA_SERVER_SERVICE_PORT", "8787"),
        ("ALEXANDRIA_SERVER_SERVICE_PORT_HTTP", "8787"),
        ("ALEXANDRIA_SERVER_PORT", "tcp://10.0.0.1:8787"),
        ("ALEXANDRIA_SERVER_PORT_8787_TCP_ADDR", "10.0.0.1"),
    ];
    load("", &environment).unwrap();
    assert!(load("", &[("ALEXANDRIA_SERVER_PORT", "8787")]).is_err(), "somebody thinks that this sets the port");
}

#[test]
fn secrets_come_from_files_and_are_never_shown() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("secret");
    fs::write(&file, "postgres://user:canary@host/db\n").unwrap();
    let environment = || {
        let key = "00".repeat(32).replace("0000", "cafe");
        [
            ("ALEXANDRIA_SERVER_DATABASE_URL_FILE", file.to_str().unwrap().to_owned()),
            ("ALEXANDRIA_SERVER_SERVER_KEY", key),
            ("ALEXANDRIA_SERVER_REDIS_URL", String::from("redis://:canary@host")),
            ("ALEXANDRIA_SERVER_OBJECTS_ACCESS_KEY", String::from("access")),
            ("ALEXANDRIA_SERVER_OBJECTS_SECRET_KEY", String::from("canary")),
        ]
        .map(|(name, value)| (name.to_owned(), value))
    };
    let config = Config::load(None, environment()).unwrap();
    assert_eq!(config.database.url.as_ref().unwrap().expose(), "postgres://user:canary@host/db");
    let shown = format!("{config:?} {}", Config::describe(None, environment()).unwrap());
    assert!(!shown.contains("canary") && !shown.contains("cafe"), "{shown}");
    assert!(shown.contains("access") && shown.contains("[redacted]"), "{shown}");

    let twice = environment().into_iter().chain([(String::from("ALEXANDRIA_SERVER_DATABASE_URL"), String::from("x"))]);
    assert!(matches!(Config::load(None, twice), Err(ConfigError::Twice { .. })));
    fs::remove_file(&file).unwrap();
    assert!(matches!(Config::load(None, environment()), Err(ConfigError::Unreadable { .. })));
}

#[test]
fn networks_contain_their_addresses() {
    let check = |network: &str, address: &str, expect: bool| {
        let network: Network = network.parse().unwrap();
        assert_eq!(network.contains(address.parse().unwrap()), expect, "{network:?} {address}");
    };
    check("10.0.0.0/8", "10.255.255.255", true);
    check("10.0.0.0/8", "11.0.0.0", false);
    check("10.0.0.0/8", "::ffff:10.1.2.3", true);
    check("10.1.2.3", "10.1.2.3", true);
    check("10.1.2.3", "10.1.2.4", false);
    check("0.0.0.0/0", "203.0.113.7", true);
    check("0.0.0.0/0", "2001:db8::1", false);
    check("::/0", "2001:db8::1", true);
    check("fd00::/8", "fdff::1", true);
    check("fd00::/8", "fe80::1", false);
    for text in ["", "10.0.0.0/33", "10.0.0/8", "::/129", "10.0.0.0/-1", "10.0.0.0/ 8"] {
        assert!(text.parse::<Network>().is_err(), "{text}");
    }
}

#[test]
fn every_setting_is_documented_with_its_default() {
    let document = include_str!("../../../../docs/self-hosting.md");
    for setting in SETTINGS {
        let name = if setting.table.is_empty() {
            setting.name.to_owned()
        } else {
            format!("{}.{}", setting.table, setting.name)
        };
        let default = if setting.default.is_empty() { String::new() } else { format!("`{}` ", setting.default) };
        let row = format!("| `{name}` | `{}` | {default}|", setting.variable());
        assert!(document.contains(&row), "missing: {row}");
    }
    let rows = document.lines().filter(|line| line.contains("| `ALEXANDRIA_SERVER_")).count();
    assert_eq!(rows, SETTINGS.len(), "no row without a setting");
}
