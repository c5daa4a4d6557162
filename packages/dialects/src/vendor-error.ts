import { fieldPath, withoutPrivateParts } from './private-parts.ts';

/** What a vendor says went wrong, cleaned of what is between the vendor and the operator. */
export interface VendorError {
  readonly message: string;
  /** The path of a field, such as `messages[0].content`. */
  readonly param: string | undefined;
  readonly fault?: VendorFault;
  /** After which the vendor says to try again, where its body says it: as it stands there, be it nonsense. */
  readonly retryAfterSeconds?: number;
}

/**
 * Whose an error is, where the vendor's words say so: the request's; that of what stands in it, which was refused
 * whatever the status says; that of the key, or of the account behind it; or a limit that the key has come to.
 */
export type VendorFault = 'request' | 'content' | 'key' | 'limit';

const MESSAGE_CHARACTERS_MAX = 1_000;

/** @param message in the vendor's words, if there are any. */
export function vendorError(message: string | undefined, param?: string, fault?: VendorFault): VendorError {
  return {
    message: withoutPrivateParts(beginningOf(message ?? 'The vendor gave no reason.')),
    param: param === undefined ? undefined : fieldPath(param),
    ...(fault && { fault }),
  };
}

/** In whole words where it is cut: the half of a key is not known for one. */
function beginningOf(message: string): string {
  if (message.length <= MESSAGE_CHARACTERS_MAX) return message;
  const cut = message.slice(0, MESSAGE_CHARACTERS_MAX);
  const lastSpace = cut.lastIndexOf(' ');
  return lastSpace < 0 ? cut : cut.slice(0, lastSpace);
}
