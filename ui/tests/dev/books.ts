/** Generates a library of any size, deterministically. Each book has chapters of generated prose. */
import type { PublicationRow, SectionRow } from '../../src/platform/generated/contract';

const TITLES = [
  'The Lamplighter’s Almanac',
  'A History of Small Rivers',
  'Salt and Cartography',
  'The Silence of Islands',
  'Notes Toward a Winter Garden',
  'On the Weighing of Clouds',
  'The Second Librarian',
  'Harbour Lights',
  'An Inquiry into the Colour of Distance, with Some Remarks on the Painting of Mountains',
  'Émile and the Owl',
  'The Copper Meridian',
  'Letters from the Observatory',
  'The Bookbinder of Leiden',
  'Quiet Machinery',
  '夜の図書館',
  'What the Tide Keeps',
  'The Orchard Ledger',
  'Thirteen Ways to Stop a Clock',
  'Under the Reading Room',
  'Grammar of Birds',
];
const AUTHORS = [
  'Ada Marlowe',
  'Jónas Hallgrímur',
  'Clara Voss',
  'R. T. Whitcombe',
  'Noémie Laurent',
  'Ibrahim Sefa',
  'H. Lindqvist',
  'Mei Tanaka',
];
const SENTENCES = [
  'The lamps along the quay were lit before the fog had quite made up its mind.',
  'She had counted the steps so often that her feet no longer asked her to.',
  'There is a kind of silence that only a room full of books can keep.',
  'He wrote the number down, crossed it out, and wrote it down again with more confidence.',
  'No map of the coast had ever agreed with any other map of the coast, and the coast did not mind.',
  'By evening the white ship had come round the headland, low in the water and in no hurry.',
  'It was, the harbour master said, the sort of weather that makes honest men consult their almanacs.',
  'What cannot be catalogued, she used to say, must at least be remembered well.',
  'The clockmaker listened for a long time before he touched anything at all.',
  'Somewhere above them a window was opened, and the whole house seemed to breathe in.',
];

/** Chapters per book. */
const CHAPTERS = 12;

const pick = <T>(list: readonly T[], number: number): T => list[number % list.length] as T;

/** Rows of a library with that many books. */
export function shelfOf(count: number): PublicationRow[] {
  const now = Date.UTC(2026, 10, 20);
  return Array.from({ length: count }, (_, number) => ({
    id: `b${number}`,
    title:
      number < TITLES.length
        ? pick(TITLES, number)
        : `${pick(TITLES, number * 7)}, Volume ${Math.floor(number / 20) + 1}`,
    authors:
      number % 11 === 3
        ? [pick(AUTHORS, number), pick(AUTHORS, number + 1), pick(AUTHORS, number + 2)]
        : [pick(AUTHORS, number * 3)],
    language: number % 9 === 5 ? 'fr' : 'en',
    format: pick(['epub', 'epub', 'epub', 'txt', 'md'], number),
    series: number % 8 === 0 ? 'The Harbour Books' : null,
    seriesPosition: number % 8 === 0 ? String(number / 8 + 1) : null,
    sortTitle: null,
    published: String(1850 + ((number * 7) % 150)),
    tags: number % 2 === 0 ? ['Harbours', pick(['Lamps', 'Weather', 'Birds'], number)] : [],
    rating: number % 5 === 1 ? (number % 4) + 2 : 0,
    status: number % 6 === 0 ? pick(['reading', 'finished', 'to-read'] as const, number / 6) : null,
    addedAt: now - number * 86_400_000,
    openedAt: number % 3 === 0 ? now - number * 3_600_000 : null,
    progression: number % 3 === 0 ? ((number * 37) % 100) / 100 : null,
    passages: 200 + ((number * 53) % 900),
    searchable: number % 7 === 2 ? 'exact' : 'semantic',
    hasCover: false,
  }));
}

export function sectionsOf(): SectionRow[] {
  return Array.from({ length: CHAPTERS }, (_, number) => ({
    href: `chapter-${number + 1}.xhtml`,
    type: 'application/xhtml+xml',
    title: `Chapter ${number + 1}`,
    linear: true,
    characters: paragraphsOf(number).join('').replace(/\s/gu, '').length,
  }));
}

export function paragraphsOf(chapter: number): string[] {
  return Array.from({ length: 24 }, (_, paragraph) =>
    Array.from({ length: 3 + ((paragraph * 5 + chapter) % 4) }, (_, sentence) =>
      pick(SENTENCES, chapter * 3 + paragraph * 7 + sentence * 11),
    ).join(' '),
  );
}

/** The page of a chapter as the core would serve it, with scripts that must not run; `null` if there is none. */
export function pageOf(id: string, href: string): string | null {
  const chapter = Number(/^chapter-(\d+)\.xhtml$/u.exec(href)?.[1] ?? Number.NaN) - 1;
  if (!(chapter >= 0 && chapter < CHAPTERS) || !id) return null;
  const paragraphs = paragraphsOf(chapter).map((text, number) => {
    const note = number === 1 ? '<sup data-alx-skip><a href="#note">1</a></sup>' : '';
    const link = number === 2 ? ' <a href="https://example.org/">Elsewhere</a>.' : '';
    const style = number === 0 ? '' : ' style="text-indent:1.4em;margin:0"';
    return `<p${style}>${text}${note}${link}</p>`;
  });
  return `<!doctype html><html lang="en"><head><title>Chapter</title></head><body>
    <h2>Chapter ${chapter + 1}</h2>${paragraphs.join('\n')}<p id="note" data-alx-skip>1. A note on the lamps.</p>
    <script>parent.document.title = 'A SCRIPT RAN'</script><img src="x" onerror="parent.document.title='A SCRIPT RAN'">
    </body></html>`;
}
