import { createHash } from 'node:crypto';

const MARK = 'sandbox-thought:';

/**
 * The opaque base64 text by which a vendor knows its own thinking again when a client sends it back. The same for
 * the same thinking.
 */
export function signThought(text: string): string {
  return Buffer.from(MARK + digest(text)).toString('base64');
}

/**
 * Whether a signature was made here.
 * @param text the thinking that it came with; empty: whatever thinking, as it was not shown.
 */
export function isThoughtSignature(signature: string, text: string): boolean {
  const decoded = Buffer.from(signature, 'base64').toString();
  if (!decoded.startsWith(MARK)) return false;
  return text === '' || decoded === MARK + digest(text);
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
