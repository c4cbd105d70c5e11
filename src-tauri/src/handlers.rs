//! The functions tauri calls, generated from the one list in `contract`. Each decodes its arguments and calls the function of the same
//! name in `commands`, so a command without a body, or with one of another type, does not compile.

use serde::de::DeserializeOwned;
use tauri::ipc::{CommandArg, CommandItem, Invoke, InvokeBody, InvokeError};
use tauri::{Runtime, State, Wry};

use crate::contract::*;
use crate::shell::Shell;

/// The whole arguments object of a call, where tauri by itself would take it apart into parameters.
struct Args<T>(T);

impl<'de, R: Runtime, T: DeserializeOwned> CommandArg<'de, R> for Args<T> {
    fn from_command(command: CommandItem<'de, R>) -> Result<Self, InvokeError> {
        let decoded = match command.message.payload() {
            InvokeBody::Json(value) => T::deserialize(value).ok(),
            InvokeBody::Raw(_) => None,
        };
        // What the decoder says may quote the arguments, a passphrase among them, so it is not passed on.
        let invalid =
            || CommandError::invalid_input(format!("the arguments of {} do not match the contract", command.name));
        decoded.map(Self).ok_or_else(|| invalid().into())
    }
}

macro_rules! handlers {
    (
        commands { $($(#[$doc:meta])* $area:ident::$name:ident($args:ty) -> $result:ty;)* }
        events { $($events:tt)* }
    ) => {
        $(
            $(#[$doc])*
            #[tauri::command]
            async fn $name(args: Args<$args>, shell: State<'_, Shell>) -> Result<$result, CommandError> {
                crate::commands::$area::$name(&shell, args.0).await
            }
        )*

        /// Every command of the contract.
        pub(crate) fn all() -> impl Fn(Invoke<Wry>) -> bool + Send + Sync + 'static {
            tauri::generate_handler![$($name),*]
        }
    };
}
contract!(handlers);
