/** Messages in the selected language. Catalogues are typed objects, so a missing message is a compile error. */
import { call, type Language } from '../platform';
import { de } from './de';
import { en, type Messages } from './en';

export type { Messages } from './en';

const catalogues: Record<Exclude<Language, 'system'>, Messages> = { en, de };

let selected = $state<Language>('system');
const current = $derived(selected === 'system' ? systemLanguage() : selected);

/** The current catalogue. Reactive: components that read it follow a change of language. */
export function t(): Messages {
  return catalogues[current];
}

/** BCP 47 tag of the current language. */
export function locale(): string {
  return current;
}

/** The selected language, which may be `system`. */
export function language(): Language {
  return selected;
}

/** Loads the language selected earlier. */
export async function loadLanguage(): Promise<void> {
  selected = (await call('get_preferences')).language;
}

/** Changes the language at once and saves it. */
export async function setLanguage(language: Language): Promise<void> {
  selected = language;
  await call('set_language', { language });
}

/** The first supported language among those the system prefers. */
function systemLanguage(): keyof typeof catalogues {
  const languages = navigator.languages.map((tag) => tag.split('-')[0]);
  return languages.find((tag) => tag === 'de' || tag === 'en') ?? 'en';
}
