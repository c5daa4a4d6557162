/** What a vendor says went wrong, cleaned of what is between the vendor and the operator. */
export interface VendorError {
  readonly message: string;
  readonly param: string | undefined;
  readonly fault?: VendorFault;
}

/**
 * Whose an error is, where the vendor's words say so: the request's; that of what stands in it, which was refused
 * whatever the status says; or that of the key, or of the account behind it.
 */
export type VendorFault = 'request' | 'content' | 'key';

const MESSAGE_CHARACTERS_MAX = 1_000;

/** Hosts, keys and organisations are between the operator and the vendor. */
const PRIVATE_PARTS: readonly [RegExp, string][] = [
  [/\bhttps?:\/\/[^\s"'<>)]+/gi, '[address]'],
  [/\b(?:sk|pk|gsk|xai|rk)-[\w*.-]{6,}/gi, '[key]'],
  [/\bAIza[\w-]{20,}/g, '[key]'],
  [/\b(?:org|proj|user|acct)[-_][\w-]{6,}/gi, '[id]'],
  [/\bBearer\s+\S+/gi, '[key]'],
  [/\barn:aws[\w-]*:\S+/gi, '[id]'],
  [/\bprojects\/[\w-]+/gi, 'projects/[id]'],
  [/\b(project(?:[ _-](?:number|id))?\W{1,3})\d{5,}\b/gi, '$1[id]'],
  [/\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b/g, '[address]'],
  [/\[[\da-f]*:[\da-f:.]+\](?::\d+)?/gi, '[address]'],
  [/\b(?:[a-z\d-]+\.)+(?:internal|local|lan|corp|svc)(?:\.[a-z]+)*(?::\d+)?\b/gi, '[address]'],
  [/\b(?:[a-z\d-]+\.)+[a-z]{2,}:\d{2,5}\b/gi, '[address]'],
];

/** A vendor's words, fit for a caller. */
function cleanMessage(message: string): string {
  let text = message.slice(0, MESSAGE_CHARACTERS_MAX);
  for (const [pattern, replacement] of PRIVATE_PARTS) text = text.replaceAll(pattern, replacement);
  return text;
}

/** @param message in the vendor's words, if there are any. */
export function vendorError(message: string | undefined, param?: string, fault?: VendorFault): VendorError {
  return {
    message: cleanMessage(message ?? 'The vendor gave no reason.'),
    param,
    ...(fault && { fault }),
  };
}
