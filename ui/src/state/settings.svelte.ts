/** The reader's settings: applied at once, saved behind it. */
import { call, type Settings } from '../platform';
import { notices } from './notices.svelte';

/** What holds until the core has answered: the core's own defaults. */
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

/** Bounds and steps of the settings that are numbers. */
export const RANGES = {
  fontSize: { min: 12, max: 36, step: 1 },
  lineHeight: { min: 1.1, max: 2.2, step: 0.1 },
  maxWidth: { min: 32, max: 116, step: 6 },
} as const;

const dark = matchMedia('(prefers-color-scheme: dark)');

class Preferences {
  #all = $state.raw<Settings>(DEFAULTS);
  /** What the core has. */
  #kept = DEFAULTS;
  /** Number of the last change. */
  #changes = 0;
  #systemDark = $state(dark.matches);

  constructor() {
    dark.addEventListener('change', ({ matches }) => (this.#systemDark = matches));
  }

  get all(): Settings {
    return this.#all;
  }

  /** The theme on screen, with `system` resolved. */
  get theme(): 'light' | 'dark' | 'sepia' {
    if (this.#all.theme !== 'system') return this.#all.theme;
    return this.#systemDark ? 'dark' : 'light';
  }

  /** Reads the settings; those of a locked library stay the defaults. */
  async load(): Promise<void> {
    this.#kept = await call('get_settings');
    this.#all = this.#kept;
  }

  /**
   * Changes one setting. What the core answers to the last change is what holds; one that it cannot keep is taken back
   * and the reader told.
   */
  async set<K extends keyof Settings>(name: K, value: Settings[K]): Promise<void> {
    this.#changes += 1;
    const mine = this.#changes;
    this.#all = { ...this.#all, [name]: value };
    try {
      this.#kept = await call('set_setting', { name, value: String(value) });
    } catch (error) {
      notices.showFailure(error);
    }
    if (mine === this.#changes) this.#all = this.#kept;
  }

  /** Moves a numeric setting by whole steps within its bounds. */
  async step(name: keyof typeof RANGES, steps: number): Promise<void> {
    const { min, max, step } = RANGES[name];
    const moved = Math.min(max, Math.max(min, this.#all[name] + steps * step));
    await this.set(name, Math.round(moved * 100) / 100);
  }
}

export const preferences = new Preferences();
