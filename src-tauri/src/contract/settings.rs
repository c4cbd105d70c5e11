//! The reader's settings.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A change of one setting.
#[derive(Debug, Deserialize, TS)]
pub(crate) struct SetSetting {
    /// Its name, as in `Settings`.
    pub(crate) name: String,
    /// Its new value as text; null for the default.
    pub(crate) value: Option<String>,
}

/// All settings.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Settings {
    /// Colours.
    pub(crate) theme: Theme,
    /// How pages follow each other.
    pub(crate) flow: Flow,
    /// Typeface of the text.
    pub(crate) font_family: FontFamily,
    /// Size of the text in CSS pixels.
    pub(crate) font_size: f64,
    /// Height of a line as a multiple of the text size.
    pub(crate) line_height: f64,
    /// Most characters in a line.
    pub(crate) max_width: f64,
    /// Order of the shelf.
    pub(crate) library_sort: LibrarySort,
    /// Look of the shelf.
    pub(crate) library_view: LibraryView,
    /// When the library locks by itself.
    pub(crate) auto_lock: AutoLock,
}

/// Declares the UI's twins of the core's choices. The matches are exhaustive, so a new choice must be named here.
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
    /// How pages follow each other.
    Flow { Paged, Scrolled }
    /// Typeface of the text.
    FontFamily { Publisher, Serif, Sans, Mono }
    /// Order of the shelf.
    LibrarySort { Recent, Title, Author, Added }
    /// Look of the shelf.
    LibraryView { Covers, List }
    /// When the library locks by itself.
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
