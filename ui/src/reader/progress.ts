/** Where a place lies in the whole book, by characters: the same arithmetic as `SectionPlace` in the core. */
import type { Locator, OpenPublication, Quote } from '../platform';

/** Characters of text that make one position (the core's `POSITION_CHARS`). */
const POSITION_CHARS = 1024;

type Sections = OpenPublication['sections'];

/** Share of the book that lies before a place in a section. */
export function totalProgression(sections: Sections, index: number, progression: number): number {
  const total = characters(sections);
  const before = characters(sections.slice(0, index));
  return total === 0 ? 0 : (before + progression * (sections[index]?.characters ?? 0)) / total;
}

/** The section in which a share of the book lies, and the share of that section. */
export function placeAt(sections: Sections, share: number): { index: number; progression: number } {
  let rest = share * characters(sections);
  for (const [index, section] of sections.entries()) {
    if (rest < section.characters) return { index, progression: rest / section.characters };
    rest -= section.characters;
  }
  return { index: Math.max(0, sections.length - 1), progression: sections.length === 0 ? 0 : 1 };
}

/** The locator of a place: what is saved, and what brings the reader back. */
export function locatorAt(
  sections: Sections,
  index: number,
  progression: number,
  title: string | null,
  text: Quote,
): Locator | null {
  const section = sections[index];
  if (!section) return null;
  const before = sections.slice(0, index).reduce((sum, { characters }) => sum + positions(characters), 0);
  return {
    href: section.href,
    type: section.type,
    title,
    locations: {
      progression,
      totalProgression: totalProgression(sections, index, progression),
      position: before + Math.floor((progression * section.characters) / POSITION_CHARS) + 1,
      fragments: [],
    },
    text,
  };
}

function characters(sections: Sections): number {
  return sections.reduce((sum, section) => sum + section.characters, 0);
}

function positions(characters: number): number {
  return Math.max(1, Math.ceil(characters / POSITION_CHARS));
}
