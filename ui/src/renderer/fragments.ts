/** Elements that a URL fragment refers to. */

/** Whether a fragment's element is at or before the end of the visible range. */
export function isBefore(document: Document, fragment: string, visible: Range): boolean {
  const element = elementOf(document, fragment);
  return element !== null && visible.comparePoint(element, 0) <= 0;
}

export function elementOf(document: Document, fragment: string | null): Element | null {
  if (!fragment) return null;
  return document.getElementById(fragment) ?? document.getElementsByName(fragment)[0] ?? null;
}
