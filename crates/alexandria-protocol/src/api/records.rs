//! Records, and the notice that there are some. `POST records` takes frames, `GET records` answers with frames
//! ([`crate::frame::batch`]); the cursor to continue from is in the header [`crate::headers::NEXT`].

use crate::cursor::Cursor;
use crate::frame::chain::Head;

/// The answer to `POST records`.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct Pushed {
    /// Where the log ends now. Not a place to read from: other devices may have written in between.
    #[schema(value_type = String)]
    pub end: Cursor,
    /// The ends of the chains that the push was for.
    pub heads: Vec<Head>,
}

/// Query of `GET records`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PullQuery {
    /// Everything up to here was read; from the beginning if absent.
    #[param(value_type = Option<String>)]
    pub after: Option<Cursor>,
    /// Most records to answer with. The server may answer with fewer, though not with none if there are some.
    pub limit: Option<u32>,
}

/// Query of `GET changes`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ChangesQuery {
    /// Everything up to here is known.
    #[param(value_type = Option<String>)]
    pub after: Option<Cursor>,
    /// Seconds to wait for something after it, at most [`crate::limits::MAX_WAIT_SECONDS`]; 0 if absent.
    pub wait: Option<u32>,
}

/// `GET changes` if there is something; else 204.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct Changes {
    /// Where the log ends now.
    #[schema(value_type = String)]
    pub next: Cursor,
    /// The ends of all chains.
    pub heads: Vec<Head>,
}

/// `GET heads`.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct Heads {
    /// The ends of all chains, also of revoked devices.
    pub heads: Vec<Head>,
    /// Where the log ends now.
    #[schema(value_type = String)]
    pub end: Cursor,
}
