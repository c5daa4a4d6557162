const BASE = 'http://same-origin.invalid';

/**
 * Where to go after signing in: `next` when it is a path of this site, else `fallback`. What a browser could read
 * as another host (`//host`, `/\\host`, a scheme, a control character that it would drop) is refused.
 */
export function safeNext(next: string | null | undefined, fallback: string): string {
  if (!next?.startsWith('/') || next.includes('\\') || hasSpaceOrControl(next)) return fallback;
  const url = URL.parse(next, BASE);
  if (url?.origin !== BASE) return fallback;
  const path = url.pathname + url.search + url.hash;
  // `/.//host` becomes `//host` once its dots are resolved.
  return path.startsWith('//') ? fallback : path;
}

function hasSpaceOrControl(text: string): boolean {
  return Array.from(text).some((character) => character <= ' ' || character === '\u007f');
}
