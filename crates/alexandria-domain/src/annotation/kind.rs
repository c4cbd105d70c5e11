//! What an annotation is and how it looks, by names that are stored. A name of a later version has the default.

/// Declares an enum whose values have a name each.
macro_rules! named {
    ($(#[$about:meta])* $name:ident { $($(#[$doc:meta])* $value:ident => $text:literal,)* }) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$doc])* $value,)*
        }

        impl $name {
            /// Every value, in the order shown to readers.
            pub const ALL: &[Self] = &[$(Self::$value),*];

            /// The name in ops, in JSON and in exported files.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$value => $text,)*
                }
            }

            /// The value of that name; the default if this version does not know it.
            #[must_use]
            pub fn from_name(name: &str) -> Self {
                Self::ALL.iter().copied().find(|value| value.name() == name).unwrap_or_default()
            }
        }
    };
}

named! {
    /// What an annotation is.
    AnnotationKind {
        /// Marked text, perhaps with a note.
        #[default]
        Highlight => "highlight",
        /// A place to come back to.
        Bookmark => "bookmark",
        /// Words about a place without marked text.
        Note => "note",
        /// A part of a page with a fixed layout.
        Area => "area",
    }
}

named! {
    /// The colour of an annotation: a name, so that each theme shows it legibly.
    Colour {
        /// The default.
        #[default]
        Yellow => "yellow",
        /// Green.
        Green => "green",
        /// Blue.
        Blue => "blue",
        /// Pink.
        Pink => "pink",
        /// Orange.
        Orange => "orange",
        /// Purple.
        Purple => "purple",
    }
}

named! {
    /// How marked text is drawn.
    HighlightStyle {
        /// With a coloured background.
        #[default]
        Solid => "solid",
        /// With a coloured line below it.
        Underline => "underline",
    }
}
