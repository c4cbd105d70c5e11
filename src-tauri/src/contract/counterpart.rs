//! Enums of the core, as the UI sees them.

/// Declares the UI's counterpart of an enum of the core. The match is exhaustive, so a new variant must be named there.
macro_rules! counterpart {
    ($(#[$meta:meta])* $name:ident of $core:ty { $($variant:ident),* $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, ts_rs::TS)]
        #[serde(rename_all = "kebab-case")]
        pub(crate) enum $name {
            $(#[doc = concat!("See `", stringify!($core), "::", stringify!($variant), "`.")] $variant,)*
        }

        impl From<$core> for $name {
            fn from(core: $core) -> Self {
                match core {
                    $(<$core>::$variant => Self::$variant,)*
                }
            }
        }

        #[cfg(test)]
        impl $crate::contract::counterpart::Counterpart for $name {
            type Core = $core;
            const ALL: &[$core] = &[$(<$core>::$variant),*];
        }
    };
}
pub(super) use counterpart;

/// What tests want to know of a counterpart.
#[cfg(test)]
pub(super) trait Counterpart {
    /// The core's enum.
    type Core: 'static;
    /// Its variants.
    const ALL: &'static [Self::Core];
}
