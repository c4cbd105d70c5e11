/** English messages about disk, memory and the report. */
import { formatsFor } from './format';

const f = formatsFor('en');

export const diagnostics = {
  title: 'Disk, memory and start',
  lead: 'What Alexandria takes of this computer.',
  show: 'Show',
  measuring: 'Measuring…',
  kinds: {
    files: 'Books and documents',
    text: 'Their text',
    'words-index': 'Index of words',
    vectors: 'Vectors for search by meaning',
    covers: 'Covers',
    other: 'Everything else in the library',
    bin: 'In the bin',
    unused: 'Left by deleted books',
    logs: 'Logs',
    updates: 'Updates',
  },
  advice: {
    bin: 'Deleted after 30 days. To delete it now, open the bin.',
    unused: '“Free up space” gives it back to the computer.',
  },
  total: 'Together',
  memory: 'Memory',
  /** By the beginning of the process's name, of which the system keeps fifteen letters. */
  processes: {
    'alexandria-desk': 'Alexandria',
    WebKitWebProces: 'Display of pages',
    WebKitNetworkPr: 'Requests of pages, none of which reaches a network',
  } as Record<string, string>,
  start: 'The last start',
  stages: {
    window: 'Window opened',
    library: 'Library opened',
    page: 'Page loaded',
    shelf: 'Books listed',
  },
  after: (milliseconds: number) => `after ${f.seconds(milliseconds)}`,
  freeSpace: 'Free up space',
  freeing: 'Freeing space…',
  freed: (before: number, after: number) =>
    before > after
      ? `Freed ${f.size(before - after)}: it was ${f.size(before)} and is ${f.size(after)} now.`
      : `There is nothing to free: all ${f.size(after)} are in use.`,
  reportTitle: 'Report a problem',
  reportLead:
    'A report has the figures of disk and memory, the version and the end of the log, but no titles and no text. You see all of it before you save it, and Alexandria sends it to nobody.',
  feedback: 'What happened? (optional)',
  prepareReport: 'Show the report',
  report: 'The report',
  saveReport: 'Save the report…',
  reportSaved: 'The report was saved.',
};
