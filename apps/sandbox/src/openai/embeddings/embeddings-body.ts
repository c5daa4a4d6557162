import type { Usage } from '../../core/rendering.ts';
import { embed } from './embed.ts';
import type { EmbeddingsOrder } from './embeddings-request.ts';

/**
 * OpenAI's list of embeddings.
 * See https://platform.openai.com/docs/api-reference/embeddings/object
 * @param isEmpty the list has nothing in it: the fault `empty`.
 */
export function embeddingsBody(order: EmbeddingsOrder, usage: Usage | undefined, isEmpty: boolean): object {
  const data = order.inputs.map((input, index) => {
    const vector = embed(input, order.dimensions);
    const embedding = order.encoding === 'base64' ? toBase64(vector) : Array.from(vector);
    return { object: 'embedding', index, embedding };
  });
  return {
    object: 'list',
    data: isEmpty ? [] : data,
    model: order.modelId,
    ...(usage !== undefined && {
      usage: { prompt_tokens: usage.inputTokens, total_tokens: usage.inputTokens },
    }),
  };
}

/** The numbers as 4 bytes each, the low one first. */
function toBase64(vector: Float32Array): string {
  const bytes = Buffer.alloc(vector.length * 4);
  for (const [index, number] of vector.entries()) bytes.writeFloatLE(number, index * 4);
  return bytes.toString('base64');
}
