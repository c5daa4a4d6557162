import type { Call, Message, OutputFormat, Tool } from '../call.ts';
import { writeRequest } from '../check-request.ts';
import type { RequestTarget } from '../dialect.ts';
import type { JsonObject } from '../json.ts';
import { familyOf } from '../model-families.ts';
import { refuseLastTurn } from '../prefill.ts';
import { malformed, unsupported } from '../unsupported.ts';
import { cacheControl } from './render-blocks.ts';
import { renderMessages, type Turn } from './render-messages.ts';
import { requestServiceTier } from './service-tier.ts';
import { renderReasoning, type WrittenReasoning } from './thinking.ts';

const DIALECT = 'anthropic-messages';

/** What `renderRequest` leaves out. */
export const DROPPED = [
  'metadata',
  'service_tier, other than auto and default',
  'prompt_cache_key',
  'verbosity',
  'detail of an image',
  'name and strict of a JSON schema for the output',
  'citations of earlier replies',
  'media type of a file of text other than text/plain',
  'reasoning of earlier replies that Anthropic did not sign, and signatures of other vendors',
  'whether reasoning is shown, where none is asked for',
  'reasoning effort minimal, of which low is made; the number of a reasoning budget, of which an effort is made, where the model knows no budgets; one below 1,024 tokens, or not below the output limit, is brought within; that the model itself decides, where it knows budgets alone: it gets that of a high effort',
  'reasoning effort, where the output limit is 1,024 tokens or less, of which the smallest budget leaves nothing, or a tool call is forced',
  'reasoning up to Claude 4.5, in a round of tool calls whose reasoning did not come back',
] as const;

/** What of its clients' requests no other dialect has. */
export const OWN_HINTS = [
  'the header anthropic-beta',
  'eager_input_streaming of a tool',
  'where in a document a citation of an earlier turn stands',
] as const;

/**
 * The body for a vendor of this dialect.
 * @see https://platform.claude.com/docs/en/api/messages/create
 * @throws {WeirError} `invalid_request`, naming what Anthropic has no words for.
 */
export function renderRequest(call: Call, target: RequestTarget): string {
  refuseUnknown(call);
  const { system, turns } = renderMessages(call.messages);
  if (turns.at(-1)?.role === 'assistant') checkLastTurn(call.messages, target.upstreamModel);
  const forcesCall = call.toolChoice?.kind === 'required' || call.toolChoice?.kind === 'tool';
  if (forcesCall && familyOf(target.upstreamModel)?.takesNoForcedCall) {
    throw malformed('tool_choice', 'can’t force a call: this model takes auto and none only');
  }
  const toolChoice = renderToolChoice(call);
  const { thinking, effort } = renderReasoning(call.reasoning, target, {
    byToolChoice: forcesCall,
    byToolCalls: isWithoutReasoning(turns),
  });
  const outputConfig = renderOutputConfig(call.format, effort);
  const serviceTier = requestServiceTier(call.hints.serviceTier);
  const { temperature, topP, topK, stopSequences, hints } = call;
  return writeRequest({
    model: target.upstreamModel,
    max_tokens: target.outputTokensMax,
    stream: call.stream,
    ...(system.length > 0 && { system }),
    messages: turns,
    ...(call.tools.length > 0 && { tools: call.tools.map(renderTool) }),
    ...(toolChoice && { tool_choice: toolChoice }),
    ...(temperature !== undefined && { temperature }),
    ...(topP !== undefined && { top_p: topP }),
    ...(topK !== undefined && { top_k: topK }),
    ...(stopSequences && { stop_sequences: stopSequences }),
    ...(thinking && { thinking }),
    ...(outputConfig && { output_config: outputConfig }),
    ...(hints.user !== undefined && { metadata: { user_id: hints.user } }),
    ...(serviceTier !== undefined && { service_tier: serviceTier }),
  });
}

/** Anthropic's models go on from a last turn of their own, or refuse it. */
function checkLastTurn(messages: readonly Message[], upstreamModel: string): void {
  refuseLastTurn(messages, DIALECT);
  if (familyOf(upstreamModel)?.takesNoPrefill) {
    throw malformed(
      'messages',
      'have to end with a message of the user’s: this model can’t go on from its own',
    );
  }
}

function refuseUnknown(call: Call): void {
  if (call.choices > 1) throw unsupported('n', DIALECT, 'more than one reply');
  if (call.temperature !== undefined && call.temperature > 1) {
    throw unsupported('temperature', DIALECT, 'one above 1');
  }
  // A penalty of 0 is none.
  if (call.frequencyPenalty) throw unsupported('frequency_penalty', DIALECT);
  if (call.presencePenalty) throw unsupported('presence_penalty', DIALECT);
  if (call.seed !== undefined) throw unsupported('seed', DIALECT);
  if (call.logitBias && Object.keys(call.logitBias).length > 0) throw unsupported('logit_bias', DIALECT);
  if (call.logprobs) throw unsupported('logprobs', DIALECT);
  if (call.format?.kind === 'json') {
    throw unsupported('response_format', DIALECT, 'JSON without a schema');
  }
}

function renderTool({ name, description, parameters, strict, cache }: Tool): JsonObject {
  return {
    name,
    ...(description !== undefined && { description }),
    input_schema: parameters ? { type: 'object', ...parameters } : { type: 'object', properties: {} },
    ...(strict !== undefined && { strict }),
    ...cacheControl(cache),
  };
}

/** Without tools there is nothing to choose, and Anthropic takes no choice; one that forces a call is left to its judgement. */
function renderToolChoice(call: Call): JsonObject | undefined {
  const { toolChoice, parallelToolCalls, tools } = call;
  if (toolChoice?.kind === 'none') return tools.length > 0 ? { type: 'none' } : undefined;
  const single = parallelToolCalls === undefined ? {} : { disable_parallel_tool_use: !parallelToolCalls };
  switch (toolChoice?.kind) {
    case 'required':
      return { type: 'any', ...single };
    case 'tool':
      return { type: 'tool', name: toolChoice.name, ...single };
    case 'auto':
      return tools.length > 0 ? { type: 'auto', ...single } : undefined;
    case undefined:
      return tools.length > 0 && parallelToolCalls === false ? { type: 'auto', ...single } : undefined;
  }
}

function renderOutputConfig(
  format: OutputFormat | undefined,
  effort: WrittenReasoning['effort'],
): JsonObject | undefined {
  if (!format && effort === undefined) return undefined;
  return {
    ...(effort !== undefined && { effort }),
    ...(format?.kind === 'json_schema' && { format: { type: 'json_schema', schema: schemaOf(format) } }),
  };
}

/** What a client says about the format beside the schema, the schema itself can say. */
function schemaOf({ schema, description }: OutputFormat & { kind: 'json_schema' }): JsonObject {
  return description === undefined || 'description' in schema ? schema : { ...schema, description };
}

/** With a thinking budget, the model's last turn has to begin with its reasoning if it called tools. */
function isWithoutReasoning(turns: readonly Turn[]): boolean {
  const last = turns.findLast(({ role }) => role === 'assistant')?.content ?? [];
  const first = last[0]?.['type'];
  return (
    first !== 'thinking' && first !== 'redacted_thinking' && last.some(({ type }) => type === 'tool_use')
  );
}
