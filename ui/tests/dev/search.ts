/** Search of the fake core: finds the literal words of the query. */
import type { PublicationRow, SearchHit, SearchResults } from '../../src/platform/generated/contract';
import { paragraphsOf, sectionsOf } from './books';

const sections = sectionsOf();
/** Searches books for a query; filters in it are ignored. */
export function searchIn(
  books: PublicationRow[],
  query: string,
  limit: number,
  offset: number,
): SearchResults {
  const words = query
    .toLowerCase()
    .replaceAll('"', '')
    .replace(/\w+:\S*\s*/gu, '')
    .trim();
  const hits = words === '' ? [] : books.flatMap((book) => hitsIn(book, words));
  return {
    total: hits.length,
    relaxed: false,
    unusedWords: [],
    tookMs: 12.4,
    notEmbedded: 0,
    hits: hits.slice(offset, offset + limit),
  };
}

function hitsIn(book: PublicationRow, words: string): SearchHit[] {
  return sections.flatMap((section, chapter) =>
    paragraphsOf(chapter).flatMap((text, paragraph, all) => {
      const at = text.toLowerCase().indexOf(words);
      if (at < 0) return [];
      const progression = paragraph / all.length;
      const start = Math.max(0, at - 90);
      const highlight = text.slice(at, at + words.length);
      const quote = {
        before: text.slice(Math.max(0, at - 40), at),
        highlight,
        after: text.slice(at + words.length, at + words.length + 40),
      };
      const locations = {
        progression,
        totalProgression: (chapter + progression) / sections.length,
        position: 1,
        fragments: [],
      };
      return [
        {
          publication: { id: book.id, title: book.title, authors: book.authors },
          headingPath: ['Part One', section.title ?? ''],
          locator: { href: section.href, type: section.type, title: section.title, locations, text: quote },
          snippet: {
            text: text.slice(start, at + 160),
            marks: [[at - start, at - start + words.length]] as [number, number][],
          },
          highlights: [quote],
          scores: { exact: 1, semantic: paragraph % 2 ? 0.5 : null, fused: 1 },
        },
      ];
    }),
  );
}
