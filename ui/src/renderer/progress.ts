/** Positions in a book, measured in characters: the same arithmetic as the core's locators. */
import type { Locator, OpenPublication, Quote } from '../platform';

/** Characters per position, as in the core. */
const POSITION_CHARS = 1024;

type Sections = OpenPublication['sections'];

/** Progression in the whole book, from the progression in a section. */
export function totalProgression(sections: Sections, index: number, progression: number): number {
  const total = characters(sections);
  const before = characters(sections.slice(0, index));
  return total === 0 ? 0 : (before + progression * (sections[index]?.characters ?? 0)) / total;
}

/** The inverse of {@link totalProgression}. */
export function sectionAt(sections: Sections, total: number): { index: number; progression: number } {
  let remaining = total * characters(sections);
  for (const [index, section] of sections.entries()) {
    if (remaining < section.characters) return { index, progression: remaining / section.characters };
    remaining -= section.characters;
  }
  return { index: Math.max(0, sections.length - 1), progression: sections.length === 0 ? 0 : 1 };
}

/** The locator of a position; `null` if there is no such section. */
export function createLocator(
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
