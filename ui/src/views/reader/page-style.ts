/** The style and layout of pages, from the reader's settings. */
import type { Settings } from '../../platform';
import type { PageLayout, PageStyle } from '../../renderer/styles';

interface Source {
  current: Settings;
  theme: PageStyle['theme'];
}

/** The arguments of `BookView.setStyle`. */
export function pageStyle({ current, theme }: Source): [PageStyle, PageLayout] {
  const tokens = getComputedStyle(document.documentElement);
  const { fontFamily, fontSize, lineHeight, flow, maxWidth } = current;
  const token = (name: string) => tokens.getPropertyValue(name).trim();
  return [
    { settings: { fontFamily, fontSize, lineHeight }, theme, token },
    { flow, maxWidth },
  ];
}
