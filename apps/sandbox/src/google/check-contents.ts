import { findModel } from '../core/models.ts';
import { isThoughtSignature } from '../core/thought-signature.ts';
import type { Content, Part } from './generate-request.ts';
import { invalidArgument } from './google-vendor.ts';

/** The fields of a part of which it has exactly one. */
const DATA_FIELDS = [
  'text',
  'inlineData',
  'fileData',
  'functionCall',
  'functionResponse',
  'executableCode',
  'codeExecutionResult',
  'toolCall',
  'toolResponse',
] as const;

/** What Google documents for calls that come of another model and were never signed. */
const UNSIGNED_ON_PURPOSE = new Set([
  'skip_thought_signature_validator',
  'context_engineering_is_the_way_to_go',
]);

/** Contents of one side that follow each other. */
interface Turn {
  isModel: boolean;
  parts: Part[];
}

/**
 * What a body's shape alone does not say.
 * See https://ai.google.dev/gemini-api/docs/function-calling
 * @throws {Refusal}
 */
export function checkContents(contents: readonly Content[], modelId: string): void {
  for (const [index, content] of contents.entries()) checkContent(content, index);
  const turns = turnsOf(contents);
  for (const [index, turn] of turns.entries()) checkFunctions(turn, turns[index - 1], turns[index + 1]);
  if (findModel(modelId)?.thinks === true) checkSignaturesAreThere(contents);
}

function checkContent({ role, parts }: Content, index: number): void {
  if (role !== undefined && !['user', 'model', 'function'].includes(role)) {
    throw invalidArgument('Please use a valid role: user, model.');
  }
  const at = `* GenerateContentRequest.contents[${index}].parts`;
  if (parts.length === 0) throw invalidArgument(`${at}: contents.parts must not be empty.\n`);
  for (const [partIndex, part] of parts.entries()) {
    const fields = DATA_FIELDS.filter((field) => part[field] !== undefined);
    if (fields.length === 0) {
      throw invalidArgument(
        `${at}[${partIndex}].data: required oneof field 'data' must have one initialized field\n`,
      );
    }
    if (fields.length > 1) {
      throw invalidArgument(
        `Invalid value at 'contents[${index}].parts[${partIndex}]' (oneof), oneof field 'data' is already set. Cannot set '${fields[1]}'`,
      );
    }
    if (part.functionResponse !== undefined && !part.functionResponse.name) {
      throw invalidArgument(`${at}[${partIndex}].function_response.name: Name cannot be empty.\n`);
    }
    const { thoughtSignature } = part;
    if (thoughtSignature !== undefined && !isKnownSignature(thoughtSignature)) {
      throw invalidArgument('Corrupted thought signature.');
    }
  }
}

function turnsOf(contents: readonly Content[]): Turn[] {
  const turns: Turn[] = [];
  for (const { role, parts } of contents) {
    const isModel = role === 'model';
    const turn = turns.at(-1);
    if (turn?.isModel === isModel) turn.parts.push(...parts);
    else turns.push({ isModel, parts: [...parts] });
  }
  return turns;
}

function checkFunctions(turn: Turn, before: Turn | undefined, after: Turn | undefined): void {
  const calls = countParts(turn, 'functionCall');
  if (calls > 0 && before === undefined) {
    throw invalidArgument(
      'Please ensure that function call turn comes immediately after a user turn or after a function response turn.',
    );
  }
  if (calls > 0 && after !== undefined && countParts(after, 'functionResponse') !== calls) {
    throw invalidArgument(
      'Please ensure that the number of function response parts is equal to the number of function call parts of the function call turn.',
    );
  }
  const responses = countParts(turn, 'functionResponse');
  if (responses > 0 && (before === undefined || countParts(before, 'functionCall') === 0)) {
    throw invalidArgument(
      'Please ensure that function response turn comes immediately after a function call turn.',
    );
  }
}

/**
 * In the turn that is not over yet, the first call of each of the model's contents has to be signed.
 * See https://ai.google.dev/gemini-api/docs/thought-signatures
 */
function checkSignaturesAreThere(contents: readonly Content[]): void {
  const begin = contents.findLastIndex(
    ({ role, parts }) =>
      role !== 'model' && parts.some(({ functionResponse }) => functionResponse === undefined),
  );
  for (const [index, { role, parts }] of contents.entries()) {
    if (index < begin || role !== 'model') continue;
    const first = parts.find(({ functionCall }) => functionCall !== undefined);
    if (first === undefined || first.thoughtSignature !== undefined) continue;
    throw invalidArgument(
      `Function call is missing a thought_signature in functionCall parts. This is required for tools to work correctly, and missing thought_signature may lead to degraded model performance. Additional data, function call \`default_api:${first.functionCall?.name}\`, position ${index + 1}. Please refer to https://ai.google.dev/gemini-api/docs/thought-signatures for more details.`,
    );
  }
}

function isKnownSignature(signature: string): boolean {
  return isThoughtSignature(signature, '') || UNSIGNED_ON_PURPOSE.has(signature);
}

function countParts({ parts }: Turn, field: 'functionCall' | 'functionResponse'): number {
  return parts.filter((part) => part[field] !== undefined).length;
}
