/** English messages about the account and sync. */
import type { ErrorCode } from '../platform';

const errors: Partial<Record<ErrorCode, string>> = {
  'wrong-passphrase': 'The name or a password is wrong.',
  'wrong-recovery-code': 'The recovery code is wrong.',
  offline: 'The server cannot be reached. Check the address and the connection.',
};

export const account = {
  title: 'Account and sync',
  lead: 'With an account on a sync server, several devices have the same books, notes and places. Everything is encrypted on this computer first; the server cannot read it. Without an account nothing is sent.',
  signUp: 'Make an account…',
  signIn: 'Sign in…',
  signOut: 'Sign out',
  signedIn: (name: string, server: string) => `Signed in as ${name} on ${server}.`,
  syncNow: 'Sync now',
  showDevices: 'Show devices',
  devices: 'Devices',
  thisDevice: 'This device',
  removed: 'Removed',
  unnamed: 'Unnamed device',
  remove: 'Remove…',
  removeDevice: (name: string) => `Remove ${name}`,
  cloud: 'Books that are not on this device',
  fetch: 'Fetch',
  fetchBook: (title: string) => `Fetch ${title}`,
  notAvailable: 'Not on the server yet',
  states: {
    off: 'Sync starts in a moment.',
    'in-step': 'Everything is in step.',
    working: (changes: number) =>
      changes === 0
        ? 'Syncing…'
        : changes === 1
          ? 'Syncing: one change to send…'
          : `Syncing: ${changes} changes to send…`,
    waiting: {
      permission: 'Sync is paused.',
      connection: 'Offline. Changes are sent when there is a connection.',
      'clean-connection':
        'Something other than the server answers. Perhaps this network asks you to sign in.',
      server: 'The server is busy. Sync goes on by itself.',
      disk: 'The disk is full. Sync goes on when there is space.',
      clock: 'This computer’s clock is wrong. Sync goes on when it is right.',
    },
    needsYou: {
      removed:
        'This device was removed from the account. Your books stay here. Sign out to use another account.',
      upgrade: 'This version of Alexandria is too old for the server. Update it.',
      'sign-in': 'The server does not accept this device any more. Sign out, then sign in again.',
      contradiction:
        'The server contradicts what it said before, so sync has stopped. Nothing was lost here. Ask whoever runs the server.',
    },
  },
  addBooks: (books: number) =>
    books === 1
      ? 'Add the book of this library to the account'
      : `Add the ${books} books of this library to the account`,
  addBooksHint:
    'Your other devices get them, with your notes and places. To keep them apart, use another library.',
  titles: { 'sign-up': 'Make an account', 'sign-in': 'Sign in', remove: 'Remove a device' },
  leads: {
    'sign-up': 'This library becomes the first device of the account.',
    'sign-in': 'This library gets what the account has.',
    remove:
      'The device gets nothing new, and what is written from now on has new keys. What it already has stays with it.',
  },
  submits: { 'sign-up': 'Make the account', 'sign-in': 'Sign in', remove: 'Remove' },
  busy: 'One moment…',
  server: 'Address of the server',
  name: 'Name or e-mail address',
  deviceName: 'What this device is called',
  password: 'Password of the account',
  passwordHint: 'The server never learns it. If it is lost, only the recovery code helps.',
  showPassword: 'Show the password',
  invitation: 'Invitation, if the server asks for one',
  secondFactor: 'Second factor, if the account has one',
  useCode: 'I have lost the password and use the recovery code',
  recoveryCode: 'Recovery code of the account',
  libraryPassphrase: 'Passphrase of this library',
  recoveryTitle: 'Your recovery code',
  recoveryLead: 'If all devices and the password are lost, only this code opens the account.',
  recoveryKeep: 'Write it down and keep it away from this computer. It is shown only once.',
  recoveryDone: 'I have written it down',
  errors,
};
