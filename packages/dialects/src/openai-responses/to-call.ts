import { REASONING_EFFORTS, type Call, type Hints, type Reasoning } from '../call.ts';
import type { ClientRequest } from '../dialect.ts';
import { given } from '../given.ts';
import { malformed } from '../unsupported.ts';
import { readMessages } from './read-input.ts';
import { readFormat, readToolUse } from './read-tools.ts';
import { untranslatable } from './only-here.ts';
import { RequestFields } from './request-fields.ts';

/** `include` of these adds nothing to a reply without tools that the vendor carries out; that of reasoning is implied. */
const HARMLESS_INCLUDES: ReadonlySet<unknown> = new Set([
  'reasoning.encrypted_content',
  'file_search_call.results',
  'web_search_call.results',
  'web_search_call.action.sources',
  'message.input_image.image_url',
  'computer_call_output.output.image_url',
  'code_interpreter_call.outputs',
]);
const LOGPROBS = 'message.output_text.logprobs';

/** What `parseRequest` has dealt with, and what changes nothing of what the reply says. */
const IGNORED = [
  'model',
  'stream',
  'max_output_tokens',
  'background',
  'store',
  'stream_options',
  'truncation',
  'max_tool_calls',
  'prompt_cache_options',
  'prompt_cache_retention',
] as const;

/**
 * @see https://platform.openai.com/docs/api-reference/responses/create
 * @throws {WeirError} `invalid_request`, naming a field that is malformed, or that no other dialect has.
 */
export function toCall(request: ClientRequest): Call {
  const body = new RequestFields(request.body, '');
  body.ignore(...IGNORED);
  const settings = given({
    parallelToolCalls: body.boolean('parallel_tool_calls'),
    temperature: body.number('temperature', 0, 2),
    topP: body.number('top_p', 0, 1),
    logprobs: readLogprobs(body),
    ...readText(body),
    reasoning: readReasoning(body),
  });
  const call: Call = {
    stream: request.stream,
    messages: readMessages(body),
    ...readToolUse(body),
    choices: 1,
    ...settings,
    hints: readHints(body),
  };
  body.done();
  return call;
}

function readLogprobs(body: RequestFields): Call['logprobs'] {
  const alternatives = body.number('top_logprobs', 0, 20) ?? 0;
  if (!Number.isInteger(alternatives)) throw malformed('top_logprobs', 'has to be a whole number');
  let wanted = false;
  for (const [index, included] of (body.list('include') ?? []).entries()) {
    if (included === LOGPROBS) wanted = true;
    else if (!HARMLESS_INCLUDES.has(included)) throw untranslatable(`include[${index}]`);
  }
  return wanted ? { alternatives } : undefined;
}

function readText(body: RequestFields): Pick<Call, 'format' | 'verbosity'> {
  const text = body.fields('text');
  if (!text) return {};
  const format = readFormat(text);
  const verbosity = text.oneOf('verbosity', ['low', 'medium', 'high']);
  text.done();
  return { ...(format && { format }), ...(verbosity && { verbosity }) };
}

const SUMMARIES = ['auto', 'concise', 'detailed'] as const;

/** @see https://platform.openai.com/docs/api-reference/responses/create#responses-create-reasoning */
function readReasoning(body: RequestFields): Reasoning | undefined {
  const fields = body.fields('reasoning');
  if (!fields) return undefined;
  const effort = fields.oneOf('effort', REASONING_EFFORTS);
  const summary = fields.oneOf('summary', SUMMARIES) ?? fields.oneOf('generate_summary', SUMMARIES);
  fields.ignore('generate_summary');
  for (const [name, usual] of [
    ['mode', 'standard'],
    ['context', 'auto'],
  ] as const) {
    const value = fields.string(name);
    if (value !== undefined && value !== usual) throw untranslatable(fields.at(name));
  }
  fields.done();
  if (effort === undefined && summary === undefined) return undefined;
  return { ...(effort && { effort }), ...(summary && { shown: true }) };
}

function readHints(body: RequestFields): Hints {
  const user = body.string('user');
  const safetyIdentifier = body.string('safety_identifier');
  return given({
    user: user ?? safetyIdentifier,
    metadata: readMetadata(body),
    serviceTier: body.string('service_tier'),
    promptCacheKey: body.string('prompt_cache_key'),
  });
}

function readMetadata(body: RequestFields): Readonly<Record<string, string>> | undefined {
  const metadata = body.object('metadata');
  if (!metadata) return undefined;
  const entries = Object.entries(metadata).map(([key, value]): [string, string] => {
    if (typeof value !== 'string') throw malformed(`metadata.${key.slice(0, 80)}`, 'has to be a string');
    return [key, value];
  });
  return Object.fromEntries(entries);
}
