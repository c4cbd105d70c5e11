//! How a publication can be searched.

/// How a publication can be searched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Searchable {
    /// Not at all: it has no text.
    Nothing,
    /// By words.
    Exact,
    /// By words and by meaning.
    Semantic,
}

impl Searchable {
    /// Of a publication with `passages` passages, of which `embedded` have vectors.
    #[must_use]
    pub const fn of(embedded: u32, passages: u32) -> Self {
        match (embedded, passages) {
            (_, 0) => Self::Nothing,
            (embedded, passages) if embedded >= passages => Self::Semantic,
            _ => Self::Exact,
        }
    }

    /// The name used in JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Nothing => "none",
            Self::Exact => "exact",
            Self::Semantic => "semantic",
        }
    }
}
