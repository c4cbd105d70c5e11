/** The messages in the reader's language. Catalogues are plain typed objects; a missing message does not compile. */
import { call, type Language } from '../platform';
import { de } from './de';
import { en, type Messages } from './en';

export type { Messages } from './en';

const catalogues: Record<Exclude<Language, 'system'>, Messages> = { en, de };

/** `system` takes the first language that the system prefers and we have. */
let chosen = $state<Language>('system');
const current = $derived(chosen === 'system' ? preferred() : chosen);

/** The current catalogue; reading it in a component makes the component follow the language. */
export function t(): Messages {
  return catalogues[current];
}

/** The current language's BCP 47 tag. */
export function locale(): string {
  return current;
}

/** The reader's choice of language. */
export function language(): Language {
  return chosen;
}

/** Takes up the language that was chosen in an earlier window. */
export async function recallLanguage(): Promise<void> {
  chosen = (await call('get_preferences')).language;
}

/** Changes the language at once, for every text on screen, and for the windows to come. */
export async function speak(language: Language): Promise<void> {
  chosen = language;
  await call('set_language', { language });
}

function preferred(): keyof typeof catalogues {
  const languages = navigator.languages.map((tag) => tag.split('-')[0]);
  return languages.find((tag) => tag === 'de' || tag === 'en') ?? 'en';
}
