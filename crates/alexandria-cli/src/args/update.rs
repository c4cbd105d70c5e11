//! The arguments of `alexandria update`.

use std::path::PathBuf;

use alexandria_library::{Channel, Mode};
use clap::ValueEnum;

#[derive(Debug, clap::Args)]
pub(crate) struct UpdateArgs {
    /// Only say whether there is a new version
    #[arg(long)]
    pub(crate) check: bool,

    /// Install from this update file instead of the server; it is verified in the same way
    #[arg(long, value_name = "FILE")]
    pub(crate) from: Option<PathBuf>,

    /// Choose which releases are offered
    #[arg(long, value_enum, value_name = "CHANNEL")]
    pub(crate) channel: Option<ChannelName>,

    /// Choose when the window looks for new versions
    #[arg(long, value_enum, value_name = "MODE")]
    pub(crate) mode: Option<ModeName>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ChannelName {
    /// Releases for everyone
    Stable,
    /// Releases to try before everyone gets them
    Beta,
}

impl From<ChannelName> for Channel {
    fn from(name: ChannelName) -> Self {
        match name {
            ChannelName::Stable => Self::Stable,
            ChannelName::Beta => Self::Beta,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ModeName {
    /// By itself, a few times a day
    Automatic,
    /// Only when you ask for it
    Manual,
    /// Never; no request is made, not even when you ask for it
    Never,
}

impl From<ModeName> for Mode {
    fn from(name: ModeName) -> Self {
        match name {
            ModeName::Automatic => Self::Automatic,
            ModeName::Manual => Self::Manual,
            ModeName::Never => Self::Never,
        }
    }
}
