import { z } from 'zod';
import { REQUEST_NAME_CHARACTERS_MAX } from '../core/controls.ts';

/** What several of OpenAI's requests have in common. */
export const requestName = z.string().min(1).max(REQUEST_NAME_CHARACTERS_MAX);

export const metadata = z.looseObject({ 'sandbox-request': requestName.optional() }).nullish();

/** One text or several before which the reply ends. */
export const stop = z.union([z.string(), z.array(z.string()).max(4)]).nullish();

export function stopTextsOf(value: z.output<typeof stop>): string[] {
  const texts = typeof value === 'string' ? [value] : (value ?? []);
  return texts.filter((text) => text !== '');
}

/** A content part of any type; of those that are text, the text. */
export const contentPart = z.looseObject({ type: z.string(), text: z.string().optional() });

export type Content = string | z.output<typeof contentPart>[] | null | undefined;

/** The text of a content: the string itself, or its text parts in order. */
export function textOf(content: Content): string {
  if (typeof content === 'string') return content;
  return (content ?? []).map((part) => part.text ?? '').join('');
}

/** How many parts of a content are no text, such as images. */
export function mediaPartsOf(content: Content): number {
  return Array.isArray(content) ? content.filter((part) => part.text === undefined).length : 0;
}
