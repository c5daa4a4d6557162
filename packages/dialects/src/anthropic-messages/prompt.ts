import type { ClientRequest } from '../dialect.ts';
import { asArray, asObject, type JsonObject } from '../json.ts';
import {
  ATTACHMENT_CHARACTERS_PER_TOKEN,
  IMAGE_TOKENS,
  MESSAGE_OVERHEAD_TOKENS,
  type Prompt,
} from '../prompt.ts';
import { jsonText } from './fields.ts';

/** As of other vendors' encrypted reasoning. */
const ENCRYPTED_CHARACTERS_PER_TOKEN = 8;

/** Blocks within blocks: a document in the result of a tool, and blocks in that. What is deeper is nothing that Anthropic knows. */
const DEPTH_MAX = 2;

/** What the vendor will read, counted before it is known to be well-formed: nothing here judges it. */
export function promptOf({ body }: ClientRequest): Prompt {
  const counter = new PromptCounter();
  counter.addContent(body['system'], 'system');
  for (const [i, message] of asArray(body['messages']).entries()) {
    const { role, content } = asObject(message) ?? {};
    counter.extraTokens += MESSAGE_OVERHEAD_TOKENS;
    if (typeof role === 'string') counter.pieces.push(role);
    counter.addContent(content, `messages[${i}].content`);
  }
  const format = asObject(body['output_config'])?.['format'] ?? body['output_format'];
  for (const [declared, field] of [
    [body['tools'], 'tools'],
    [format, 'output_config'],
  ] as const) {
    if (declared !== undefined && declared !== null) counter.pieces.push(jsonText(declared, field));
  }
  return {
    text: counter.pieces.join('\n'),
    extraTokens: counter.extraTokens,
    images: counter.images,
    unbounded: counter.unbounded,
  };
}

class PromptCounter {
  readonly pieces: string[] = [];
  extraTokens = 0;
  images = 0;
  unbounded = false;

  addContent(content: unknown, path: string, depth = 0): void {
    if (typeof content === 'string') {
      this.pieces.push(content);
      return;
    }
    for (const item of asArray(content)) {
      const block = asObject(item);
      if (block) this.#addBlock(block, path, depth);
    }
  }

  #addBlock(block: JsonObject, path: string, depth: number): void {
    switch (block['type']) {
      case 'text':
        this.#addText(block['text']);
        return;
      case 'thinking':
        this.#addText(block['thinking']);
        return;
      case 'image':
        this.images++;
        this.extraTokens += IMAGE_TOKENS;
        return;
      case 'tool_use':
      case 'server_tool_use':
        this.#addText(block['name']);
        this.pieces.push(jsonText(block['input'] ?? {}, path));
        return;
      case 'document':
        if (depth < DEPTH_MAX) return this.#addDocument(block, path, depth);
        break;
      case 'tool_result':
        if (depth < DEPTH_MAX) return this.addContent(block['content'], path, depth + 1);
        break;
      case 'redacted_thinking':
        this.extraTokens += Math.ceil(jsonText(block, path).length / ENCRYPTED_CHARACTERS_PER_TOKEN);
        return;
    }
    // Of a kind that is mostly text, such as the result of a search.
    this.pieces.push(jsonText(block, path));
  }

  #addDocument(block: JsonObject, path: string, depth: number): void {
    this.#addText(block['title']);
    this.#addText(block['context']);
    const source = asObject(block['source']);
    if (source?.['type'] === 'text') this.#addText(source['data']);
    else if (source?.['type'] === 'content') this.addContent(source['content'], path, depth + 1);
    else {
      this.unbounded = true;
      this.extraTokens += Math.ceil(jsonText(source ?? {}, path).length / ATTACHMENT_CHARACTERS_PER_TOKEN);
    }
  }

  #addText(text: unknown): void {
    if (typeof text === 'string') this.pieces.push(text);
  }
}
