/** German messages about documents with fixed pages. */
import type { Messages } from './en';

export const documents: Messages['documents'] = {
  password: 'Passwort des Dokuments',
  showPassword: 'Passwort anzeigen',
  unlock: 'Hinzufügen',
  unlocking: 'Wird hinzugefügt …',
  unlocked: 'Hinzugefügt. Das Passwort wird verschlüsselt mit dem Buch aufbewahrt.',
};
