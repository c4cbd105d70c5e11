//! The contract as TypeScript, and the test that keeps the committed file current.
//!
//! `cargo xtask codegen` runs that test with `ALEXANDRIA_CONTRACT_OUT` set to the folder to write to.

use std::collections::BTreeMap;
use std::path::Path;

use ts_rs::{Config, TS, TypeVisitor};

use super::*;

const HEADER: &str = "// Made by `cargo xtask codegen` from src-tauri/src/contract. Do not edit.\n";

/// Every named type that the contract reaches, by name.
struct Declarations {
    config: Config,
    found: BTreeMap<String, String>,
}

impl TypeVisitor for Declarations {
    fn visit<T: TS + 'static + ?Sized>(&mut self) {
        // Types without a declaration of their own, such as `string` or a list, only lead on to others.
        if T::output_path().is_some() {
            let name = T::ident(&self.config);
            if self.found.contains_key(&name) {
                return;
            }
            let about = T::docs().unwrap_or_default();
            let declaration = layout(&format!("{about}export {}\n", T::decl(&self.config)));
            self.found.insert(name, declaration);
            T::visit_dependencies(self);
        }
        T::visit_generics(self);
    }
}

/// Puts each comment on a line of its own and each field below its comment, which ts-rs leaves undone.
fn layout(declaration: &str) -> String {
    let tidy = declaration.replace("/**\n * ", "/** ").replace("\n */\n", " */\n").replace(", };", ",\n};");
    let mut inside = false;
    let mut lines = String::new();
    for line in tidy.lines() {
        inside &= line != "};";
        let indent = if inside { "  " } else { "" };
        lines += &format!("{indent}{}\n", line.trim_end());
        inside |= line.ends_with("= { ");
    }
    lines
}

macro_rules! typescript {
    (
        commands { $($(#[doc = $about:literal])* $area:ident::$name:ident($args:ty) -> $result:ty;)* }
        events { $($(#[doc = $meaning:literal])* $event:literal => $payload:ty;)* }
    ) => {
        /// The whole file.
        fn typescript() -> String {
            let mut types = Declarations { config: Config::new().with_large_int("number"), found: BTreeMap::new() };
            types.visit::<CommandError>();
            let mut commands = String::new();
            $(
                types.visit::<$args>();
                types.visit::<$result>();
                commands += &format!(
                    "  /** {} */\n  {}: {{ args: {}; result: {} }};\n",
                    [$($about.trim()),*].join(" "), stringify!($name), <$args>::name(&types.config), <$result>::name(&types.config),
                );
            )*
            let mut events = String::new();
            $(
                types.visit::<$payload>();
                events += &format!(
                    "  /** {} */\n  \"{}\": {};\n",
                    [$($meaning.trim()),*].join(" "), $event, <$payload>::name(&types.config),
                );
            )*
            let types = types.found.into_values().collect::<Vec<_>>().join("\n");
            format!(
                "{HEADER}\n{types}\n/** Commands by name: what they take and what they give. They fail with a CommandError. */\n\
                 export interface Commands {{\n{commands}}}\n\n\
                 /** Events by name: what they carry. */\n\
                 export interface Events {{\n{events}}}\n"
            )
        }

        /// Names of the commands.
        fn command_names() -> Vec<&'static str> {
            vec![$(stringify!($name)),*]
        }
    };
}
contract!(typescript);

#[test]
fn export_contract() {
    let current = typescript();
    if let Some(folder) = std::env::var_os("ALEXANDRIA_CONTRACT_OUT") {
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(Path::new(&folder).join("contract.ts"), current).unwrap();
        return;
    }
    let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ui/src/platform/generated/contract.ts");
    let committed = std::fs::read_to_string(committed).unwrap_or_default().replace("\r\n", "\n");
    assert!(committed == current, "contract.ts is not current; run `cargo xtask codegen`");
}

#[test]
fn the_window_may_call_exactly_the_commands_of_the_contract() {
    let capability = include_str!("../../capabilities/main.json");
    let capability: serde_json::Value = serde_json::from_str(capability).unwrap();
    let own =
        |permission: &serde_json::Value| permission.as_str()?.strip_prefix("allow-").map(|name| name.replace('-', "_"));
    let mut allowed: Vec<String> = capability["permissions"].as_array().unwrap().iter().filter_map(own).collect();
    let mut declared = command_names();
    allowed.sort_unstable();
    declared.sort_unstable();
    assert_eq!(allowed, declared);
}
