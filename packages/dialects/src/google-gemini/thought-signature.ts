import type { Signature } from '../call.ts';
import { withoutPrefix, withPrefix } from '../signature-prefix.ts';

const OWN = 'google-gemini';

/** Base64 characters in which the name of any dialect, and the colon after it, is found. */
const NAME_CHARACTERS = 32;

/**
 * What Google takes in the place of a signature for calls that another model made. Its Gemini 3 refuses a turn whose
 * first call has none.
 * @see https://ai.google.dev/gemini-api/docs/thought-signatures#faqs
 */
export const PLACEHOLDER_SIGNATURE = 'skip_thought_signature_validator';

const PLACEHOLDERS: ReadonlySet<string> = new Set([
  PLACEHOLDER_SIGNATURE,
  'context_engineering_is_the_way_to_go',
]);

/**
 * The field is of the type `bytes`: Google's clients decode it, and write it again in the other of the two alphabets
 * of base64. So a signature of another dialect is encoded with the prefix that it has in any dialect.
 */
export function readSignature(value: string | undefined): Signature | undefined {
  if (value === undefined || value === '' || PLACEHOLDERS.has(value)) return undefined;
  const start = Buffer.from(value.slice(0, NAME_CHARACTERS), 'base64').toString('latin1');
  if (withoutPrefix(start, OWN).dialect === OWN) return { dialect: OWN, value };
  return withoutPrefix(Buffer.from(value, 'base64').toString(), OWN);
}

/** The other way round. */
export function renderSignature(signature: Signature): string {
  const { dialect, value } = signature;
  return dialect === OWN ? value : Buffer.from(withPrefix(signature, OWN)).toString('base64');
}

/** What the vendor itself can take up: nothing of another dialect. */
export function ownSignature(signature: Signature | undefined): string | undefined {
  return signature?.dialect === OWN ? signature.value : undefined;
}
