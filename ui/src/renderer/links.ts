/** Resolves links in a page. */

export type LinkTarget =
  | { kind: 'internal'; href: string; fragment: string | null }
  | { kind: 'external'; address: string }
  | { kind: 'invalid' };

/**
 * Resolves the `href` of a link in `section`. `base` is the book's address on the `book:` protocol; `exists` decides
 * whether the book has a section.
 */
export function resolveLink(
  href: string,
  section: string,
  base: string,
  exists: (href: string) => boolean,
): LinkTarget {
  const [path, fragment] = splitFragment(href.startsWith(`${base}/`) ? href.slice(base.length + 1) : href);
  if (path === '') return { kind: 'internal', href: section, fragment };
  if (/^[a-z][a-z0-9+.-]*:/iu.test(path)) {
    const allowed = /^(https?|mailto):/iu.test(path);
    return allowed ? { kind: 'external', address: href } : { kind: 'invalid' };
  }
  const absolute = resolvePath(path, section);
  for (const candidate of [path, decode(path), absolute, decode(absolute)]) {
    if (exists(candidate)) return { kind: 'internal', href: candidate, fragment };
  }
  return { kind: 'invalid' };
}

/** Splits `chapter.xhtml#note` into its path and its decoded fragment. */
export function splitFragment(href: string): [string, string | null] {
  const at = href.indexOf('#');
  return at < 0 ? [href, null] : [href.slice(0, at), decode(href.slice(at + 1))];
}

/** Resolves a relative path against the folder of `section`. */
function resolvePath(path: string, section: string): string {
  const segments = section.split('/').slice(0, -1);
  for (const segment of path.split('/')) {
    if (segment === '..') segments.pop();
    else if (segment !== '.' && segment !== '') segments.push(segment);
  }
  return segments.join('/');
}

/** Percent-decodes; returns malformed text unchanged. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
