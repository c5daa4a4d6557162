import { anthropicMessages } from './anthropic-messages/index.ts';
import type { DialectName } from './dialect-name.ts';
import type { Dialect, WireFormat } from './dialect.ts';
import { googleGemini } from './google-gemini/index.ts';
import { openaiChat } from './openai-chat/index.ts';
import { openaiResponses } from './openai-responses/index.ts';

/** Every wire format, by its name. */
export const DIALECTS: Readonly<Record<DialectName, Dialect>> = {
  'openai-chat': openaiChat,
  'openai-responses': openaiResponses,
  'anthropic-messages': anthropicMessages,
  'google-gemini': googleGemini,
};

/** Of a format that is known to be one: nothing else is ever translated. */
export function dialectOf({ name }: WireFormat): Dialect {
  const dialect = findDialect(name);
  if (!dialect) throw new Error(`${name} is no dialect`);
  return dialect;
}

/** @returns undefined for a name that is none of a dialect. */
export function findDialect(name: string): Dialect | undefined {
  return Object.hasOwn(DIALECTS, name) ? DIALECTS[name as DialectName] : undefined;
}
