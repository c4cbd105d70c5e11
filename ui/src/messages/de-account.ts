/** German messages about the account and sync. */
import type { ErrorCode } from '../platform';
import type { account as english } from './en-account';

const errors: Partial<Record<ErrorCode, string>> = {
  'wrong-passphrase': 'Der Name oder ein Passwort ist falsch.',
  'wrong-recovery-code': 'Der Wiederherstellungscode ist falsch.',
  offline: 'Der Server ist nicht erreichbar. Prüfen Sie die Adresse und die Verbindung.',
};

export const account: typeof english = {
  title: 'Konto und Abgleich',
  lead: 'Mit einem Konto auf einem Server haben mehrere Geräte dieselben Bücher, Notizen und Lesestellen. Alles wird zuerst auf diesem Computer verschlüsselt; der Server kann es nicht lesen. Ohne Konto wird nichts gesendet.',
  signUp: 'Konto anlegen…',
  signIn: 'Anmelden…',
  signOut: 'Abmelden',
  signedIn: (name, server) => `Angemeldet als ${name} auf ${server}.`,
  syncNow: 'Jetzt abgleichen',
  showDevices: 'Geräte anzeigen',
  devices: 'Geräte',
  thisDevice: 'Dieses Gerät',
  removed: 'Entfernt',
  unnamed: 'Gerät ohne Namen',
  remove: 'Entfernen…',
  removeDevice: (name) => `${name} entfernen`,
  cloud: 'Bücher, die nicht auf diesem Gerät sind',
  fetch: 'Holen',
  fetchBook: (title) => `${title} holen`,
  notAvailable: 'Noch nicht auf dem Server',
  states: {
    off: 'Der Abgleich beginnt gleich.',
    'in-step': 'Alles ist abgeglichen.',
    working: (changes) =>
      changes === 0
        ? 'Wird abgeglichen…'
        : changes === 1
          ? 'Wird abgeglichen: Eine Änderung ist zu senden…'
          : `Wird abgeglichen: ${changes} Änderungen sind zu senden…`,
    waiting: {
      permission: 'Der Abgleich ist angehalten.',
      connection: 'Offline. Änderungen werden gesendet, sobald es eine Verbindung gibt.',
      'clean-connection':
        'Etwas anderes als der Server antwortet. Vielleicht verlangt dieses Netz eine Anmeldung.',
      server: 'Der Server ist ausgelastet. Der Abgleich geht von selbst weiter.',
      disk: 'Die Festplatte ist voll. Der Abgleich geht weiter, sobald Platz ist.',
      clock: 'Die Uhr dieses Computers geht falsch. Der Abgleich geht weiter, sobald sie richtig geht.',
    },
    needsYou: {
      removed:
        'Dieses Gerät wurde aus dem Konto entfernt. Ihre Bücher bleiben hier. Melden Sie sich ab, um ein anderes Konto zu verwenden.',
      upgrade: 'Diese Version von Alexandria ist zu alt für den Server. Aktualisieren Sie sie.',
      'sign-in': 'Der Server nimmt dieses Gerät nicht mehr an. Melden Sie sich ab und dann wieder an.',
      contradiction:
        'Der Server widerspricht dem, was er vorher gesagt hat; der Abgleich ist angehalten. Hier ist nichts verloren. Fragen Sie, wer den Server betreibt.',
    },
  },
  addBooks: (books: number) =>
    books === 1
      ? 'Das Buch dieser Bibliothek ins Konto aufnehmen'
      : `Die ${books} Bücher dieser Bibliothek ins Konto aufnehmen`,
  addBooksHint:
    'Ihre anderen Geräte bekommen sie, mit Ihren Notizen und Lesestellen. Soll beides getrennt bleiben, nehmen Sie eine andere Bibliothek.',
  titles: { 'sign-up': 'Konto anlegen', 'sign-in': 'Anmelden', remove: 'Gerät entfernen' },
  leads: {
    'sign-up': 'Diese Bibliothek wird das erste Gerät des Kontos.',
    'sign-in': 'Diese Bibliothek bekommt, was das Konto hat.',
    remove:
      'Das Gerät bekommt nichts Neues mehr, und was ab jetzt geschrieben wird, hat neue Schlüssel. Was es schon hat, behält es.',
  },
  submits: { 'sign-up': 'Konto anlegen', 'sign-in': 'Anmelden', remove: 'Entfernen' },
  busy: 'Einen Moment…',
  server: 'Adresse des Servers',
  name: 'Name oder E-Mail-Adresse',
  deviceName: 'Wie dieses Gerät heißt',
  password: 'Passwort des Kontos',
  passwordHint: 'Der Server erfährt es nie. Geht es verloren, hilft nur der Wiederherstellungscode.',
  showPassword: 'Passwort anzeigen',
  invitation: 'Einladung, falls der Server eine verlangt',
  secondFactor: 'Zweiter Faktor, falls das Konto einen hat',
  useCode: 'Ich habe das Passwort verloren und verwende den Wiederherstellungscode',
  recoveryCode: 'Wiederherstellungscode des Kontos',
  libraryPassphrase: 'Passphrase dieser Bibliothek',
  recoveryTitle: 'Ihr Wiederherstellungscode',
  recoveryLead: 'Gehen alle Geräte und das Passwort verloren, öffnet nur dieser Code das Konto.',
  recoveryKeep:
    'Schreiben Sie ihn auf und bewahren Sie ihn getrennt von diesem Computer auf. Er wird nur einmal angezeigt.',
  recoveryDone: 'Ich habe ihn aufgeschrieben',
  errors,
};
