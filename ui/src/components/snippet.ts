/** Splits a search snippet into marked and unmarked runs of text. */
import type { SearchHit } from '../platform';

export interface SnippetRun {
  text: string;
  marked: boolean;
}

/** Splits a snippet at its marks. Marks out of order or out of range are ignored. */
export function splitSnippet({ text, marks }: SearchHit['snippet']): SnippetRun[] {
  const runs: SnippetRun[] = [];
  let at = 0;
  for (const [start, end] of marks) {
    if (start < at || end <= start || end > text.length) continue;
    if (start > at) runs.push({ text: text.slice(at, start), marked: false });
    runs.push({ text: text.slice(start, end), marked: true });
    at = end;
  }
  if (at < text.length) runs.push({ text: text.slice(at), marked: false });
  return runs;
}
