/** German messages about highlights, bookmarks and notes. */
import type { Messages } from './en';

export const notes: Messages['notes'] = {
  title: 'Notizen',
  selection: 'Ausgewählter Text',
  highlight: 'Markieren',
  bookmark: 'Lesezeichen',
  toggleBookmark: 'Lesezeichen auf dieser Seite',
  colour: 'Farbe',
  colours: {
    yellow: 'Gelb',
    green: 'Grün',
    blue: 'Blau',
    pink: 'Rosa',
    orange: 'Orange',
    purple: 'Violett',
  },
  underline: 'Unterstreichen',
  note: 'Notiz',
  notePlaceholder: 'Notiz schreiben …',
  otherVersion: 'Von einem anderen Gerät. Ihre nächste Änderung ersetzt beide Fassungen.',
  tags: 'Schlagwörter, durch Kommas getrennt',
  tagsPlaceholder: 'Schlagwörter',
  delete: 'Löschen',
  deleted: 'Gelöscht.',
  undo: 'Rückgängig',
  empty: 'In diesem Buch ist noch nichts markiert. Wählen Sie Text auf einer Seite aus und dann eine Farbe.',
  export: 'Notizen exportieren',
  exported: 'Die Notizen wurden exportiert. Die Datei ist nicht verschlüsselt.',
};
