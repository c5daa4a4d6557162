/** In the order of the documentation. */
export const DIALECT_NAMES = [
  'openai-chat',
  'openai-responses',
  'anthropic-messages',
  'google-gemini',
] as const;

/** A wire format. */
export type DialectName = (typeof DIALECT_NAMES)[number];
