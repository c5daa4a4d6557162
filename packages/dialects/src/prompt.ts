/** Tokens that a vendor adds around each message: role and separators. */
export const MESSAGE_OVERHEAD_TOKENS = 4;

/** What an image is taken for before the vendor says; some ask for more. */
export const IMAGE_TOKENS = 1_700;

/** Base64 characters per token of an attached file or sound: an estimate until the vendor says. */
export const ATTACHMENT_CHARACTERS_PER_TOKEN = 32;

/** The prompt, as far as it can be counted before it is sent. */
export interface Prompt {
  readonly text: string;
  /** Tokens of what is no text: message frames, images, files. */
  readonly extraTokens: number;
  readonly images: number;
  /** Texts that are prompts of their own, where there are several: each may be as long as the model's context. */
  readonly texts?: number;
  /** Something in it says nothing of how long it is: a small file may have many pages, an address lead to a long film. */
  readonly unbounded?: boolean;
}
