//! The one list of commands and events between the web UI and this shell.
//!
//! Made from it: the handlers tauri calls (`contract/handlers.rs`), the permissions of the window (`build.rs`), the
//! events' names (`contract/events.rs`) and the TypeScript the UI is checked against (`contract/typescript.rs`).

/// Calls the macro `$with` with the list. A command reads `area::name(Arguments) -> Result`: its body is the function
/// `commands::area::name`, and a list entry without its function does not compile.
macro_rules! contract {
    ($with:ident) => {
        $with! {
            commands {
                /// What the window remembers before any library is open.
                preferences::get_preferences(NoArgs) -> Preferences;
                /// Chooses the window's language.
                preferences::set_language(SetLanguage) -> Preferences;
                /// What is in the library's folder, and whether it is open.
                library::library_state(NoArgs) -> LibraryState;
                /// Makes a library and opens it.
                library::create_library(NewLibrary) -> LibraryState;
                /// Opens the library.
                library::unlock_library(Credential) -> LibraryState;
                /// Closes the library; its key is forgotten.
                library::lock_library(NoArgs) -> LibraryState;
                /// The reader does something in the window: the time until it locks by itself begins anew.
                library::stay_open(NoArgs) -> ();
                /// The page has kept what it had to keep: the answer to `closing`. Unasked, it closes nothing.
                window::close_window(NoArgs) -> ();
                /// What protects the library. Asks the keychain, which may take its time.
                protection::protection(NoArgs) -> Protection;
                /// Adds a passphrase or changes it.
                protection::set_passphrase(SetPassphrase) -> Vec<CleanupFailure>;
                /// Lets the keychain keep the key.
                protection::add_keychain(Authorised) -> Vec<CleanupFailure>;
                /// Removes one protection; what is left has to be enough.
                protection::remove_protection(RemoveProtection) -> Vec<CleanupFailure>;
                /// Makes a recovery code to be shown. Nothing changes until it is confirmed.
                protection::prepare_recovery_code(Authorised) -> ShownCode;
                /// Makes the recovery code valid, once it is typed back.
                protection::confirm_recovery_code(Reentry) -> Vec<CleanupFailure>;
                /// Forgets a recovery code that was not confirmed.
                protection::discard_recovery_code(NoArgs) -> ();
                /// The whole shelf.
                library::list_publications(NoArgs) -> Vec<PublicationRow>;
                /// What is known about one publication.
                library::get_publication(OnePublication) -> PublicationDetails;
                /// Puts publications into the bin.
                library::remove_publications(Publications) -> ();
                /// Takes publications out of the bin.
                library::restore_publications(Publications) -> ();
                /// What is in the bin.
                library::list_bin(NoArgs) -> Vec<PublicationRow>;
                /// Deletes publications for good: text, file and vectors.
                library::delete_publications(Publications) -> ();
                /// Lets the reader choose files or a folder and imports them; null if nothing was chosen.
                import::choose_and_import(ChooseAndImport) -> Option<JobStarted>;
                /// Stops an import after its present file.
                import::cancel_import(CancelImport) -> ();
                /// The page listens to events now: files that wait for that are imported.
                import::import_waiting(NoArgs) -> ();
                /// Searches the library or one publication.
                search::search(SearchArgs) -> SearchResults;
                /// Opens a publication for reading.
                reader::open_publication(OnePublication) -> OpenPublication;
                /// Keeps the reader's place in a publication.
                reader::save_position(SavePosition) -> ();
                /// All settings.
                settings::get_settings(NoArgs) -> Settings;
                /// Changes one setting; null brings its default back.
                settings::set_setting(SetSetting) -> Settings;
                /// How much of the library is searchable, and how.
                status::status(NoArgs) -> Status;
                /// Pauses the making of vectors, or lets it go on; also for the windows to come.
                status::set_embedding_paused(SetEmbeddingPaused) -> Status;
            }
            events {
                /// The shelf has to be read again.
                "library-changed" => LibraryChanged;
                /// An import went on.
                "import-progress" => ImportProgress;
                /// An import ended.
                "import-finished" => ImportFinished;
                /// Passages were made searchable by meaning.
                "embedding-progress" => EmbeddingProgress;
                /// Files that were dropped on the window, given on the command line or left over when the library was
                /// locked are being imported. Their paths stay in the shell.
                "open-files" => JobStarted;
                /// Files are held over the window, or no longer. If they are dropped, `open-files` follows.
                "files-hover" => FilesHover;
                /// The library was closed.
                "locked" => Locked;
                /// The window is about to be closed: what is not kept yet is kept now, and `close_window` called then.
                "closing" => Closing;
            }
        }
    };
}
