//! The arguments of `alexandria list`, `alexandria edit` and `alexandria collection`.

use clap::{Args, Subcommand, ValueEnum};

#[derive(Debug, Args)]
pub(crate) struct ListArgs {
    /// List the publications in the bin instead
    #[arg(long)]
    pub(crate) bin: bool,

    /// Sort by this; what has none comes last
    #[arg(long, value_enum, default_value_t = SortName::Added, value_name = "KEY")]
    pub(crate) sort: SortName,

    /// Sort the other way round
    #[arg(long)]
    pub(crate) reverse: bool,

    /// Only those that match: words of title, authors, series or tags, and the filters author: title: tag: in: format: lang:
    /// collection: rating: status:
    #[arg(long, value_name = "FILTER", default_value = "", hide_default_value = true)]
    pub(crate) filter: String,

    /// Only those in this collection: its name, or its id or a unique prefix of it
    #[arg(long, value_name = "COLLECTION")]
    pub(crate) collection: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum SortName {
    /// Last added first
    Added,
    /// Last read on this device first
    Recent,
    /// Title
    Title,
    /// First author
    Author,
    /// Series, and the number in it
    Series,
    /// Date of publication
    Published,
    /// Most stars first
    Rating,
    /// Being read, to be read, finished
    Status,
}

#[derive(Debug, Args)]
pub(crate) struct EditArgs {
    /// Publication ids, or unique prefixes of them
    #[arg(required = true, value_name = "ID")]
    pub(crate) ids: Vec<String>,

    /// Title
    #[arg(long, value_name = "TEXT")]
    pub(crate) title: Option<String>,

    /// Title to sort by, such as "Odyssey, The"; empty for none
    #[arg(long, value_name = "TEXT")]
    pub(crate) sort_title: Option<String>,

    /// Author; repeat for several, empty for none
    #[arg(long = "author", value_name = "NAME")]
    pub(crate) authors: Vec<String>,

    /// Series; empty for none
    #[arg(long, value_name = "NAME")]
    pub(crate) series: Option<String>,

    /// Number in the series, such as 2 or 1.5
    #[arg(long, value_name = "NUMBER", requires = "series")]
    pub(crate) series_number: Option<String>,

    /// Language as a tag such as en or pt-br; empty for none
    #[arg(long, value_name = "TAG")]
    pub(crate) language: Option<String>,

    /// Description; empty for none
    #[arg(long, value_name = "TEXT")]
    pub(crate) description: Option<String>,

    /// Date of publication; empty for none
    #[arg(long, value_name = "DATE")]
    pub(crate) published: Option<String>,

    /// Add a tag; may be repeated
    #[arg(long = "tag", value_name = "TAG")]
    pub(crate) add_tags: Vec<String>,

    /// Remove a tag; may be repeated
    #[arg(long = "untag", value_name = "TAG")]
    pub(crate) remove_tags: Vec<String>,

    /// Stars, 1 to 5; 0 for none
    #[arg(long, value_name = "STARS")]
    pub(crate) rating: Option<u8>,

    /// Reading status
    #[arg(long, value_enum)]
    pub(crate) status: Option<StatusName>,

    /// Return to what the file says; may be repeated
    #[arg(long = "as-in-file", value_enum, value_name = "FIELD")]
    pub(crate) as_in_file: Vec<EditField>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum StatusName {
    /// To be read
    ToRead,
    /// Being read
    Reading,
    /// Finished
    Finished,
    /// None of them
    None,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum EditField {
    /// Everything that is in files: not rating and reading status
    All,
    Title,
    SortTitle,
    Authors,
    Series,
    Language,
    Description,
    Published,
    Tags,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Collection {
    /// List the collections
    List,
    /// Make a collection
    New {
        /// Its name
        #[arg(value_name = "NAME")]
        name: String,
        /// Fill it with what matches this filter, as in `alexandria list --filter`
        #[arg(long, value_name = "FILTER")]
        filter: Option<String>,
    },
    /// Rename a collection, or change its filter
    Edit {
        /// Its name, or its id or a unique prefix of it
        #[arg(value_name = "COLLECTION")]
        collection: String,
        /// Another name
        #[arg(long, value_name = "NAME", required_unless_present = "filter")]
        name: Option<String>,
        /// Another filter
        #[arg(long, value_name = "FILTER")]
        filter: Option<String>,
    },
    /// Put publications into a collection
    Add {
        /// Its name, or its id or a unique prefix of it
        #[arg(value_name = "COLLECTION")]
        collection: String,
        /// Publication ids, or unique prefixes of them
        #[arg(required = true, value_name = "ID")]
        ids: Vec<String>,
    },
    /// Take publications out of a collection; they stay in the library
    Remove {
        /// Its name, or its id or a unique prefix of it
        #[arg(value_name = "COLLECTION")]
        collection: String,
        /// Publication ids, or unique prefixes of them
        #[arg(required = true, value_name = "ID")]
        ids: Vec<String>,
    },
    /// Delete a collection; its publications stay in the library
    Delete {
        /// Its name, or its id or a unique prefix of it
        #[arg(value_name = "COLLECTION")]
        collection: String,
    },
}
