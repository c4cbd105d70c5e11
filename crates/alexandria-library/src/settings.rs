//! The reader's settings. Each is a register that is changed by an op, so settings can be synced to other devices.

use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use alexandria_domain::{CodedError, Entity, ErrorCode, Field, Value};
use alexandria_store::StoreError;

use crate::blocking::{Panicked, blocking};
use crate::change::ChangeError;
use crate::engines::Engines;

/// Declares an enum whose values have names in settings.
macro_rules! named {
    ($(#[$doc:meta])* $name:ident { $($(#[$value_doc:meta])* $value:ident = $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
        pub enum $name { $($(#[$value_doc])* $value),+ }

        impl $name {
            /// The name used in settings.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$value => $text),+ }
            }
        }

        impl FromStr for $name {
            type Err = ();

            fn from_str(text: &str) -> Result<Self, ()> {
                match text { $($text => Ok(Self::$value),)+ _ => Err(()) }
            }
        }
    };
}

named! {
    /// Colours of the window and the page.
    Theme {
        /// As the operating system is set.
        #[default]
        System = "system",
        /// Dark on light.
        Light = "light",
        /// Light on dark.
        Dark = "dark",
        /// Brown on cream.
        Sepia = "sepia",
    }
}
named! {
    /// How pages are laid out.
    Flow {
        /// Page after page.
        #[default]
        Paged = "paged",
        /// One long page a section.
        Scrolled = "scrolled",
    }
}
named! {
    /// Type face of the text.
    FontFamily {
        /// As the book says.
        #[default]
        Publisher = "publisher",
        /// With serifs.
        Serif = "serif",
        /// Without serifs.
        Sans = "sans",
        /// Fixed width.
        Mono = "mono",
    }
}
named! {
    /// Order of the shelf.
    LibrarySort {
        /// Last read first.
        #[default]
        Recent = "recent",
        /// By title.
        Title = "title",
        /// By first author.
        Author = "author",
        /// Last added first.
        Added = "added",
        /// By series, and the number in it.
        Series = "series",
        /// By date of publication.
        Published = "published",
        /// Most stars first.
        Rating = "rating",
        /// Being read, to be read, finished.
        Status = "status",
    }
}
named! {
    /// Look of the shelf.
    LibraryView {
        /// A grid of covers.
        #[default]
        Covers = "covers",
        /// A list.
        List = "list",
    }
}

named! {
    /// How long a library may be idle before it locks automatically.
    AutoLock {
        /// It does not lock automatically.
        #[default]
        Never = "never",
        /// Five minutes.
        FiveMinutes = "five-minutes",
        /// A quarter of an hour.
        QuarterHour = "quarter-hour",
        /// An hour.
        Hour = "hour",
    }
}

impl AutoLock {
    /// The time; `None` if it does not lock automatically.
    #[must_use]
    pub const fn after(self) -> Option<Duration> {
        match self {
            Self::Never => None,
            Self::FiveMinutes => Some(Duration::from_secs(5 * 60)),
            Self::QuarterHour => Some(Duration::from_secs(15 * 60)),
            Self::Hour => Some(Duration::from_secs(60 * 60)),
        }
    }
}

/// All settings with their current values.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settings {
    /// Colours.
    pub theme: Theme,
    /// Layout of pages.
    pub flow: Flow,
    /// Type face.
    pub font_family: FontFamily,
    /// Size of the text in CSS pixels, 10 to 48.
    pub font_size: f64,
    /// Height of a line as a multiple of the text's size, 1 to 3.
    pub line_height: f64,
    /// Widest column in characters, 20 to 160.
    pub max_width: f64,
    /// Order of the shelf.
    pub library_sort: LibrarySort,
    /// Look of the shelf.
    pub library_view: LibraryView,
    /// When the library locks automatically.
    pub auto_lock: AutoLock,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            theme: Theme::default(),
            flow: Flow::default(),
            font_family: FontFamily::default(),
            font_size: 18.0,
            line_height: 1.5,
            max_width: 68.0,
            library_sort: LibrarySort::default(),
            library_view: LibraryView::default(),
            auto_lock: AutoLock::default(),
        }
    }
}

/// Why a setting could not be read or changed.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// No such setting.
    #[error("there is no setting `{0}`")]
    Unknown(String),
    /// A value the setting cannot have.
    #[error("the setting `{0}` cannot have that value")]
    Value(&'static str),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The change could not be recorded.
    #[error(transparent)]
    Change(#[from] ChangeError),
    /// See [`Panicked`].
    #[error(transparent)]
    Panicked(#[from] Panicked),
}

impl CodedError for SettingsError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::Unknown(_) | Self::Value(_) => ErrorCode::InvalidInput,
            Self::Store(error) => error.code(),
            Self::Change(error) => error.code(),
            Self::Panicked(_) => ErrorCode::Internal,
        }
    }
}

impl Settings {
    /// Sets the setting of that name from its text.
    ///
    /// # Errors
    /// When there is none of that name or it cannot have that value.
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), SettingsError> {
        match name {
            "theme" => choose(&mut self.theme, "theme", value),
            "flow" => choose(&mut self.flow, "flow", value),
            "fontFamily" => choose(&mut self.font_family, "fontFamily", value),
            "fontSize" => measure(&mut self.font_size, "fontSize", value, 10.0..=48.0),
            "lineHeight" => measure(&mut self.line_height, "lineHeight", value, 1.0..=3.0),
            "maxWidth" => measure(&mut self.max_width, "maxWidth", value, 20.0..=160.0),
            "librarySort" => choose(&mut self.library_sort, "librarySort", value),
            "libraryView" => choose(&mut self.library_view, "libraryView", value),
            "autoLock" => choose(&mut self.auto_lock, "autoLock", value),
            _ => Err(SettingsError::Unknown(name.to_owned())),
        }
    }
}

fn choose<T: FromStr>(field: &mut T, name: &'static str, value: &str) -> Result<(), SettingsError> {
    *field = value.parse().map_err(|_| SettingsError::Value(name))?;
    Ok(())
}

fn measure(
    field: &mut f64,
    name: &'static str,
    value: &str,
    allowed: std::ops::RangeInclusive<f64>,
) -> Result<(), SettingsError> {
    let number: f64 = value.parse().map_err(|_| SettingsError::Value(name))?;
    if !allowed.contains(&number) {
        return Err(SettingsError::Value(name));
    }
    *field = number;
    Ok(())
}

/// Reads the settings. A stored value that this version does not know counts as the default.
pub(crate) async fn read(engines: &Arc<Engines>) -> Result<Settings, SettingsError> {
    let engines = Arc::clone(engines);
    blocking(move || {
        let mut settings = Settings::default();
        for (name, value) in engines.store.settings()? {
            if let Value::Text(text) = value
                && let Err(error) = settings.set(&name, &text)
            {
                tracing::warn!(code = %error.code(), "unknown value of a stored setting ignored");
            }
        }
        Ok(settings)
    })
    .await
}

/// Writes a setting, or with `None` resets it to its default. Returns all settings.
pub(crate) async fn write(
    engines: &Arc<Engines>,
    name: &str,
    value: Option<String>,
) -> Result<Settings, SettingsError> {
    let (writing, name) = (Arc::clone(engines), name.to_owned());
    blocking(move || {
        let value = match value {
            Some(text) => {
                Settings::default().set(&name, &text)?;
                Value::Text(text)
            }
            None => Value::None,
        };
        let op = writing.changes.op(Entity::Settings, Field::Setting(name), value)?;
        Ok::<_, SettingsError>(writing.store.apply(&[op])?)
    })
    .await?;
    read(engines).await
}

#[cfg(test)]
mod tests {
    use super::{Settings, Theme};

    #[test]
    fn settings_reject_unknown_names_and_values() {
        let mut settings = Settings::default();
        assert!(settings.set("theme", "sepia").is_ok());
        assert_eq!(settings.theme, Theme::Sepia);
        for (name, value) in [("theme", "pink"), ("fontSize", "9"), ("fontSize", "NaN"), ("colour", "red")] {
            assert!(settings.set(name, value).is_err(), "{name}={value}");
        }
    }
}
