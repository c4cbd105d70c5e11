/** Elements of a page that addresses with a `#fragment` point to. */

/** Whether the element named by a fragment stands at or before the end of what is on screen. */
export function isBefore(document: Document, fragment: string, visible: Range): boolean {
  const element = elementOf(document, fragment);
  return element !== null && visible.comparePoint(element, 0) <= 0;
}

/** The element a fragment names; `null` if there is none. */
export function elementOf(document: Document, fragment: string | null): Element | null {
  if (!fragment) return null;
  return document.getElementById(fragment) ?? document.getElementsByName(fragment)[0] ?? null;
}
