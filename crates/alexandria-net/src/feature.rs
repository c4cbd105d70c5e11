//! What requests are for.

/// A feature that makes requests, each of which the user permits apart from the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Feature {
    /// Looking for and downloading new versions of the program.
    Updates,
    /// An account on a sync server.
    Sync,
}

/// Why a feature made a request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Purpose {
    /// To download a file.
    #[default]
    Download,
    /// To learn what a server is and allows.
    Server,
    /// To sign up, to sign in or to recover an account.
    SignIn,
    /// To show that this is still the same device.
    Session,
    /// To read or change the account.
    Account,
    /// To read or change its devices, or to approve one.
    Devices,
    /// To send or receive changes.
    Changes,
    /// To wait for changes of other devices.
    Wait,
    /// To send or receive books and covers.
    Files,
    /// Something that this version does not know.
    #[serde(other)]
    Unknown,
}
