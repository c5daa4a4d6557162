import { KEEP_TO_HTTPS } from '@weir/settings/keep-to-https';

/**
 * Headers of everything that this server answers. SvelteKit gives pages a content security policy of their own; all else
 * is a file of theirs, a redirect or a refusal, and runs nothing.
 */
export function securityHeaders(publicUrl: URL): Map<string, string> {
  const headers = new Map([
    [
      'content-security-policy',
      "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ],
    ['x-content-type-options', 'nosniff'],
    // With `no-referrer` browsers would send `Origin: null` with our own forms.
    ['referrer-policy', 'strict-origin-when-cross-origin'],
    ['permissions-policy', 'camera=(), microphone=(), geolocation=(), payment=(), usb=(), serial=()'],
    ['cross-origin-opener-policy', 'same-origin'],
  ]);
  if (publicUrl.protocol === 'https:') {
    for (const [name, value] of Object.entries(KEEP_TO_HTTPS)) headers.set(name, value);
  }
  return headers;
}
