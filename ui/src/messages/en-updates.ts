/** English messages about updates and the network log. */
import { formatsFor } from './format';

const f = formatsFor('en');

export const updates = {
  title: 'Updates',
  version: (version: string) => `This is Alexandria ${version}.`,
  notOurs: 'This copy of Alexandria does not update itself. Whoever packaged it provides new versions.',
  mode: 'Look for new versions',
  modes: {
    undecided: 'Not decided yet',
    automatic: 'Automatically',
    manual: 'Only when I ask',
    never: 'Never',
  },
  channel: 'Versions',
  channels: { stable: 'Stable', beta: 'Beta: try new versions early' },
  protection: (server: string) =>
    `Alexandria asks ${server} and sends nothing about you, your computer or your books. A version is installed only if it is signed with Alexandria’s keys.`,
  waiting: {
    metered: 'The automatic check waits, because this connection is metered. “Check now” does not wait.',
    'low-battery': 'The automatic check waits, because the battery is low. “Check now” does not wait.',
  },
  stale:
    'No check for updates has succeeded for two weeks. If you are online, somebody may be holding back updates.',
  question: (server: string) =>
    `May Alexandria look for new versions by itself? It would ask ${server} a few times a day and send nothing about you or your books.`,
  answers: { automatic: 'Yes', manual: 'Only when I ask', never: 'Never' },
  check: 'Check now',
  checking: 'Checking for updates…',
  checkedAt: (date: string) => `Last checked on ${date}.`,
  fromFile: 'Update from a file…',
  available: (version: string) => `Alexandria ${version} is available.`,
  withdrawnShort: 'This version of Alexandria was withdrawn.',
  show: 'Show',
  found: {
    'up-to-date': () => 'Alexandria is up to date.',
    update: (version: string) => `Alexandria ${version} is available. What is new:`,
    'roll-back': (version: string) =>
      `The version you have was withdrawn because of a fault. Alexandria ${version} takes its place.`,
    withdrawn: () =>
      'The version you have was withdrawn because of a fault, and there is no other version for you yet. Make a backup and check again tomorrow.',
    'by-hand': (version: string) =>
      `Alexandria ${version} is available, but has to be installed by hand. Download it from the website.`,
    'needs-system': (version: string) =>
      `Alexandria ${version} is available, but needs a newer operating system.`,
  },
  install: 'Install',
  downloading: 'Downloading and verifying…',
  cancel: 'Cancel',
  installed: (version: string) => `Alexandria ${version} is installed. It runs from the next start on.`,
  restart: 'Restart now',
  byPackageManager: (version: string) => `Your system installs Alexandria ${version}. Run:`,
  byHand: (version: string) =>
    `Alexandria ${version} is downloaded and verified. Unpack this file where Alexandria is:`,
};

export const network = {
  title: 'Network log',
  lead: 'Every network request that Alexandria has made. It makes none that you have not allowed.',
  show: 'Show requests',
  empty: 'Alexandria has made no network requests.',
  count: (count: number) => f.plural(count, { one: 'One request.', other: '# requests, the newest first.' }),
  time: 'Time',
  server: 'Server',
  received: 'Received',
  outcome: 'Result',
  outcomes: { unfinished: 'not finished', answered: 'answered', failed: 'failed' },
};
