/**
 * Maps the text of a page, as the core counts it, to the page's text nodes.
 *
 * Elements that are not part of a section's text carry `data-alx-skip`. Without them, the significant characters of the
 * page equal those of the stored text, so quotes from search hits can be found on the page.
 */
import type { Quote } from '../platform';
import { findSignificant, offsetOf, significant } from './quote';

/** A text node of the page. */
interface TextRun {
  node: Text;
  /** Index of its first significant character in the page. */
  start: number;
}

export class PageText {
  /** All significant characters of the page. */
  readonly text: string;
  readonly #runs: TextRun[] = [];
  readonly #document: Document;

  constructor(document: Document) {
    this.#document = document;
    const parts: string[] = [];
    let start = 0;
    for (const node of textNodes(document)) {
      const part = significant(node.data);
      if (part === '') continue;
      this.#runs.push({ node, start });
      parts.push(part);
      start += part.length;
    }
    this.text = parts.join('');
  }

  /** Finds a quote on the page; `null` if it does not occur. */
  find(quote: Quote, progression: number): Range | null {
    const span = findSignificant(this.text, quote, progression);
    if (!span) return null;
    const range = this.#document.createRange();
    const [startNode, startOffset] = this.#locate(span[0]);
    const [endNode, endOffset] = this.#locate(span[1] - 1);
    range.setStart(startNode, startOffset);
    range.setEnd(endNode, endOffset + 1);
    return range;
  }

  /** Number of significant characters before a DOM position. */
  indexOf(container: Node, offset: number): number {
    let low = 0;
    let high = this.#runs.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#endsBefore(this.#runs[middle], container, offset)) low = middle + 1;
      else high = middle;
    }
    const run = this.#runs[low];
    if (!run) return this.text.length;
    if (run.node !== container) return run.start;
    return run.start + significant(run.node.data.slice(0, offset)).length;
  }

  /** Quotes `length` significant characters from `index` on, with `context` characters on either side. */
  quote(index: number, length: number, context: number): Quote {
    return {
      before: this.#readable(Math.max(0, index - context), index),
      highlight: this.#readable(index, index + length),
      after: this.#readable(index + length, index + length + context),
    };
  }

  /** Node and offset of the significant character with that index. */
  #locate(index: number): [Text, number] {
    const run = this.#runs[this.#runAt(index)];
    if (!run) throw new RangeError('no such character on the page');
    return [run.node, offsetOf(run.node.data, index - run.start)];
  }

  #runAt(index: number): number {
    let low = 0;
    let high = this.#runs.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#runs[middle]?.start ?? Infinity) <= index) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  #endsBefore(run: TextRun | undefined, container: Node, offset: number): boolean {
    if (!run || run.node === container) return false;
    const range = this.#document.createRange();
    range.selectNodeContents(run.node);
    return range.comparePoint(container, offset) > 0;
  }

  #readable(start: number, end: number): string {
    const last = Math.min(end, this.text.length);
    if (start >= last) return '';
    const [startNode, startOffset] = this.#locate(start);
    const [endNode, endOffset] = this.#locate(last - 1);
    if (startNode === endNode) return collapse(startNode.data.slice(startOffset, endOffset + 1));
    const from = this.#runAt(start);
    const between = this.#runs.slice(from + 1, this.#runAt(last - 1)).map(({ node }) => node.data);
    const parts = [startNode.data.slice(startOffset), ...between, endNode.data.slice(0, endOffset + 1)];
    return collapse(parts.join(' '));
  }
}

function collapse(text: string): string {
  return text.replace(/\s+/gu, ' ').trim();
}

/** Text nodes in reading order, without skipped elements. */
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
