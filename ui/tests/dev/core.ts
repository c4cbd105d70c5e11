/**
 * Replaces `@tauri-apps/api/core` by a fake core. URL parameters select what it returns:
 * `?books=10000`, `?state=none|locked|damaged`, `?theme=dark`, `?language=de`, `?fail=list_publications`,
 * `?account`, `?importing`, `?dropping`, `?embedding=slowed|paused|due|waiting|done`.
 */
import type {
  AccountDevice,
  AccountStatus,
  Annotation,
  Collection,
  Commands,
  HealthFinding,
  LibraryState,
  Locator,
  Preferences,
  PublicationRow,
  Settings,
  Status,
  UpdateStatus,
} from '../../src/platform/generated/contract';
import { sectionsOf, shelfOf } from './books';
import { emit } from './event';
import { searchIn } from './search';

const params = new URLSearchParams(location.search);
const sections = sectionsOf();
const positions = new Map<string, Locator>();
let shelf = shelfOf(Number(params.get('books') ?? 60));
let removed: PublicationRow[] = [];
let annotations: Annotation[] = [];
let collections: Collection[] = [
  { id: 'c0', name: 'On holiday', filter: null, publications: 3 },
  { id: 'c1', name: 'Best of English', filter: 'lang:en rating:4+', publications: 9 },
];
let members = new Set(['b1', 'b4', 'b9']);
let library: LibraryState = {
  state: (params.get('state') ?? 'unlocked') as LibraryState['state'],
  slots: ['keychain', 'passphrase', 'recovery-code'],
  message: null,
};
let settings: Settings = {
  theme: (params.get('theme') ?? 'system') as Settings['theme'],
  flow: (params.get('flow') ?? 'paged') as Settings['flow'],
  fontFamily: 'serif',
  fontSize: 18,
  lineHeight: 1.55,
  maxWidth: 66,
  librarySort: 'recent',
  libraryView: (params.get('view') ?? 'covers') as Settings['libraryView'],
  autoLock: 'never',
};
let preferences: Preferences = {
  language: (params.get('language') ?? 'system') as Preferences['language'],
  embeddingPaused: false,
};
let embedding: Status['embedding'] = {
  done: 31_000,
  total: 40_000,
  etaSeconds: 260,
  state: (params.get('embedding') ?? 'running') as Status['embedding']['state'],
};

const found: UpdateStatus['found'] = {
  kind: 'update',
  version: '1.4.0',
  notes: '- Highlights and notes\n- Quicker search for short words',
  bytes: 82_000_000,
};
let updates: UpdateStatus = {
  version: '1.3.0',
  mode: (params.get('updates') ?? 'manual') as UpdateStatus['mode'],
  channel: 'stable',
  packaging: 'appimage',
  server: 'updates.example',
  checkedAt: null,
  isStale: false,
  found: null,
  installed: null,
  waiting: null,
};

let accountStatus: AccountStatus = {
  account: params.has('account') ? { name: 'ada@example.org', server: 'https://books.example' } : null,
  suggestedDeviceName: 'laptop',
  sync: params.has('account') ? { kind: 'in-step' } : { kind: 'off' },
  cloud: [
    {
      id: '000000000000000000000000000000aa',
      title: 'The Lighthouse',
      authors: ['A. Keeper'],
      bytes: 1_200_000,
      isAvailable: true,
    },
  ],
  books: 3,
};
let devices: AccountDevice[] = [
  { id: '01', name: 'laptop', isThis: true, isRemoved: false },
  { id: '02', name: 'desk', isThis: false, isRemoved: false },
];

type Handlers = { [N in keyof Commands]: (args: NonNullable<Commands[N]['args']>) => Commands[N]['result'] };

const handlers: Handlers = {
  get_preferences: () => preferences,
  set_language: ({ language }) => (preferences = { ...preferences, language }),
  library_state: () => library,
  create_library: () => open(),
  unlock_library: (credential) => {
    if (credential.by === 'passphrase' && credential.passphrase === 'wrong')
      throw failure('wrong-passphrase');
    if (credential.by === 'recovery-code') throw failure('wrong-recovery-code');
    return open();
  },
  lock_library: () => (library = { ...library, state: 'locked' }),
  record_activity: () => null,
  confirm_close: () => null,
  protection: () => ({ slots: library.slots, keychain: 'has-key', needsRepair: false }),
  set_passphrase: () => [],
  add_keychain: () => [],
  remove_protection: ({ slot }) => {
    library = { ...library, slots: library.slots.filter((other) => other !== slot) };
    return [];
  },
  prepare_recovery_code: () => ({ code: 'ABCD-EFGH-JKMN-PQRS-TVWX-YZ01-2345' }),
  confirm_recovery_code: ({ code }) => {
    if (!code.startsWith('ABCD')) throw failure('wrong-recovery-code');
    return [];
  },
  discard_recovery_code: () => null,
  list_publications: () => shelf,
  get_publication: ({ id }) => ({
    row: rowOf(id),
    publisher: 'Harbour Press',
    description: 'A generated book for screenshots. It has chapters, paragraphs and a note.',
    identifiers: [{ scheme: 'isbn', value: '978-0-00-000000-2' }],
    isEdited: true,
    sections: sections.length,
    bytes: 1_423_000,
  }),
  edit_publications: ({ ids, title, authors, series, status, rating, addTags, removeTags }) => {
    shelf = shelf.map((row) => {
      if (!ids.includes(row.id)) return row;
      const tags = [...row.tags.filter((tag) => !removeTags.includes(tag)), ...addTags];
      return {
        ...row,
        tags,
        title: title ?? row.title,
        authors: authors ?? row.authors,
        series: series ? series.name : row.series,
        rating: rating ?? row.rating,
        status: status === 'none' ? null : (status ?? row.status),
      };
    });
    return null;
  },
  select_publications: ({ filter, collection }) => {
    if (filter.includes('rating:9')) throw failure('malformed-query', '9 is not a rating');
    const ids = shelf.map(({ id }) => id);
    return collection === 'c0' ? ids.filter((id) => members.has(id)) : ids.filter((_, at) => at % 6 === 0);
  },
  list_collections: () =>
    collections.map((one) => (one.id === 'c0' ? { ...one, publications: members.size } : one)),
  collections_of: ({ id }) => (members.has(id) ? ['c0'] : []),
  create_collection: ({ name, filter }) => {
    const id = `c${collections.length}`;
    collections = [...collections, { id, name, filter, publications: 0 }];
    return id;
  },
  edit_collection: ({ id, name, deleted }) => {
    collections = collections.flatMap((one) => {
      if (one.id !== id) return [one];
      return deleted ? [] : [{ ...one, name: name ?? one.name }];
    });
    return null;
  },
  set_collection_members: ({ publications, isMember }) => {
    const others = [...members].filter((id) => !publications.includes(id));
    members = new Set(isMember ? [...others, ...publications] : others);
    return null;
  },
  choose_and_import: () => startImport(),
  unlock_file: ({ locked, password }) => {
    const added = { name: 'letters.pdf', id: 'b1', title: 'Letters' };
    const refused = { name: 'letters.pdf', code: 'wrong-password' as const, message: '', locked };
    const report = {
      imported: password === 'wrong' ? [] : [added],
      duplicates: [],
      rejected: password === 'wrong' ? [refused] : [],
      cancelled: false,
    };
    setTimeout(() => emit('import-finished', { job: 2, report }), 400);
    return { job: 2 };
  },
  cancel_import: () => null,
  subscribe_events: () => null,
  remove_publications: ({ ids }) => {
    removed = [...removed, ...shelf.filter(({ id }) => ids.includes(id))];
    shelf = shelf.filter(({ id }) => !ids.includes(id));
    return null;
  },
  restore_publications: ({ ids }) => {
    shelf = [...removed.filter(({ id }) => ids.includes(id)), ...shelf];
    removed = removed.filter(({ id }) => !ids.includes(id));
    return null;
  },
  list_bin: () => removed,
  delete_publications: ({ ids }) => {
    removed = removed.filter(({ id }) => !ids.includes(id));
    return null;
  },
  search: ({ query, limit, offset, publication }) => {
    if ((query.split('"').length - 1) % 2 === 1)
      throw failure('malformed-query', 'a quotation mark is not closed; add a second one');
    const books = publication === null ? shelf.slice(0, 4) : [rowOf(publication)];
    return searchIn(books, query, limit, offset);
  },
  list_annotations: () => annotations,
  annotated_books: () => {
    const ids = [...new Set(annotations.map(({ publication }) => publication))];
    return ids.map((id) => {
      const { title, authors } = rowOf(id);
      return { id, title, authors, annotations: annotations.filter(({ publication }) => publication === id) };
    });
  },
  add_annotation: ({ id, kind, locator, colour, style }) => {
    const made = { id: String(annotations.length), publication: id, kind, locator, colour, style };
    const whole = { ...made, note: '', otherNotes: [], tags: [], createdAt: Date.now() };
    annotations = [...annotations, whole];
    return whole;
  },
  edit_annotation: ({ id, deleted, ...changes }) => {
    const [known] = annotations.filter((annotation) => annotation.id === id);
    if (!known) throw new Error('no such annotation');
    const changed = { ...known, ...changes, id };
    annotations = annotations.flatMap((other) => (other.id === id ? (deleted ? [] : [changed]) : [other]));
    return changed;
  },
  export_annotations: () => true,
  open_publication: ({ id }) => ({
    ...rowOf(id),
    rightToLeft: false,
    sections,
    toc: sections.map(({ href, title }) => ({ label: title ?? '', href, children: [] })),
    position: positions.get(id) ?? null,
    base: `${location.origin}/book/${id}`,
  }),
  save_position: ({ id, locator }) => {
    positions.set(id, locator);
    return null;
  },
  get_settings: () => settings,
  set_setting: ({ name, value }) => {
    const old = settings[name as keyof Settings];
    settings = { ...settings, [name]: typeof old === 'number' ? Number(value) : value };
    return settings;
  },
  status: () => status(),
  set_embedding_paused: ({ paused }) => {
    embedding = { ...embedding, state: paused ? 'paused' : 'running' };
    return status();
  },
  check_library: () => health(params.has('damaged')),
  repair_library: () => health(false),
  cancel_check: () => null,
  get_diagnostics: () => ({
    disk: [
      { kind: 'files', bytes: 84_200_000 },
      { kind: 'text', bytes: 31_000_000 },
      { kind: 'words-index', bytes: 22_500_000 },
      { kind: 'vectors', bytes: 15_300_000 },
      { kind: 'bin', bytes: 2_400_000 },
      { kind: 'unused', bytes: 4_100_000 },
    ],
    memory: [
      { name: 'alexandria-desk', bytes: 91_000_000 },
      { name: 'WebKitWebProces', bytes: 154_000_000 },
    ],
    onBattery: false,
    start: [
      { stage: 'library', milliseconds: 210 },
      { stage: 'window', milliseconds: 340 },
      { stage: 'page', milliseconds: 520 },
      { stage: 'shelf', milliseconds: 810 },
    ],
  }),
  free_space: () => ({ before: 159_500_000, after: 155_400_000 }),
  diagnostics_report: ({ feedback }) => ({ text: `Alexandria 0.1.0 on linux (x86_64)\n\n${feedback}` }),
  save_report: () => true,
  update_status: () => updates,
  set_update_preferences: (chosen) => (updates = { ...updates, ...chosen }),
  check_for_updates: () => (updates = { ...updates, found, checkedAt: Date.UTC(2026, 10, 30) }),
  choose_update_file: () => updates,
  check_offered_file: () => updates,
  install_update: () => (updates = { ...updates, installed: { how: 'at-next-start', version: '1.4.0' } }),
  cancel_update: () => null,
  restart: () => null,
  account_status: () => accountStatus,
  sign_up: ({ name, server }) => {
    accountStatus = { ...accountStatus, account: { name, server }, sync: { kind: 'in-step' } };
    return { code: 'ABCD-EFGH-JKMN-PQRS-TVWX-YZ01-2345' };
  },
  sign_in: ({ name, server }) =>
    (accountStatus = { ...accountStatus, account: { name, server }, sync: { kind: 'in-step' } }),
  sign_out: () => (accountStatus = { ...accountStatus, account: null, sync: { kind: 'off' } }),
  account_devices: () => devices,
  remove_device: ({ id }) =>
    (devices = devices.map((device) => (device.id === id ? { ...device, isRemoved: true } : device))),
  sync_now: () => null,
  fetch_book: ({ id }) =>
    (accountStatus = { ...accountStatus, cloud: accountStatus.cloud.filter((book) => book.id !== id) }),
  network_log: () => [
    {
      number: 0,
      time: Date.UTC(2026, 10, 30, 9, 15),
      server: 'updates.example',
      sent: 210,
      received: 1_800,
      outcome: 'answered',
    },
  ],
};

function health(damaged: boolean): HealthFinding[] {
  const vectors: HealthFinding = damaged
    ? { check: 'vectors', severity: 'error', message: '3 of 5 vectors are in the index', remedy: 'repair' }
    : {
        check: 'vectors',
        severity: 'ok',
        message: 'every passage is searchable by meaning (5)',
        remedy: null,
      };
  const others = (['database', 'files', 'model', 'protection'] as const).map((check): HealthFinding => ({
    check,
    severity: 'ok',
    message: 'as it should be',
    remedy: null,
  }));
  return [...others, vectors];
}

export function invoke(command: keyof Commands, args: Record<string, unknown>): Promise<unknown> {
  if (params.get('fail') === command) return Promise.reject(failure('io'));
  return new Promise((resolve, reject) => {
    setTimeout(() => {
      try {
        resolve((handlers[command] as (args: unknown) => unknown)(args));
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    }, 15);
  });
}

export function convertFileSrc(path: string, protocol: string): string {
  return `${location.origin}/${protocol}/${path}`;
}

function failure(code: string, message = 'a simulated failure') {
  return Object.assign(new Error(message), { code });
}

function open(): LibraryState {
  library = { ...library, state: 'unlocked' };
  return library;
}

function status(): Status {
  const { done, total } = embedding;
  return {
    publications: shelf.length,
    passages: total,
    exactReady: total,
    semanticReady: done,
    embedding,
    modelMissing: false,
  };
}

function rowOf(id: string): PublicationRow {
  const row = shelf.find((row) => row.id === id);
  if (!row) throw failure('not-found');
  return row;
}

function startImport(): { job: number } {
  const total = 40;
  const report = {
    imported: shelf.slice(0, 3).map(({ id, title }) => ({ name: `${id}.epub`, id, title })),
    duplicates: [{ name: 'harbour-lights.epub', id: 'b7' }],
    rejected: [
      {
        name: 'letters.pdf',
        code: 'password-required' as const,
        message: 'the document opens with its password only',
        locked: 0,
      },
      {
        name: 'novel.epub',
        code: 'protected' as const,
        message: 'the book is encrypted for another program',
        locked: null,
      },
    ],
    cancelled: false,
  };
  for (let done = 0; done <= total; done++) {
    const progress = { job: 1, done, total, current: `book-${done}.epub`, etaSeconds: (total - done) * 3 };
    setTimeout(() => emit('import-progress', progress), 200 + done * 120);
  }
  setTimeout(() => emit('import-finished', { job: 1, report }), 200 + (total + 1) * 120);
  return { job: 1 };
}

if (params.has('importing')) setTimeout(startImport, 200);
if (params.has('dropping')) setTimeout(() => emit('files-hover', { over: true }), 200);
