/**
 * The text of a page as the core counts it, with the way back to the page's nodes.
 *
 * Elements the core leaves out of a section's text carry `data-alx-skip`; without them the page's significant characters
 * equal those of the stored text, so that a quote from a search hit is found on the page.
 */
import type { Quote } from '../platform';
import { findSignificant, offsetOf, significant } from './quote';

interface Piece {
  node: Text;
  /** Number of the piece's first significant character in the page. */
  start: number;
}

export class PageText {
  /** All significant characters of the page. */
  readonly text: string;
  readonly #pieces: Piece[] = [];
  readonly #document: Document;

  constructor(document: Document) {
    this.#document = document;
    const parts: string[] = [];
    let start = 0;
    for (const node of textNodes(document)) {
      const part = significant(node.data);
      if (part === '') continue;
      this.#pieces.push({ node, start });
      parts.push(part);
      start += part.length;
    }
    this.text = parts.join('');
  }

  /** The quoted words as a range of the page; `null` if they are not on it. */
  find(quote: Quote, progression: number): Range | null {
    const span = findSignificant(this.text, quote, progression);
    if (!span) return null;
    const range = this.#document.createRange();
    const [startNode, startOffset] = this.#place(span[0]);
    const [endNode, endOffset] = this.#place(span[1] - 1);
    range.setStart(startNode, startOffset);
    range.setEnd(endNode, endOffset + 1);
    return range;
  }

  /** How far a place of the page lies into its text, in significant characters. */
  indexOf(container: Node, offset: number): number {
    let low = 0;
    let high = this.#pieces.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#endsBefore(this.#pieces[middle], container, offset)) low = middle + 1;
      else high = middle;
    }
    const piece = this.#pieces[low];
    if (!piece) return this.text.length;
    if (piece.node !== container) return piece.start;
    return piece.start + significant(piece.node.data.slice(0, offset)).length;
  }

  /** The words from character `index` on, as a person reads them, with a little of what stands around them. */
  quote(index: number, length: number, context: number): Quote {
    return {
      before: this.#readable(Math.max(0, index - context), index),
      highlight: this.#readable(index, index + length),
      after: this.#readable(index + length, index + length + context),
    };
  }

  /** Node and offset of a significant character. */
  #place(index: number): [Text, number] {
    const piece = this.#pieces[this.#pieceAt(index)];
    if (!piece) throw new RangeError('no such character on the page');
    return [piece.node, offsetOf(piece.node.data, index - piece.start)];
  }

  #pieceAt(index: number): number {
    let low = 0;
    let high = this.#pieces.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#pieces[middle]?.start ?? Infinity) <= index) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  #endsBefore(piece: Piece | undefined, container: Node, offset: number): boolean {
    if (!piece || piece.node === container) return false;
    const range = this.#document.createRange();
    range.selectNodeContents(piece.node);
    return range.comparePoint(container, offset) > 0;
  }

  #readable(start: number, end: number): string {
    const last = Math.min(end, this.text.length);
    if (start >= last) return '';
    const [startNode, startOffset] = this.#place(start);
    const [endNode, endOffset] = this.#place(last - 1);
    if (startNode === endNode) return collapse(startNode.data.slice(startOffset, endOffset + 1));
    const from = this.#pieceAt(start);
    const between = this.#pieces.slice(from + 1, this.#pieceAt(last - 1)).map(({ node }) => node.data);
    const parts = [startNode.data.slice(startOffset), ...between, endNode.data.slice(0, endOffset + 1)];
    return collapse(parts.join(' '));
  }
}

function collapse(text: string): string {
  return text.replace(/\s+/gu, ' ').trim();
}

/** Text nodes that count, in reading order. */
function* textNodes(document: Document): Generator<Text> {
  const skipped = '[data-alx-skip], script, style, template, noscript';
  const filter = (node: Node) => {
    if (node.nodeType === Node.TEXT_NODE) return NodeFilter.FILTER_ACCEPT;
    return (node as Element).matches(skipped) ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_SKIP;
  };
  const walker = document.createTreeWalker(
    document.body,
    NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT,
    filter,
  );
  while (walker.nextNode()) yield walker.currentNode as Text;
}
