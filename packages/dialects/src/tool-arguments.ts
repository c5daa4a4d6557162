import { DialectError } from './dialect-error.ts';
import { writeJson, type JsonObject } from './json.ts';

/**
 * The arguments of a call that a vendor sent as an object, as the text that the canonical model has.
 * @throws {DialectError} for what is nested too deeply to be written.
 */
export function argumentsText(args: JsonObject): string {
  const text = writeJson(args);
  if (text === undefined) throw new DialectError('The reply has a tool call that is nested too deeply.');
  return text;
}
