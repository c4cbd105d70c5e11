/** A snippet cut at its marks. */
import type { SearchHit } from '../../platform';

/** A piece of a snippet, marked or not. */
export interface SnippetPiece {
  text: string;
  marked: boolean;
}

/** Cuts a snippet into pieces. Marks out of order or out of range are left away. */
export function piecesOf({ text, marks }: SearchHit['snippet']): SnippetPiece[] {
  const pieces: SnippetPiece[] = [];
  let at = 0;
  for (const [start, end] of marks) {
    if (start < at || end <= start || end > text.length) continue;
    if (start > at) pieces.push({ text: text.slice(at, start), marked: false });
    pieces.push({ text: text.slice(start, end), marked: true });
    at = end;
  }
  if (at < text.length) pieces.push({ text: text.slice(at), marked: false });
  return pieces;
}
