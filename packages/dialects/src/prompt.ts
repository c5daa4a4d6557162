import { jsonAt, isGiven } from './strict-fields.ts';

/** Tokens that a vendor adds around each message: role and separators. */
const MESSAGE_OVERHEAD_TOKENS = 4;

/** What an image is counted as where the vendor does not say. At most it may be more: see `imageTokensMax`. */
export const IMAGE_TOKENS_USUAL = 1_700;

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

/** Adds up a prompt before it is known to be well-formed: nothing here judges it, and nothing is counted twice. */
export class PromptCounter {
  readonly #pieces: string[] = [];
  #extraTokens = 0;
  #images = 0;
  #unbounded = false;

  get prompt(): Prompt {
    return {
      text: this.#pieces.join('\n'),
      extraTokens: this.#extraTokens,
      images: this.#images,
      unbounded: this.#unbounded,
    };
  }

  /** What frames a message. */
  addFrame(): void {
    this.#extraTokens += MESSAGE_OVERHEAD_TOKENS;
  }

  /** Anything else than a string is none. */
  addText(text: unknown): void {
    if (typeof text === 'string') this.#pieces.push(text);
  }

  /**
   * What the model reads as JSON, if it is given.
   * @throws {WeirError} `invalid_request`, naming the field, for what is nested too deeply to be written.
   */
  addJson(value: unknown, field: string): void {
    if (isGiven(value)) this.#pieces.push(jsonAt(value, field));
  }

  addImage(): void {
    this.#images++;
    this.#extraTokens += IMAGE_TOKENS_USUAL;
  }

  /** There is something in it that says nothing of how long it is. */
  addUnbounded(): void {
    this.#unbounded = true;
  }

  /** A file or a sound; @throws as `addJson` does. */
  addAttachment(value: unknown, field: string): void {
    this.#unbounded = true;
    this.addCharacters(jsonAt(value, field).length, ATTACHMENT_CHARACTERS_PER_TOKEN);
  }

  /** What is no text, of which so many characters make a token. */
  addCharacters(count: number, perToken: number): void {
    this.#extraTokens += Math.ceil(count / perToken);
  }
}
