import { BenchError } from '../bench-error.ts';
import { callOf, TERMINATORS } from '../calls.ts';
import type { Target } from '../stage.ts';
import type { BenchModel } from '../upstream-replies.ts';

/**
 * One call, looked at closely: a whole JSON reply with text, or a stream that ends in its terminator.
 * @returns the bytes of its body
 * @throws {BenchError} when it is neither
 */
export async function sampleReply(
  target: Target,
  key: string,
  model: BenchModel,
  stream: boolean,
): Promise<number> {
  const { path, body } = callOf(model, stream);
  const response = await fetch(target.origin + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body,
  });
  const text = await response.text();
  const isWhole = stream ? TERMINATORS.some((end) => text.endsWith(end)) : hasText(text);
  if (!response.ok || !isWhole) {
    throw new BenchError(
      `The ${target.name} answered a call to ${model} with ${response.status} and what is no whole reply: ${text.slice(-300)}`,
    );
  }
  return Buffer.byteLength(text);
}

function hasText(json: string): boolean {
  const { choices } = JSON.parse(json) as { choices?: { message?: { content?: string } }[] };
  return (choices?.[0]?.message?.content ?? '') !== '';
}
