//! Why the server cannot work with a database.

/// Why the server cannot work with a database.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The address cannot be read.
    #[error("the address of the database is not valid")]
    Url(#[source] tokio_postgres::Error),
    /// The pool could not be made.
    #[error("the pool of connections was not made")]
    Pool(#[from] deadpool_postgres::BuildError),
    /// No connection.
    #[error("the database is not reachable")]
    Unreachable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The role is the owner of tables, or policies do not apply to it.
    #[error("the role {0} could see the rows of all accounts; connect as alexandria_server")]
    Privileged(String),
    /// A migration has to run first, or the database is newer than the program.
    #[error("the database has schema version {found}, and this program needs {known}")]
    Version {
        /// The version of the database.
        found: usize,
        /// The version needed.
        known: usize,
    },
    /// A migration that was applied is not the one that this program has.
    #[error("migration {0} of the database is not that of this program")]
    Changed(usize),
    /// The database refused.
    #[error("the database refused a statement")]
    Refused(#[from] tokio_postgres::Error),
}
