import { z } from 'zod';
import { Refusal } from '../../core/refusal.ts';
import { isThoughtSignature } from '../../core/thought-signature.ts';

/**
 * The items of a request's input.
 * See https://platform.openai.com/docs/api-reference/responses/create#responses-create-input
 */
const inputPart = z.looseObject({
  type: z.enum(['input_text', 'input_image', 'input_file']),
  text: z.string().optional(),
});

const outputPart = z.looseObject({
  type: z.enum(['output_text', 'refusal']),
  text: z.string().optional(),
});

const inputMessage = z.looseObject({
  type: z.literal('message'),
  role: z.enum(['user', 'system', 'developer']),
  content: z.union([z.string(), z.array(inputPart)]),
});

const outputMessage = z.looseObject({
  type: z.literal('message'),
  role: z.literal('assistant'),
  content: z.union([z.string(), z.array(outputPart)]),
});

const message = z.discriminatedUnion('role', [inputMessage, outputMessage]);

const functionCall = z.looseObject({
  type: z.literal('function_call'),
  call_id: z.string().min(1),
  name: z.string(),
  arguments: z.string(),
});

const functionCallOutput = z.looseObject({
  type: z.literal('function_call_output'),
  call_id: z.string().min(1),
  output: z.union([z.string(), z.array(inputPart)]),
});

const reasoning = z.looseObject({
  type: z.literal('reasoning'),
  id: z.string().optional(),
  summary: z.array(z.looseObject({ type: z.literal('summary_text'), text: z.string() })),
  encrypted_content: z.string().nullish(),
});

/** An item without a type is a message. */
const item = z.preprocess(
  (value) =>
    typeof value === 'object' && value !== null && !('type' in value) ? { type: 'message', ...value } : value,
  z.discriminatedUnion('type', [message, functionCall, functionCallOutput, reasoning]),
);

/** A text stands for one message of the user. */
export const input = z.preprocess(
  (value) => (typeof value === 'string' ? [{ role: 'user', content: value }] : value),
  z.array(item).min(1),
);

export type InputItem = z.output<typeof item>;

/**
 * What the items' shape alone does not say: calls have their outputs, reasoning comes back as it was given.
 * See https://platform.openai.com/docs/guides/function-calling and https://platform.openai.com/docs/guides/reasoning
 * @throws {Refusal}
 */
export function checkItems(items: readonly InputItem[]): void {
  const called = new Set<string>();
  const answered = new Set(
    items.flatMap((entry) => (entry.type === 'function_call_output' ? [entry.call_id] : [])),
  );
  for (const [index, entry] of items.entries()) {
    if (entry.type === 'function_call') {
      called.add(entry.call_id);
      if (!answered.has(entry.call_id)) {
        throw wrongInput(`No tool output found for function call ${entry.call_id}.`);
      }
    }
    if (entry.type === 'function_call_output' && !called.has(entry.call_id)) {
      throw wrongInput(`No tool call found for function call output with call_id ${entry.call_id}.`);
    }
    if (entry.type === 'reasoning') checkReasoning(entry, items[index + 1]);
  }
}

function checkReasoning(
  { id, encrypted_content: sealed }: Extract<InputItem, { type: 'reasoning' }>,
  next: InputItem | undefined,
): void {
  if (typeof sealed === 'string' && !isThoughtSignature(sealed, '')) {
    throw wrongInput('The encrypted content could not be verified.', 'invalid_encrypted_content');
  }
  const isUser = next?.type === 'message' && next.role !== 'assistant';
  if (next === undefined || isUser || next.type === 'function_call_output') {
    throw wrongInput(
      `Item '${id ?? ''}' of type 'reasoning' was provided without its required following item.`,
    );
  }
}

function wrongInput(message: string, code?: string): Refusal {
  return new Refusal('invalid-request', message, { param: 'input', ...(code !== undefined && { code }) });
}
