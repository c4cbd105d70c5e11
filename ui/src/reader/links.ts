/** Where a link in a page leads: into the book, or out of it. */

/** The target of a link. */
export type LinkTarget =
  | { kind: 'inside'; href: string; fragment: string | null }
  | { kind: 'outside'; address: string }
  | { kind: 'nowhere' };

/**
 * Resolves a link's `href` attribute against the section it stands in.
 *
 * `base` is the book's address on the `book:` protocol; `known` tells whether the book has a section of that name.
 */
export function resolveLink(
  href: string,
  section: string,
  base: string,
  known: (href: string) => boolean,
): LinkTarget {
  const [path, fragment] = splitFragment(href.startsWith(`${base}/`) ? href.slice(base.length + 1) : href);
  if (path === '') return { kind: 'inside', href: section, fragment };
  if (/^[a-z][a-z0-9+.-]*:/iu.test(path)) {
    const shown = /^(https?|mailto):/iu.test(path);
    return shown ? { kind: 'outside', address: href } : { kind: 'nowhere' };
  }
  for (const candidate of [path, decoded(path), relative(path, section), decoded(relative(path, section))]) {
    if (known(candidate)) return { kind: 'inside', href: candidate, fragment };
  }
  return { kind: 'nowhere' };
}

/** Splits `chapter.xhtml#note` into its address and its decoded fragment. */
export function splitFragment(href: string): [string, string | null] {
  const at = href.indexOf('#');
  return at < 0 ? [href, null] : [href.slice(0, at), decoded(href.slice(at + 1))];
}

/** A path as seen from the folder of `section`. */
function relative(path: string, section: string): string {
  const steps = section.split('/').slice(0, -1);
  for (const step of path.split('/')) {
    if (step === '..') steps.pop();
    else if (step !== '.' && step !== '') steps.push(step);
  }
  return steps.join('/');
}

/** Percent-decoded, or as it stands if it is not encoded properly. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
