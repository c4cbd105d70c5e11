//! Puts the layers of settings on top of each other.

use std::fs;
use std::path::Path;

use serde_json::{Map, Value};

use super::error::ConfigError;
use super::secret::REDACTED;
use super::settings::{Kind, PREFIX, SETTINGS, Setting};

/// The variable that names the file of settings; read by the command line, not a setting.
const FILE_VARIABLE: &str = "ALEXANDRIA_SERVER_CONFIG";

/// Defaults, file and environment as one JSON object.
pub(super) fn merge(
    file: Option<&Path>,
    environment: impl IntoIterator<Item = (String, String)>,
) -> Result<Value, ConfigError> {
    let mut values = Map::new();
    for setting in SETTINGS {
        let default = setting.parse(setting.default).map_err(|message| variable_error(setting.variable(), message))?;
        insert(&mut values, setting, default);
    }
    if let Some(file) = file {
        overlay_file(&mut values, file)?;
    }
    overlay_environment(&mut values, environment)?;
    Ok(Value::Object(values))
}

/// The same values without the secrets.
pub(super) fn redact(mut values: Value) -> Value {
    for setting in SETTINGS.iter().filter(|setting| setting.kind == Kind::Secret) {
        let pointer = format!("/{}/{}", setting.table, setting.name);
        if let Some(value) = values.pointer_mut(&pointer).filter(|value| !value.is_null()) {
            *value = Value::from(REDACTED);
        }
    }
    values
}

fn insert(values: &mut Map<String, Value>, setting: &Setting, value: Value) {
    let table = if setting.table.is_empty() {
        values
    } else {
        let table = values.entry(setting.table).or_insert_with(|| Value::Object(Map::new()));
        let Value::Object(table) = table else { return };
        table
    };
    table.insert(setting.name.to_owned(), value);
}

fn overlay_file(values: &mut Map<String, Value>, path: &Path) -> Result<(), ConfigError> {
    let syntax = |message: String| ConfigError::Syntax { path: path.to_owned(), message };
    let text = read(path)?;
    let parsed: Value = if path.extension().is_some_and(|extension| extension == "json") {
        serde_json::from_str(&text).map_err(|error| syntax(error.to_string()))?
    } else {
        // Its full message quotes the line, which may hold a secret.
        toml::from_str(&text).map_err(|error| syntax(error.message().to_owned()))?
    };
    let Value::Object(entries) = parsed else { return Err(syntax(String::from("must be a table of settings"))) };
    for (name, value) in entries {
        if SETTINGS.iter().any(|setting| setting.table == name) && !name.is_empty() {
            let Value::Object(table) = value else { return Err(syntax(format!("{name} must be a table"))) };
            for (inner, value) in table {
                set(values, &name, &inner, value)?;
            }
        } else {
            set(values, "", &name, value)?;
        }
    }
    Ok(())
}

fn set(values: &mut Map<String, Value>, table: &str, name: &str, value: Value) -> Result<(), ConfigError> {
    let Some(setting) = SETTINGS.iter().find(|setting| setting.table == table && setting.name == name) else {
        let name = if table.is_empty() { name.to_owned() } else { format!("{table}.{name}") };
        return Err(ConfigError::UnknownSetting { name });
    };
    insert(values, setting, value);
    Ok(())
}

fn overlay_environment(
    values: &mut Map<String, Value>,
    environment: impl IntoIterator<Item = (String, String)>,
) -> Result<(), ConfigError> {
    let ours: Vec<_> = environment.into_iter().filter(|(name, _value)| name.starts_with(PREFIX)).collect();
    for (name, value) in &ours {
        if name == FILE_VARIABLE || is_of_kubernetes(name, value) {
            continue;
        }
        let (setting, value) = match SETTINGS.iter().find(|setting| setting.variable() == *name) {
            Some(setting) => (setting, value.clone()),
            None => secret_from_file(name, value, &ours)?,
        };
        let value = setting.parse(&value).map_err(|message| variable_error(name.clone(), message))?;
        insert(values, setting, value);
    }
    Ok(())
}

/// Reads the file that `ALEXANDRIA_SERVER_…_FILE` names.
fn secret_from_file(
    name: &str,
    path: &str,
    environment: &[(String, String)],
) -> Result<(&'static Setting, String), ConfigError> {
    let unknown = || ConfigError::UnknownVariable { name: name.to_owned() };
    let plain = name.strip_suffix("_FILE").ok_or_else(unknown)?;
    let is_named = |setting: &&Setting| setting.kind == Kind::Secret && setting.variable() == plain;
    let setting = SETTINGS.iter().find(is_named).ok_or_else(unknown)?;
    if environment.iter().any(|(other, _value)| other == plain) {
        return Err(ConfigError::Twice { name: plain.to_owned() });
    }
    let text = read(Path::new(path))?;
    Ok((setting, text.trim_end_matches(['\r', '\n']).to_owned()))
}

/// Kubernetes gives every container variables about each service; one for a service called `alexandria-server` begins as ours
/// do.
fn is_of_kubernetes(name: &str, value: &str) -> bool {
    let rest = name.strip_prefix(PREFIX).unwrap_or_default();
    rest == "SERVICE_HOST"
        || rest.starts_with("SERVICE_PORT")
        || rest.starts_with("PORT_")
        || (rest == "PORT" && value.contains("://"))
}

fn read(path: &Path) -> Result<String, ConfigError> {
    fs::read_to_string(path).map_err(|source| ConfigError::Unreadable { path: path.to_owned(), source })
}

const fn variable_error(name: String, message: String) -> ConfigError {
    ConfigError::Variable { name, message }
}
