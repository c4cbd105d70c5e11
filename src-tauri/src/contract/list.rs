//! The one list of commands and events between the web UI and this shell.
//!
//! Generated from it: the handlers tauri calls (`handlers.rs`), the permissions of the window (`build.rs`), the
//! events' names (`contract/events.rs`) and the TypeScript the UI is checked against (`contract/typescript.rs`).

/// Calls the macro `$with` with the list. A command reads `area::name(Arguments) -> Result`: its body is the function
/// `commands::area::name`, and a list entry without its function does not compile.
macro_rules! contract {
    ($with:ident) => {
        $with! {
            commands {
                /// Preferences of the window, which need no open library.
                window::get_preferences(NoArgs) -> Preferences;
                /// Sets the window's language.
                window::set_language(SetLanguage) -> Preferences;
                /// What is in the library's folder, and whether it is open.
                library::library_state(NoArgs) -> LibraryState;
                /// Creates a library and opens it.
                library::create_library(CreateLibrary) -> LibraryState;
                /// Opens the library.
                library::unlock_library(Credential) -> LibraryState;
                /// Closes the library and erases its keys from memory.
                library::lock_library(NoArgs) -> LibraryState;
                /// The reader is active: restarts the timer of the automatic lock.
                library::record_activity(NoArgs) -> ();
                /// The page has saved everything: the answer to `close-requested`. Without that event it closes nothing.
                window::confirm_close(NoArgs) -> ();
                /// What protects the library. Asks the keychain, which may take seconds.
                protection::protection(NoArgs) -> Protection;
                /// Adds a passphrase or changes it.
                protection::set_passphrase(SetPassphrase) -> Vec<CleanupFailure>;
                /// Stores the key in the keychain.
                protection::add_keychain(AuthorizedRequest) -> Vec<CleanupFailure>;
                /// Removes one protection; those left have to be enough.
                protection::remove_protection(RemoveProtection) -> Vec<CleanupFailure>;
                /// Generates a recovery code to be shown. Nothing changes until it is confirmed.
                protection::prepare_recovery_code(AuthorizedRequest) -> RecoveryCodeText;
                /// Activates the recovery code, which the reader has typed back.
                protection::confirm_recovery_code(RecoveryCodeConfirmation) -> Vec<CleanupFailure>;
                /// Discards a recovery code that was not confirmed.
                protection::discard_recovery_code(NoArgs) -> ();
                /// All publications on the shelf.
                library::list_publications(NoArgs) -> Vec<PublicationRow>;
                /// Metadata of one publication.
                library::get_publication(PublicationRef) -> PublicationDetails;
                /// Moves publications to the bin.
                library::remove_publications(PublicationRefs) -> ();
                /// Restores publications from the bin.
                library::restore_publications(PublicationRefs) -> ();
                /// All publications in the bin.
                library::list_bin(NoArgs) -> Vec<PublicationRow>;
                /// Deletes publications permanently: text, file and vectors.
                library::delete_publications(PublicationRefs) -> ();
                /// Changes metadata, tags, stars or reading status of publications: of all, or of none. Their files stay.
                editing::edit_publications(EditPublications) -> ();
                /// The publications on the shelf that match a filter or are in a collection, in no order.
                editing::select_publications(Selection) -> Vec<Id>;
                /// All collections, by name.
                editing::list_collections(NoArgs) -> Vec<Collection>;
                /// The ids of the collections that the reader has put a publication into, deleted ones too.
                editing::collections_of(PublicationRef) -> Vec<String>;
                /// Makes a collection, and returns its id.
                editing::create_collection(NewCollection) -> String;
                /// Renames a collection, changes its filter, deletes it, or undoes that.
                editing::edit_collection(EditCollection) -> ();
                /// Puts publications into a collection that has no filter, or takes them out.
                editing::set_collection_members(CollectionMembers) -> ();
                /// Lets the reader choose files or a folder and imports them; null if nothing was chosen.
                import::choose_and_import(ChooseAndImport) -> Option<ImportStarted>;
                /// Imports a document that was rejected, with its password, which is kept with the document.
                import::unlock_file(UnlockFile) -> ImportStarted;
                /// Cancels an import after the files it is working on.
                import::cancel_import(CancelImport) -> ();
                /// The page listens to events from now on. Files that waited for that are imported.
                import::subscribe_events(NoArgs) -> ();
                /// Searches the library or one publication.
                search::search(SearchArgs) -> SearchResults;
                /// Opens a publication for reading.
                reader::open_publication(PublicationRef) -> OpenPublication;
                /// Saves the reading position in a publication.
                reader::save_position(SavePosition) -> ();
                /// The highlights, bookmarks and notes in a publication, in the order of the text.
                annotations::list_annotations(PublicationRef) -> Vec<Annotation>;
                /// All publications with highlights, bookmarks or notes.
                annotations::annotated_books(NoArgs) -> Vec<AnnotatedBook>;
                /// Marks a quote.
                annotations::add_annotation(NewAnnotation) -> Annotation;
                /// Changes an annotation, deletes it, or undoes that.
                annotations::edit_annotation(EditAnnotation) -> Annotation;
                /// Lets the reader choose a file and writes annotations to it; false if none was chosen.
                annotations::export_annotations(ExportAnnotations) -> bool;
                /// All settings.
                settings::get_settings(NoArgs) -> Settings;
                /// Changes one setting; null restores its default.
                settings::set_setting(SetSetting) -> Settings;
                /// How much of the library is searchable.
                status::status(NoArgs) -> Status;
                /// Pauses or resumes embedding on this computer, also for later starts.
                status::set_embedding_paused(SetEmbeddingPaused) -> Status;
                /// Reads the whole library and says what is wrong with it. Changes nothing.
                health::check_library(NoArgs) -> Vec<HealthFinding>;
                /// Rebuilds what can be rebuilt from other data, then checks.
                health::repair_library(NoArgs) -> Vec<HealthFinding>;
                /// Cancels the check that is running. What was repaired stays so.
                health::cancel_check(NoArgs) -> ();
                /// What Alexandria takes of disk and memory.
                diagnostics::get_diagnostics(NoArgs) -> Diagnostics;
                /// Gives disk space back that deleted publications have left. Deletes nothing.
                diagnostics::free_space(NoArgs) -> FreedSpace;
                /// The text of a report for those who help. Nothing is sent.
                diagnostics::diagnostics_report(ReportFeedback) -> DiagnosticsReport;
                /// Lets the reader choose a file and saves a report in it; false if none was chosen.
                diagnostics::save_report(DiagnosticsReport) -> bool;
                /// The account, how far the library is in step, and what could be fetched. Asks nobody.
                account::account_status(NoArgs) -> AccountStatus;
                /// Makes an account. Its recovery code is shown once.
                account::sign_up(SignUp) -> RecoveryCodeText;
                /// Adds the library, which has to be empty, to an account.
                account::sign_in(SignIn) -> AccountStatus;
                /// Leaves the account. Books stay.
                account::sign_out(NoArgs) -> AccountStatus;
                /// The devices of the account.
                account::account_devices(NoArgs) -> Vec<AccountDevice>;
                /// Removes a device from the account.
                account::remove_device(RemoveDevice) -> Vec<AccountDevice>;
                /// Has the background job bring the library in step.
                account::sync_now(NoArgs) -> ();
                /// Fetches a book of the account and imports it.
                account::fetch_book(PublicationRef) -> AccountStatus;
                /// What is known about updates of the program without asking anybody.
                updates::update_status(NoArgs) -> UpdateStatus;
                /// Decides when to look for updates, and which releases to offer.
                updates::set_update_preferences(SetUpdatePreferences) -> UpdateStatus;
                /// Asks the update server.
                updates::check_for_updates(NoArgs) -> UpdateStatus;
                /// Lets the user choose an update file and looks into it.
                updates::choose_update_file(NoArgs) -> UpdateStatus;
                /// Looks into the update file that was opened or dropped.
                updates::check_offered_file(NoArgs) -> UpdateStatus;
                /// Downloads, verifies and installs what was found.
                updates::install_update(NoArgs) -> UpdateStatus;
                /// Cancels the download. What was received is kept.
                updates::cancel_update(NoArgs) -> ();
                /// Ends the program and starts it again.
                updates::restart(NoArgs) -> ();
                /// Every network request that the program made, oldest first.
                updates::network_log(NoArgs) -> Vec<NetworkRequest>;
            }
            events {
                /// The shelf changed and has to be listed again.
                "library-changed" => LibraryChanged;
                /// An import made progress.
                "import-progress" => ImportProgress;
                /// An import ended.
                "import-finished" => ImportFinished;
                /// Embedding made progress.
                "embedding-progress" => EmbeddingProgress;
                /// An import that the page did not start: of files dropped on the window, given on the command line, or
                /// interrupted by a lock. Their paths stay in the shell.
                "import-started" => ImportStarted;
                /// Files are dragged over the window, or no longer. If they are dropped, `import-started` follows.
                "files-hover" => FilesHover;
                /// A check of the library made progress.
                "health-progress" => HealthProgress;
                /// The library was locked.
                "locked" => Locked;
                /// The window is about to close. The page saves what it has not saved, then calls `confirm_close`.
                "close-requested" => CloseRequested;
                /// An address of a book was opened.
                "open-requested" => OpenRequested;
                /// An update file was opened or dropped, and waits to be looked into.
                "update-file-offered" => UpdateFileOffered;
                /// The library is more, or less, in step than before.
                "sync-changed" => SyncChanged;
                /// The program found something about updates by itself.
                "update-found" => UpdateStatus;
                /// The download of an update made progress.
                "update-progress" => UpdateProgress;
            }
        }
    };
}
