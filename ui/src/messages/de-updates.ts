/** German messages about updates and the network log. */
import { formatsFor } from './format';
import type { Messages } from './en';

const f = formatsFor('de');

export const updates: Messages['updates'] = {
  title: 'Aktualisierungen',
  version: (version) => `Dies ist Alexandria ${version}.`,
  notOurs:
    'Diese Kopie von Alexandria aktualisiert sich nicht selbst. Neue Versionen kommen von dort, woher das Paket stammt.',
  mode: 'Nach neuen Versionen suchen',
  modes: {
    undecided: 'Noch nicht entschieden',
    automatic: 'Automatisch',
    manual: 'Nur auf meinen Wunsch',
    never: 'Nie',
  },
  channel: 'Versionen',
  channels: { stable: 'Stabil', beta: 'Beta: neue Versionen früh ausprobieren' },
  protection: (server) =>
    `Alexandria fragt ${server} und sendet nichts über Sie, Ihren Computer oder Ihre Bücher. Eine Version wird nur installiert, wenn sie mit den Schlüsseln von Alexandria signiert ist.`,
  waiting: {
    metered:
      'Die automatische Prüfung wartet, weil diese Verbindung getaktet ist. „Jetzt prüfen“ wartet nicht.',
    'low-battery':
      'Die automatische Prüfung wartet, weil der Akku fast leer ist. „Jetzt prüfen“ wartet nicht.',
  },
  stale:
    'Seit zwei Wochen konnte nicht nach neuen Versionen gesucht werden. Wenn Sie online sind, hält vielleicht jemand Aktualisierungen zurück.',
  question: (server) =>
    `Darf Alexandria selbst nach neuen Versionen suchen? Dazu fragt es einige Male am Tag ${server} und sendet nichts über Sie oder Ihre Bücher.`,
  answers: { automatic: 'Ja', manual: 'Nur auf meinen Wunsch', never: 'Nie' },
  check: 'Jetzt suchen',
  checking: 'Neue Versionen werden gesucht …',
  checkedAt: (date) => `Zuletzt gesucht am ${date}.`,
  fromFile: 'Aus einer Datei aktualisieren …',
  available: (version) => `Alexandria ${version} ist verfügbar.`,
  withdrawnShort: 'Diese Version von Alexandria wurde zurückgezogen.',
  show: 'Anzeigen',
  found: {
    'up-to-date': () => 'Alexandria ist auf dem neuesten Stand.',
    update: (version) => `Alexandria ${version} ist verfügbar. Neu darin:`,
    'roll-back': (version) =>
      `Ihre Version wurde wegen eines Fehlers zurückgezogen. Alexandria ${version} tritt an ihre Stelle.`,
    withdrawn: () =>
      'Ihre Version wurde wegen eines Fehlers zurückgezogen, und es gibt noch keine andere für Sie. Legen Sie eine Sicherung an und suchen Sie morgen noch einmal.',
    'by-hand': (version) =>
      `Alexandria ${version} ist verfügbar, muss aber von Hand installiert werden. Laden Sie es von der Website herunter.`,
    'needs-system': (version) =>
      `Alexandria ${version} ist verfügbar, braucht aber ein neueres Betriebssystem.`,
  },
  install: 'Installieren',
  downloading: 'Wird heruntergeladen und geprüft …',
  cancel: 'Abbrechen',
  installed: (version) => `Alexandria ${version} ist installiert und läuft ab dem nächsten Start.`,
  restart: 'Jetzt neu starten',
  byPackageManager: (version) => `Ihr System installiert Alexandria ${version}. Führen Sie aus:`,
  byHand: (version) =>
    `Alexandria ${version} ist heruntergeladen und geprüft. Entpacken Sie diese Datei dort, wo Alexandria liegt:`,
};

export const network: Messages['network'] = {
  title: 'Netzwerkprotokoll',
  lead: 'Jede Anfrage, die Alexandria im Netz gestellt hat. Ohne Ihre Erlaubnis stellt es keine.',
  show: 'Anfragen anzeigen',
  empty: 'Alexandria hat keine Anfragen im Netz gestellt.',
  count: (count) => f.plural(count, { one: 'Eine Anfrage.', other: '# Anfragen, die neuesten zuerst.' }),
  time: 'Zeit',
  server: 'Server',
  received: 'Empfangen',
  outcome: 'Ergebnis',
  outcomes: { unfinished: 'nicht beendet', answered: 'beantwortet', failed: 'fehlgeschlagen' },
};
