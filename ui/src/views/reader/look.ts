/** The look of pages from the reader's preferences. */
import type { Settings } from '../../platform';
import type { PageLook } from '../../reader/styles';

interface Source {
  all: Settings;
  theme: PageLook['theme'];
}

/** Type and colours of pages, and how they flow, as `BookView.look` takes them. */
export function lookOf({ all, theme }: Source): [PageLook, Pick<Settings, 'flow' | 'maxWidth'>] {
  const tokens = getComputedStyle(document.documentElement);
  const { fontFamily, fontSize, lineHeight, flow, maxWidth } = all;
  const token = (name: string) => tokens.getPropertyValue(name).trim();
  return [
    { settings: { fontFamily, fontSize, lineHeight }, theme, token },
    { flow, maxWidth },
  ];
}
