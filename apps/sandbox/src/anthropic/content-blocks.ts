import { z } from 'zod';

/**
 * The content blocks of a request's messages. A string stands for one block of text.
 * See https://platform.claude.com/docs/en/api/messages/create
 */
const cacheControl = z.looseObject({ type: z.literal('ephemeral') }).nullish();

const text = z.strictObject({
  type: z.literal('text'),
  text: z.string(),
  cache_control: cacheControl,
  citations: z.unknown().optional(),
});

const source = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('base64'), media_type: z.string(), data: z.string().min(1) }),
  z.strictObject({ type: z.literal('url'), url: z.string() }),
  z.strictObject({ type: z.literal('file'), file_id: z.string() }),
  z.strictObject({ type: z.literal('text'), media_type: z.literal('text/plain'), data: z.string() }),
  z.looseObject({ type: z.literal('content') }),
]);

const image = z.strictObject({
  type: z.literal('image'),
  source,
  cache_control: cacheControl,
  transformations: z.unknown().optional(),
});

const document = z.strictObject({
  type: z.literal('document'),
  source,
  cache_control: cacheControl,
  citations: z.unknown().optional(),
  context: z.string().nullish(),
  title: z.string().nullish(),
});

const thinking = z.strictObject({ type: z.literal('thinking'), thinking: z.string(), signature: z.string() });

const redactedThinking = z.strictObject({ type: z.literal('redacted_thinking'), data: z.string() });

const searchResult = z.looseObject({ type: z.literal('search_result') });

const toolId = z.string().regex(/^[a-zA-Z0-9_-]+$/, "String should match pattern '^[a-zA-Z0-9_-]+$'");

const toolUse = z.strictObject({
  type: z.literal('tool_use'),
  id: toolId,
  name: z.string().min(1),
  input: z.record(z.string(), z.unknown(), 'Input should be a valid dictionary'),
  cache_control: cacheControl,
  caller: z.unknown().optional(),
  toolset_name: z.string().nullish(),
});

const toolResult = z.strictObject({
  type: z.literal('tool_result'),
  tool_use_id: toolId,
  content: asBlocks(z.array(z.discriminatedUnion('type', [text, image, document, searchResult]))).optional(),
  is_error: z.boolean().optional(),
  cache_control: cacheControl,
  toolset_name: z.string().nullish(),
});

/** Blocks that come of the vendor's own tools, which the sandbox has none of. */
const serverTool = z.looseObject({
  type: z.enum([
    'server_tool_use',
    'web_search_tool_result',
    'web_fetch_tool_result',
    'code_execution_tool_result',
    'bash_code_execution_tool_result',
    'text_editor_code_execution_tool_result',
    'tool_search_tool_result',
    'container_upload',
  ]),
});

const block = z.discriminatedUnion(
  'type',
  [text, image, document, searchResult, thinking, redactedThinking, toolUse, toolResult, serverTool],
  'Input tag does not match any of the expected tags',
);

export const content = asBlocks(z.array(block));

export const systemContent = asBlocks(z.array(text));

export type ContentBlock = z.output<typeof block>;

export type ToolResultBlock = z.output<typeof toolResult>;

/** The texts of blocks, of those that a tool's result is made of as well; thinking is not among them. */
export function textsOf(blocks: readonly ContentBlock[]): string[] {
  return blocks.flatMap((block) => {
    if (block.type === 'text') return [block.text];
    return block.type === 'tool_result' ? textsOf(block.content ?? []) : [];
  });
}

/** How many blocks are an image or a document, in a tool's result as well. */
export function mediaBlocksOf(blocks: readonly ContentBlock[]): number {
  return blocks.reduce((count, block) => {
    if (block.type === 'tool_result') return count + mediaBlocksOf(block.content ?? []);
    return block.type === 'image' || block.type === 'document' ? count + 1 : count;
  }, 0);
}

function asBlocks<T extends z.ZodType>(blocks: T) {
  return z.preprocess(
    (value) => (typeof value === 'string' ? [{ type: 'text', text: value }] : value),
    blocks,
  );
}
