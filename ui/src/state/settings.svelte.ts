/** The reader's settings: applied at once, then saved by the core. */
import { call, type Settings } from '../platform';
import { toasts } from './toasts.svelte';

/** The core's own defaults, used until the settings are loaded. */
const DEFAULTS: Settings = {
  theme: 'system',
  flow: 'paged',
  fontFamily: 'publisher',
  fontSize: 18,
  lineHeight: 1.5,
  maxWidth: 68,
  librarySort: 'recent',
  libraryView: 'covers',
  autoLock: 'never',
};

/** Bounds and steps of numeric settings. */
export const RANGES = {
  fontSize: { min: 12, max: 36, step: 1 },
  lineHeight: { min: 1.1, max: 2.2, step: 0.1 },
  maxWidth: { min: 32, max: 116, step: 6 },
} as const;

const prefersDark = matchMedia('(prefers-color-scheme: dark)');

class SettingsState {
  #current = $state.raw<Settings>(DEFAULTS);
  /** As stored by the core. */
  #saved = DEFAULTS;
  /** Number of the latest change. */
  #changes = 0;
  #systemDark = $state(prefersDark.matches);

  constructor() {
    prefersDark.addEventListener('change', ({ matches }) => (this.#systemDark = matches));
  }

  get current(): Settings {
    return this.#current;
  }

  /** The effective theme, with `system` resolved. */
  get theme(): 'light' | 'dark' | 'sepia' {
    if (this.#current.theme !== 'system') return this.#current.theme;
    return this.#systemDark ? 'dark' : 'light';
  }

  /** Needs an unlocked library; until then the defaults apply. */
  async load(): Promise<void> {
    this.#saved = await call('get_settings');
    this.#current = this.#saved;
  }

  /** Changes one setting at once. The core's answer to the latest change wins; if saving fails, the change is undone. */
  async set<K extends keyof Settings>(name: K, value: Settings[K]): Promise<void> {
    this.#changes += 1;
    const change = this.#changes;
    this.#current = { ...this.#current, [name]: value };
    try {
      this.#saved = await call('set_setting', { name, value: String(value) });
    } catch (error) {
      toasts.showError(error);
    }
    if (change === this.#changes) this.#current = this.#saved;
  }

  /** Changes a numeric setting by a number of steps, within its bounds. */
  async step(name: keyof typeof RANGES, steps: number): Promise<void> {
    const { min, max, step } = RANGES[name];
    const value = Math.min(max, Math.max(min, this.#current[name] + steps * step));
    await this.set(name, Math.round(value * 100) / 100);
  }
}

export const settings = new SettingsState();
