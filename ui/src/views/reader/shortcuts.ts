/** Keyboard shortcuts of the reader view. */

export type ReaderAction =
  | 'next'
  | 'previous'
  | 'down'
  | 'up'
  | 'start'
  | 'end'
  | 'find'
  | 'nextHit'
  | 'previousHit'
  | 'contents'
  | 'notes'
  | 'highlight'
  | 'bookmark'
  | 'larger'
  | 'smaller'
  | 'back'
  | 'escape';

/** The action of a key press; `null` if it is left to the browser. */
export function actionOf(event: KeyboardEvent, rightToLeft: boolean): ReaderAction | null {
  const { key } = event;
  const control = event.ctrlKey || event.metaKey;
  if (control && key.toLowerCase() === 'f') return 'find';
  if (control || (event.altKey && key !== 'ArrowLeft')) return null;
  if (event.altKey) return 'back';
  if (key === 'F3') return event.shiftKey ? 'previousHit' : 'nextHit';
  if (key === ' ') return event.shiftKey ? 'previous' : 'next';
  const forward = rightToLeft ? 'ArrowLeft' : 'ArrowRight';
  const backward = rightToLeft ? 'ArrowRight' : 'ArrowLeft';
  if (event.shiftKey && key.startsWith('Arrow')) return null; // extends the selection
  return { [forward]: 'next' as const, [backward]: 'previous' as const }[key] ?? ACTIONS[key] ?? null;
}

const ACTIONS: Readonly<Record<string, ReaderAction>> = {
  ArrowDown: 'down',
  ArrowUp: 'up',
  PageDown: 'next',
  PageUp: 'previous',
  Home: 'start',
  End: 'end',
  n: 'nextHit',
  N: 'previousHit',
  t: 'contents',
  T: 'contents',
  a: 'notes',
  A: 'notes',
  h: 'highlight',
  H: 'highlight',
  b: 'bookmark',
  B: 'bookmark',
  '+': 'larger',
  '=': 'larger',
  '-': 'smaller',
  Escape: 'escape',
};

/** Whether the focused control handles a key press itself. */
export function isForControl({ key, target }: KeyboardEvent): boolean {
  const element = target as Element | null;
  if (!element || !('closest' in element)) return false;
  if (element.matches('input:not([type="range"]), textarea, select')) return key !== 'Escape' && key !== 'F3';
  if (element.closest('[role="dialog"], [role="alertdialog"]')) return true;
  if (key === ' ' || key === 'Enter') return element.closest('button, a[href]') !== null;
  return element.matches('input[type="range"]') && key !== 'Escape' && key.length > 1;
}
