import type { Call, ToolChoice, ToolResult } from '../core/call.ts';
import { REQUEST_NAME_CHARACTERS_MAX } from '../core/controls.ts';
import { countInputTokens } from '../core/count-input.ts';
import { type ContentBlock, mediaBlocksOf, textsOf } from './content-blocks.ts';
import type { CountRequest, Message, MessagesRequest } from './messages-request.ts';

export function callOfMessages(request: MessagesRequest): Call {
  const { messages, thinking, tools } = request;
  const asked = messages.findLast(isAsking);
  return {
    modelId: request.model,
    streamed: request.stream === true,
    askedText: asked?.content.map((block) => (block.type === 'text' ? block.text : '')).join('') ?? '',
    endsWithAsking: asked !== undefined && messages.at(-1) === asked,
    toolResults: toolResultsOf(messages),
    tools: (tools ?? []).map(({ name, input_schema: parameters }) => ({ name, parameters })),
    toolChoice: toolChoiceOf(request),
    parallelCalls: !isSingle(request),
    outputTokensMax: request.max_tokens,
    stopTexts: request.stop_sequences ?? [],
    thinks: thinking?.type === 'enabled' || thinking?.type === 'adaptive',
    inputTokens: countMessagesTokens(request),
    requestName: requestNameOf(request),
  };
}

/** The input tokens of a request. Thinking that is sent back is not counted, as the vendor leaves it out. */
export function countMessagesTokens({ system, messages, tools }: CountRequest): number {
  const prompt = system === undefined ? [] : [{ texts: textsOf(system) }];
  const counted = messages.map(({ content }) => ({
    texts: [...textsOf(content), ...content.flatMap(toolUseTexts)],
    mediaParts: mediaBlocksOf(content),
  }));
  return countInputTokens([...prompt, ...counted], tools ?? []);
}

function toolUseTexts(block: ContentBlock): string[] {
  return block.type === 'tool_use' ? [block.name, JSON.stringify(block.input)] : [];
}

function toolResultsOf(messages: readonly Message[]): ToolResult[] {
  const blocks = messages.flatMap(({ content }) => content);
  const names = new Map(
    blocks.flatMap((block) => (block.type === 'tool_use' ? [[block.id, block.name] as const] : [])),
  );
  return messages
    .slice(messages.findLastIndex(isAsking) + 1)
    .flatMap(({ content }) => content)
    .flatMap((block) =>
      block.type === 'tool_result'
        ? [{ name: names.get(block.tool_use_id) ?? '', text: textsOf(block.content ?? []).join('') }]
        : [],
    );
}

/** A user's message that has more than the results of tools. */
function isAsking({ role, content }: Message): boolean {
  return role === 'user' && content.some((block) => block.type !== 'tool_result');
}

function toolChoiceOf({ tool_choice: choice }: CountRequest): ToolChoice {
  switch (choice?.type) {
    case 'any':
      return 'required';
    case 'tool':
      return { name: choice.name };
    case 'none':
      return 'none';
    case 'auto':
    case undefined:
      return 'auto';
  }
}

function isSingle({ tool_choice: choice }: CountRequest): boolean {
  return choice !== undefined && choice.type !== 'none' && choice.disable_parallel_tool_use === true;
}

function requestNameOf({ metadata }: MessagesRequest): string | undefined {
  const name = metadata?.user_id ?? '';
  return name !== '' && name.length <= REQUEST_NAME_CHARACTERS_MAX ? name : undefined;
}
