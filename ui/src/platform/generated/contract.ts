// Made by `cargo xtask codegen` from src-tauri/src/contract. Do not edit.

/** Something that only who can open the library may do. */
export type Authorised = {
  /** What opens the library now. */
  with: Credential,
};

/** When the library locks by itself. */
export type AutoLock = "never" | "five-minutes" | "quarter-hour" | "hour";

/** An import to stop. */
export type CancelImport = {
  /** Its number. */
  job: number,
};

/** What the reader is to choose. */
export type ChooseAndImport = {
  /** Files or a folder. */
  kind: ImportSource,
};

/** The window is about to be closed. */
export type Closing = null;

/** Why a command failed. */
export type CommandError = {
  /** What the UI branches on. */
  code: ErrorCode,
  /** What happened and what to do, in English. */
  message: string,
};

/** What opens a library. */
export type Credential = { "by": "keychain" } | { "by": "passphrase",
/** As typed. */
passphrase: string, } | { "by": "recovery-code",
/** As typed. */
recoveryCode: string,
};

/** A file whose content is in the library already. */
export type DuplicateFile = {
  /** The file's name. */
  name: string,
  /** The publication it is. */
  id: PublicationId,
};

/** How far the making of vectors is. */
export type EmbeddingProgress = {
  /** Passages that have their vectors. */
  done: number,
  /** Passages on the shelf. */
  total: number,
  /** Seconds left, once that can be told. */
  etaSeconds: number | null,
  /** What becomes of the rest. */
  state: EmbeddingState,
};

/** What the making of vectors is doing. */
export type EmbeddingState = "running" | "slowed" | "paused" | "due" | "waiting" | "done";

/** What kind of failure a command ended in. */
export type ErrorCode = "no-library" | "library-exists" | "locked" | "wrong-passphrase" | "wrong-recovery-code" | "keychain-unavailable" | "library-in-use" | "damaged" | "newer-version" | "not-found" | "unsupported-format" | "protected" | "malformed" | "limit-exceeded" | "malformed-query" | "model-missing" | "disk-full" | "permission-denied" | "cancelled" | "invalid-input" | "io" | "internal";

/** Files are held over the window, or no longer. */
export type FilesHover = {
  /** Whether they are. */
  over: boolean,
};

/** How pages follow each other. */
export type Flow = "paged" | "scrolled";

/** Typeface of the text. */
export type FontFamily = "publisher" | "serif" | "sans" | "mono";

/** The publication of a hit. */
export type HitPublication = {
  /** Its id. */
  id: PublicationId,
  /** Its title. */
  title: string,
  /** Its authors. */
  authors: Array<string>,
};

/** An identifier such as an ISBN. */
export type Identifier = {
  /** Its scheme in lower case. */
  scheme: string,
  /** Its value. */
  value: string,
};

/** An import ended. */
export type ImportFinished = {
  /** Its number. */
  job: number,
  /** What became of each file. */
  report: ImportReport,
};

/** How far an import is. */
export type ImportProgress = {
  /** Its number. */
  job: number,
  /** Files finished. */
  done: number,
  /** Files found so far. */
  total: number,
  /** Name of the file begun last. */
  current: string | null,
  /** Seconds left, once that can be told. */
  etaSeconds: number | null,
};

/** What became of each file of an import. */
export type ImportReport = {
  /** New in the library. */
  imported: Array<ImportedFile>,
  /** In the library already. */
  duplicates: Array<DuplicateFile>,
  /** Not imported. */
  refused: Array<RefusedFile>,
  /** Whether the import was stopped before its end. */
  cancelled: boolean,
};

/** Files or a folder. */
export type ImportSource = "files" | "folder";

/** A file that was imported. */
export type ImportedFile = {
  /** The file's name. */
  name: string,
  /** The publication it became. */
  id: PublicationId,
  /** The publication's title. */
  title: string,
};

/** An import began. */
export type JobStarted = {
  /** Its number, which its events carry. */
  job: number,
};

/** How the keychain stands to a library. */
export type Keychain = "has-key" | "has-none" | "trouble";

/** The window's language. */
export type Language = "system" | "en" | "de";

/** What a change that was made could not take away. */
export type CleanupFailure = "previous-copy" | "keychain-entry";

/** The shelf has to be read again. */
export type LibraryChanged = null;

/** Order of the shelf. */
export type LibrarySort = "recent" | "title" | "author" | "added";

/** What is in the library's folder. */
export type LibraryState = {
  /** The state. */
  state: LibraryStateKind,
  /** What can unlock it. */
  slots: Array<Slot>,
  /** Why it could not be opened by itself, in English. */
  message: string | null,
};

/** The states of a library. */
export type LibraryStateKind = "none" | "locked" | "unlocked" | "damaged";

/** Look of the shelf. */
export type LibraryView = "covers" | "list";

/** Where a location is. */
export type Locations = {
  /** How far into the section, 0 to 1. */
  progression: number,
  /** How far into the publication, 0 to 1. */
  totalProgression: number,
  /** Readium position in the publication, from 1. */
  position: number,
  /** Fragment identifiers or CFI. */
  fragments: Array<string>,
  /** Areas of pages with a fixed layout, in page order; absent for other text. */
  areas?: Array<PageArea>,
};

/** A location in a publication: a Readium Locator. */
export type Locator = {
  /** The section's address inside the publication. */
  href: string,
  /** Media type of the section. */
  type: string,
  /** Heading above the location. */
  title: string | null,
  /** Where in the section and in the publication. */
  locations: Locations,
  /** The quoted text. */
  text: Quote,
};

/** The library was closed. */
export type Locked = null;

/** What protects a new library's key. */
export type NewLibrary = {
  /** The passphrase; null for the operating system's keychain. */
  passphrase: string | null,
};

/** A command without arguments; the arguments object is empty. */
export type NoArgs = null;

/** One publication. */
export type OnePublication = {
  /** Its id. */
  id: PublicationId,
};

/** A publication opened for reading. */
export type OpenPublication = {
  /** Its id. */
  id: PublicationId,
  /** Its title. */
  title: string,
  /** Its authors. */
  authors: Array<string>,
  /** BCP 47 tag of its language; empty when unknown. */
  language: string,
  /** Whether its pages turn from right to left. */
  rightToLeft: boolean,
  /** Its sections in reading order. */
  sections: Array<SectionRow>,
  /** Its table of contents. */
  toc: Array<TocItem>,
  /** Where the reader left off on this device. */
  position: Locator | null,
  /** Where its pages and resources are served: `{base}/{href}`, the href percent-encoded. */
  base: string,
};

/** A part of one page. */
export type PageArea = {
  /** Index of the page, from 0. */
  page: number,
  /** x and y of each corner, counterclockwise from the lower left; units as in `alexandria_domain::area`. */
  quads: Array<[number, number, number, number, number, number, number, number]>,
};

/** All that is remembered. */
export type Preferences = {
  /** The window's language. */
  language: Language,
  /** Whether the making of vectors is paused on this computer. */
  embeddingPaused: boolean,
};

/** What protects the library. */
export type Protection = {
  /** What opens it. */
  slots: Array<Slot>,
  /** How the keychain stands to it. */
  keychain: Keychain,
  /** Whether its key file or the copy of it is lost, damaged or out of date; any change mends that. */
  needsMending: boolean,
};

/** All that is known about a publication. */
export type PublicationDetails = {
  /** What the shelf shows. */
  row: PublicationRow,
  /** Its publisher. */
  publisher: string | null,
  /** Its date of publication as the file has it. */
  published: string | null,
  /** Its description, as plain text. */
  description: string | null,
  /** Its subjects. */
  subjects: Array<string>,
  /** Its identifiers. */
  identifiers: Array<Identifier>,
  /** Its place in the series as the file has it. */
  seriesPosition: string | null,
  /** Number of its sections. */
  sections: number,
  /** Size of its file in bytes. */
  bytes: number,
};

/** A publication's id. */
export type PublicationId = string;

/** A publication as the shelf shows it. */
export type PublicationRow = {
  /** Its id. */
  id: PublicationId,
  /** Its title. */
  title: string,
  /** Its authors. */
  authors: Array<string>,
  /** BCP 47 tag of its language; empty when unknown. */
  language: string,
  /** `epub`, `txt`, `md` or `html`. */
  format: string,
  /** Name of its series. */
  series: string | null,
  /** When it was imported, in milliseconds since 1970. */
  addedAt: number,
  /** When it was last read on this device, in milliseconds since 1970. */
  openedAt: number | null,
  /** How far it has been read, 0 to 1. */
  progression: number | null,
  /** Number of its passages. */
  passages: number,
  /** How it can be searched by now. */
  searchable: Searchable,
  /** Whether it has a cover image. */
  hasCover: boolean,
};

/** Some publications. */
export type Publications = {
  /** Their ids. */
  ids: Array<PublicationId>,
};

/** Quoted text with its context. */
export type Quote = {
  /** Text before it. */
  before: string,
  /** The quoted text itself. */
  highlight: string,
  /** Text after it. */
  after: string,
};

/** A recovery code, typed back. */
export type Reentry = {
  /** As typed. */
  code: string,
};

/** A file that was not imported. */
export type RefusedFile = {
  /** The file's name. */
  name: string,
  /** Why, to branch on. */
  code: ErrorCode,
  /** Why and what to do, in English. */
  message: string,
};

/** A protection to remove. */
export type RemoveProtection = {
  /** What opens the library now. */
  with: Credential,
  /** The kind. */
  slot: Slot,
};

/** A place to keep. */
export type SavePosition = {
  /** The publication. */
  id: PublicationId,
  /** The place. */
  locator: Locator,
};

/** The parts of a hit's score; more is better. */
export type Scores = {
  /** BM25, if the words were found. */
  exact: number | null,
  /** Cosine similarity, if the meaning was compared. */
  semantic: number | null,
  /** What the hits are ordered by. */
  fused: number,
};

/** What to search for. */
export type SearchArgs = {
  /** The query as the reader wrote it. */
  query: string,
  /** How to search. */
  mode: SearchMode,
  /** Most hits to return. */
  limit: number,
  /** Hits to leave out at the beginning. */
  offset: number,
  /** The publication to search; null for the whole library. */
  publication: PublicationId | null,
};

/** A passage that was found. */
export type SearchHit = {
  /** The publication it is in. */
  publication: HitPublication,
  /** The headings above it, outermost first. */
  headingPath: Array<string>,
  /** Where to open the publication. */
  locator: Locator,
  /** What to show of it. */
  snippet: Snippet,
  /** What to mark on the page. */
  highlights: Array<Quote>,
  /** How well it fits. */
  scores: Scores,
};

/** How to search. */
export type SearchMode = "exact" | "semantic" | "hybrid";

/** One page of hits. */
export type SearchResults = {
  /** Hits in all. */
  total: number,
  /** No passage had all the words, so passages with any of them are shown. */
  relaxed: boolean,
  /** How long the search took, in milliseconds. */
  tookMs: number,
  /** Passages that search by meaning cannot find yet, because they have no vectors. */
  notEmbedded: number,
  /** The hits, best first. */
  hits: Array<SearchHit>,
};

/** How a publication can be searched by now. */
export type Searchable = "none" | "exact" | "semantic";

/** A section of the reading order. */
export type SectionRow = {
  /** Its address inside the publication, percent-decoded. */
  href: string,
  /** Media type of its page. */
  type: string,
  /** Its innermost label in the table of contents. */
  title: string | null,
  /** Whether it is part of the running text. */
  linear: boolean,
  /** Characters of its text. */
  characters: number,
};

/** A change of whether the making of vectors is paused. */
export type SetEmbeddingPaused = {
  /** Whether it is. */
  paused: boolean,
};

/** A choice of language. */
export type SetLanguage = {
  /** The language. */
  language: Language,
};

/** A passphrase to add, or to put in place of the present one. */
export type SetPassphrase = {
  /** What opens the library now. */
  with: Credential,
  /** The new passphrase. */
  passphrase: string,
};

/** A change of one setting. */
export type SetSetting = {
  /** Its name, as in `Settings`. */
  name: string,
  /** Its new value as text; null for the default. */
  value: string | null,
};

/** All settings. */
export type Settings = {
  /** Colours. */
  theme: Theme,
  /** How pages follow each other. */
  flow: Flow,
  /** Typeface of the text. */
  fontFamily: FontFamily,
  /** Size of the text in CSS pixels. */
  fontSize: number,
  /** Height of a line as a multiple of the text size. */
  lineHeight: number,
  /** Most characters in a line. */
  maxWidth: number,
  /** Order of the shelf. */
  librarySort: LibrarySort,
  /** Look of the shelf. */
  libraryView: LibraryView,
  /** When the library locks by itself. */
  autoLock: AutoLock,
};

/** A recovery code that opens nothing yet. */
export type ShownCode = {
  /** The code, to be copied by hand. */
  code: string,
};

/** A way to open a library. */
export type Slot = "keychain" | "passphrase" | "recovery-code";

/** A part of a passage's text. */
export type Snippet = {
  /** The text. */
  text: string,
  /** The matched words: start and end in UTF-16 units, ascending and apart. */
  marks: Array<[number, number]>,
};

/** The library's state of work. */
export type Status = {
  /** Publications on the shelf. */
  publications: number,
  /** Their passages. */
  passages: number,
  /** Passages that can be found by their words. */
  exactReady: number,
  /** Passages that can be found by meaning. */
  semanticReady: number,
  /** How far the making of vectors is. */
  embedding: EmbeddingProgress,
  /** Whether the model for search by meaning is missing. */
  modelMissing: boolean,
};

/** Colours of the window and the page. */
export type Theme = "system" | "light" | "dark" | "sepia";

/** An entry of the table of contents. */
export type TocItem = {
  /** What the reader sees. */
  label: string,
  /** Section href with an optional `#fragment`; null for a mere heading. */
  href: string | null,
  /** Entries below this one. */
  children: Array<TocItem>,
};

/** Commands by name: what they take and what they give. They fail with a CommandError. */
export interface Commands {
  /** What the window remembers before any library is open. */
  get_preferences: { args: NoArgs; result: Preferences };
  /** Chooses the window's language. */
  set_language: { args: SetLanguage; result: Preferences };
  /** What is in the library's folder, and whether it is open. */
  library_state: { args: NoArgs; result: LibraryState };
  /** Makes a library and opens it. */
  create_library: { args: NewLibrary; result: LibraryState };
  /** Opens the library. */
  unlock_library: { args: Credential; result: LibraryState };
  /** Closes the library; its key is forgotten. */
  lock_library: { args: NoArgs; result: LibraryState };
  /** The reader does something in the window: the time until it locks by itself begins anew. */
  stay_open: { args: NoArgs; result: null };
  /** The page has kept what it had to keep: the answer to `closing`. Unasked, it closes nothing. */
  close_window: { args: NoArgs; result: null };
  /** What protects the library. Asks the keychain, which may take its time. */
  protection: { args: NoArgs; result: Protection };
  /** Adds a passphrase or changes it. */
  set_passphrase: { args: SetPassphrase; result: Array<CleanupFailure> };
  /** Lets the keychain keep the key. */
  add_keychain: { args: Authorised; result: Array<CleanupFailure> };
  /** Removes one protection; what is left has to be enough. */
  remove_protection: { args: RemoveProtection; result: Array<CleanupFailure> };
  /** Makes a recovery code to be shown. Nothing changes until it is confirmed. */
  prepare_recovery_code: { args: Authorised; result: ShownCode };
  /** Makes the recovery code valid, once it is typed back. */
  confirm_recovery_code: { args: Reentry; result: Array<CleanupFailure> };
  /** Forgets a recovery code that was not confirmed. */
  discard_recovery_code: { args: NoArgs; result: null };
  /** The whole shelf. */
  list_publications: { args: NoArgs; result: Array<PublicationRow> };
  /** What is known about one publication. */
  get_publication: { args: OnePublication; result: PublicationDetails };
  /** Puts publications into the bin. */
  remove_publications: { args: Publications; result: null };
  /** Takes publications out of the bin. */
  restore_publications: { args: Publications; result: null };
  /** What is in the bin. */
  list_bin: { args: NoArgs; result: Array<PublicationRow> };
  /** Deletes publications for good: text, file and vectors. */
  delete_publications: { args: Publications; result: null };
  /** Lets the reader choose files or a folder and imports them; null if nothing was chosen. */
  choose_and_import: { args: ChooseAndImport; result: JobStarted | null };
  /** Stops an import after its present file. */
  cancel_import: { args: CancelImport; result: null };
  /** The page listens to events now: files that wait for that are imported. */
  import_waiting: { args: NoArgs; result: null };
  /** Searches the library or one publication. */
  search: { args: SearchArgs; result: SearchResults };
  /** Opens a publication for reading. */
  open_publication: { args: OnePublication; result: OpenPublication };
  /** Keeps the reader's place in a publication. */
  save_position: { args: SavePosition; result: null };
  /** All settings. */
  get_settings: { args: NoArgs; result: Settings };
  /** Changes one setting; null brings its default back. */
  set_setting: { args: SetSetting; result: Settings };
  /** How much of the library is searchable, and how. */
  status: { args: NoArgs; result: Status };
  /** Pauses the making of vectors, or lets it go on; also for the windows to come. */
  set_embedding_paused: { args: SetEmbeddingPaused; result: Status };
}

/** Events by name: what they carry. */
export interface Events {
  /** The shelf has to be read again. */
  "library-changed": LibraryChanged;
  /** An import went on. */
  "import-progress": ImportProgress;
  /** An import ended. */
  "import-finished": ImportFinished;
  /** Passages were made searchable by meaning. */
  "embedding-progress": EmbeddingProgress;
  /** Files that were dropped on the window, given on the command line or left over when the library was locked are being imported. Their paths stay in the shell. */
  "open-files": JobStarted;
  /** Files are held over the window, or no longer. If they are dropped, `open-files` follows. */
  "files-hover": FilesHover;
  /** The library was closed. */
  "locked": Locked;
  /** The window is about to be closed: what is not kept yet is kept now, and `close_window` called then. */
  "closing": Closing;
}
