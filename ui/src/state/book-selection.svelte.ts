/** The selected books of the shelf, for actions on many at once. */

class BookSelection {
  ids = $state.raw<ReadonlySet<string>>(new Set());
  /** Where a range starts. */
  #anchor: string | null = null;

  get size(): number {
    return this.ids.size;
  }

  /** Selects a book, or no longer. */
  toggle(id: string): void {
    const others = [...this.ids].filter((other) => other !== id);
    this.ids = new Set(others.length < this.ids.size ? others : [...others, id]);
    this.#anchor = id;
  }

  /** Selects everything between the last toggled book and this one; `order` is that of the shelf. */
  extendTo(id: string, order: readonly string[]): void {
    const from = order.indexOf(this.#anchor ?? id);
    const to = order.indexOf(id);
    if (from < 0 || to < 0) {
      this.toggle(id);
      return;
    }
    const range = order.slice(Math.min(from, to), Math.max(from, to) + 1);
    this.ids = new Set([...this.ids, ...range]);
  }

  selectAll(ids: readonly string[]): void {
    this.ids = new Set(ids);
  }

  clear(): void {
    this.#anchor = null;
    if (this.ids.size > 0) this.ids = new Set();
  }

  /** Drops what is no longer shown: nothing happens to a book that the reader does not see. */
  keepOnly(ids: ReadonlySet<string>): void {
    const kept = [...this.ids].filter((id) => ids.has(id));
    if (kept.length < this.ids.size) this.ids = new Set(kept);
  }
}

export const bookSelection = new BookSelection();
