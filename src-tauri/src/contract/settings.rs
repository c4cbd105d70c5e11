//! The reader's settings.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A change of one setting.
#[derive(Debug, Deserialize, TS)]
pub(crate) struct SetSetting {
    /// A field of `Settings`.
    pub(crate) name: String,
    /// The new value as text; null for the default.
    pub(crate) value: Option<String>,
}

/// All settings.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Settings {
    pub(crate) theme: Theme,
    pub(crate) flow: Flow,
    pub(crate) font_family: FontFamily,
    /// In CSS pixels.
    pub(crate) font_size: f64,
    /// As a multiple of the font size.
    pub(crate) line_height: f64,
    /// In characters per line.
    pub(crate) max_width: f64,
    pub(crate) library_sort: LibrarySort,
    pub(crate) library_view: LibraryView,
    pub(crate) auto_lock: AutoLock,
}

/// Declares the UI's counterparts of the core's choices. The matches are exhaustive, so a new choice must be named here.
macro_rules! choices {
    ($($(#[$doc:meta])* $name:ident { $($value:ident),+ })+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
        #[serde(rename_all = "kebab-case")]
        pub(crate) enum $name {
            $(#[doc = concat!("See `alexandria_library::", stringify!($name), "::", stringify!($value), "`.")] $value),+
        }

        impl From<alexandria_library::$name> for $name {
            fn from(value: alexandria_library::$name) -> Self {
                match value {
                    $(alexandria_library::$name::$value => Self::$value),+
                }
            }
        }
    )+};
}

choices! {
    /// Colours of the window and the page.
    Theme { System, Light, Dark, Sepia }
    /// Layout of pages.
    Flow { Paged, Scrolled }
    /// Typeface of book text.
    FontFamily { Publisher, Serif, Sans, Mono }
    /// Sort order of the shelf.
    LibrarySort { Recent, Title, Author, Added, Series, Published, Rating, Status }
    /// Layout of the shelf.
    LibraryView { Covers, List }
    /// Idle time after which the library is locked automatically.
    AutoLock { Never, FiveMinutes, QuarterHour, Hour }
}

impl From<alexandria_library::Settings> for Settings {
    fn from(settings: alexandria_library::Settings) -> Self {
        Self {
            theme: settings.theme.into(),
            flow: settings.flow.into(),
            font_family: settings.font_family.into(),
            font_size: settings.font_size,
            line_height: settings.line_height,
            max_width: settings.max_width,
            library_sort: settings.library_sort.into(),
            library_view: settings.library_view.into(),
            auto_lock: settings.auto_lock.into(),
        }
    }
}
