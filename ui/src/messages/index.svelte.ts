/** The messages in the reader's language. Catalogues are plain typed objects; a missing message does not compile. */
import { de } from './de';
import { en, type Messages } from './en';

export type { Messages } from './en';

/** Languages of the interface; `system` takes the first one the system prefers and we have. */
export type Language = 'system' | 'en' | 'de';

const catalogues: Record<Exclude<Language, 'system'>, Messages> = { en, de };

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

/** The reader's choice of language, for as long as the window is open. */
export function language(): Language {
  return chosen;
}

/** Changes the language at once, for every text on screen. */
export function speak(language: Language): void {
  chosen = language;
}

function preferred(): keyof typeof catalogues {
  const languages = navigator.languages.map((tag) => tag.split('-')[0]);
  return languages.find((tag) => tag === 'de' || tag === 'en') ?? 'en';
}
