import type { ClientRequest } from '../dialect.ts';
import { asArray, asObject, type JsonObject } from '../json.ts';
import { PromptCounter, type Prompt } from '../prompt.ts';
import { jsonAt } from '../strict-fields.ts';

/** As of other vendors' encrypted reasoning. */
const ENCRYPTED_CHARACTERS_PER_TOKEN = 8;

/** Blocks within blocks: a document in the result of a tool, and blocks in that. What is deeper is nothing that Anthropic knows. */
const DEPTH_MAX = 2;

/** Everything that the model reads: system prompt, messages, tools, format. */
export function promptOf({ body }: ClientRequest): Prompt {
  const counter = new PromptCounter();
  addContent(counter, body['system'], 'system');
  for (const [i, message] of asArray(body['messages']).entries()) {
    const { role, content } = asObject(message) ?? {};
    counter.addFrame();
    counter.addText(role);
    addContent(counter, content, `messages[${i}].content`);
  }
  counter.addJson(body['tools'], 'tools');
  counter.addJson(asObject(body['output_config'])?.['format'] ?? body['output_format'], 'output_config');
  return counter.prompt;
}

function addContent(counter: PromptCounter, content: unknown, path: string, depth = 0): void {
  counter.addText(content);
  for (const item of asArray(content)) {
    const block = asObject(item);
    if (block) addBlock(counter, block, path, depth);
  }
}

function addBlock(counter: PromptCounter, block: JsonObject, path: string, depth: number): void {
  switch (block['type']) {
    case 'text':
      return counter.addText(block['text']);
    case 'thinking':
      return counter.addText(block['thinking']);
    case 'image':
      return counter.addImage();
    case 'tool_use':
    case 'server_tool_use':
      counter.addText(block['name']);
      return counter.addJson(block['input'] ?? {}, path);
    case 'document':
      if (depth < DEPTH_MAX) return addDocument(counter, block, path, depth);
      break;
    case 'tool_result':
      if (depth < DEPTH_MAX) return addContent(counter, block['content'], path, depth + 1);
      break;
    case 'redacted_thinking':
      return counter.addCharacters(jsonAt(block, path).length, ENCRYPTED_CHARACTERS_PER_TOKEN);
  }
  // Of a kind that is mostly text, such as the result of a search.
  counter.addJson(block, path);
}

function addDocument(counter: PromptCounter, block: JsonObject, path: string, depth: number): void {
  counter.addText(block['title']);
  counter.addText(block['context']);
  const source = asObject(block['source']);
  if (source?.['type'] === 'text') counter.addText(source['data']);
  else if (source?.['type'] === 'content') addContent(counter, source['content'], path, depth + 1);
  else counter.addAttachment(source ?? {}, path);
}
