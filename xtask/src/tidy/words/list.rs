//! The banned words, what to say instead, and where a word may stay because a stored name has it.

/// Where a row applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    /// Names that have these words one after the other, whatever their case: `begin telling` is in `begin_telling`.
    Names,
    /// Names in upper case that begin with them.
    Constants,
    /// Names that are spelled exactly so.
    Exact,
    /// Comments, strings and documents.
    Prose,
    /// Names and prose.
    Everywhere,
}

/// A row of the list.
pub(super) struct Banned {
    /// Words in lower case, those of a phrase with one blank between them; the spelling of a name for [`Scope::Exact`].
    pub(super) phrases: &'static [&'static str],
    pub(super) scope: Scope,
    /// What to say instead.
    pub(super) instead: &'static str,
    /// Files and folders where it stays, and why.
    pub(super) except: &'static [(&'static str, &'static str)],
}

const fn everywhere(phrases: &'static [&'static str], instead: &'static str) -> Banned {
    Banned { phrases, scope: Scope::Everywhere, instead, except: &[] }
}

const fn names(phrases: &'static [&'static str], instead: &'static str) -> Banned {
    Banned { phrases, scope: Scope::Names, instead, except: &[] }
}

const fn constants(phrases: &'static [&'static str], instead: &'static str) -> Banned {
    Banned { phrases, scope: Scope::Constants, instead, except: &[] }
}

const fn exact(phrases: &'static [&'static str], instead: &'static str) -> Banned {
    Banned { phrases, scope: Scope::Exact, instead, except: &[] }
}

const fn prose(phrases: &'static [&'static str], instead: &'static str) -> Banned {
    Banned { phrases, scope: Scope::Prose, instead, except: &[] }
}

/// All of them.
pub(super) const BANNED: &[Banned] = &[
    // Terms that the field has.
    prose(&["word piece", "word pieces"], "token, tokens (WordPiece tokens)"),
    names(&["piece counter", "target pieces", "max pieces", "count pieces"], "tokens"),
    everywhere(&["in clear", "in the clear"], "plaintext, unencrypted"),
    everywhere(&["mend", "mends", "mended", "mending"], "repair, fix"),
    everywhere(&["cut short", "cuts short"], "interrupted, truncated"),
    everywhere(&["standing job", "standing jobs"], "background job"),
    everywhere(&["kinship"], "lineage (of an index version)"),
    everywhere(&["misfit", "misfits"], "drift; to reconcile"),
    everywhere(&["renewal", "renewals"], "rebuild, rebuilds"),
    everywhere(&["last words"], "close handshake"),
    everywhere(&["patience"], "timeout"),
    everywhere(&["shelve", "shelved"], "import, add; library views for a shelf"),
    names(&["witness"], "the record or proof that it is (UnlockRecord)"),
    names(&["made way", "makes way", "ask for way", "in the way"], "preempted, request_yield, is_contended"),
    names(&["begin telling", "telling"], "subscribe, emit, report, progress"),
    names(&["told"], "reported"),
    names(&["custody"], "key_store"),
    names(&["adopt", "adopts", "adopted", "adoption"], "import_vault"),
    names(&["some left out"], "what is bounded, with its unit"),
    names(&["for ever"], "forever, permanently"),
    exact(&["ENDINGS", "ENDING", "endings", "ending"], "extension, extensions"),
    exact(&["begun"], "started"),
    // Limits are searched by MAX and MIN, waits by TIMEOUT and INTERVAL.
    constants(&["most", "longest", "largest", "slowest"], "MAX_*, with the unit: MAX_VAULT_BYTES"),
    constants(&["shortest", "smallest", "fewest", "least"], "MIN_*, with the unit"),
    constants(&["look", "looks", "first look"], "POLL_INTERVAL, MAX_POLLS"),
    constants(&["enough"], "MIN_* or MAX_*, with the unit"),
    // Participles and everyday words as names of types.
    exact(
        &[
            "Adopt",
            "Asked",
            "Asking",
            "Beside",
            "Found",
            "Hasty",
            "Held",
            "Kept",
            "KeepError",
            "Law",
            "Login",
            "Made",
            "Memo",
            "Moment",
            "NotKept",
            "Now",
            "Said",
            "Shown",
            "Standing",
            "Supply",
            "Told",
            "Turn",
            "Way",
            "Whole",
            "World",
        ],
        "what the thing is: a request, an attempt, a match, a deadline, a cache, a lock, a status, a property …",
    ),
    // Prose that a native reader would stop at.
    everywhere(&["anew", "afresh"], "again, from scratch; rebuild, reload, recreate"),
    prose(&["for ever"], "forever, permanently"),
    prose(
        &["thereof", "therein", "thereby", "thereupon", "hitherto", "henceforth", "whence", "wherein", "whither"],
        "it in plain words",
    ),
    prose(&["became of"], "the outcome, the result"),
    prose(
        &["is told of", "are told of", "be told of", "was told of", "were told of", "told apart"],
        "is reported, is listed; distinguished",
    ),
    prose(&["made way", "makes way", "make way"], "yields, is preempted"),
    prose(&["in vain"], "without success, timed out"),
    prose(&["file ending", "file endings"], "file extension"),
    prose(&["takes hold of", "take hold of"], "opens, acquires, attaches to"),
    prose(&["is to be had", "are to be had"], "is available"),
    prose(&["not content"], "failed, reports errors"),
];
