import type { Message, Part, ReasoningPart, Signature, ToolCallPart, ToolResultPart } from '../call.ts';
import { malformed } from '../unsupported.ts';
import { readContent, readToolOutput } from './read-content.ts';
import { untranslatable } from './only-here.ts';
import { RequestFields } from './request-fields.ts';
import { reasoningParts, signatureOf, signedCallId } from './signature.ts';

interface MessageUnderWay {
  readonly role: Message['role'];
  readonly parts: Part[];
  readonly at: string;
}

/**
 * Items become messages: what the model produced in a row is one message of the assistant's, and the results of tools
 * in a row are one message, as the other dialects have it.
 */
class Conversation {
  readonly messages: MessageUnderWay[] = [];
  readonly #toolNames = new Map<string, string>();
  readonly #callSignatures = new Map<string, Signature>();
  /** Of what is read now. */
  #at = '';

  /** What comes from now on stands there. */
  goTo(at: string): void {
    this.#at = at;
  }

  say(role: Message['role'], parts: readonly Part[]): void {
    if (role === 'assistant') this.#add('assistant', parts);
    else this.messages.push({ role, parts: [...parts], at: this.#at });
  }

  reason(parts: readonly ReasoningPart[]): void {
    this.#add('assistant', parts);
  }

  /** The signature of a call that is still to come. */
  signCall(callId: string, signature: Signature): void {
    this.#callSignatures.set(callId, signature);
  }

  call(part: ToolCallPart): void {
    this.#toolNames.set(part.id, part.name);
    const signature = this.#callSignatures.get(part.id);
    this.#add('assistant', [signature ? { ...part, signature } : part]);
  }

  result(part: ToolResultPart): void {
    const name = this.#toolNames.get(part.callId);
    this.#add('tool', [name === undefined ? part : { ...part, name }]);
  }

  #add(role: 'assistant' | 'tool', parts: readonly Part[]): void {
    const last = this.messages.at(-1);
    const at = this.#at;
    if (last?.role === role) last.parts.push(...parts.map((part) => ({ ...part, at })));
    else if (parts.length > 0) this.messages.push({ role, parts: [...parts], at });
  }
}

/**
 * The instructions and the input, as messages.
 * @throws {WeirError} `invalid_request`, naming the field.
 */
export function readMessages(body: RequestFields): Message[] {
  const conversation = new Conversation();
  const instructions = body.string('instructions');
  conversation.goTo('instructions');
  if (instructions) conversation.say('system', [{ kind: 'text', text: instructions }]);
  const input = body.value('input');
  conversation.goTo('input');
  if (typeof input === 'string') conversation.say('user', [{ kind: 'text', text: input }]);
  else if (Array.isArray(input)) {
    for (const [index, item] of input.entries()) {
      const at = `input[${index}]`;
      conversation.goTo(at);
      readItem(new RequestFields(item, at), conversation);
    }
  } else throw malformed('input', 'has to be a string or an array of items');
  if (conversation.messages.length === 0) throw malformed('input', 'says nothing');
  return conversation.messages;
}

function readItem(fields: RequestFields, conversation: Conversation): void {
  const type = fields.string('type') ?? 'message';
  // The vendor's ids and states of items mean nothing to another vendor.
  fields.ignore('id', 'status');
  switch (type) {
    case 'message':
      readMessage(fields, conversation);
      break;
    case 'reasoning':
      readReasoning(fields, conversation);
      break;
    case 'function_call':
      conversation.call(readCall(fields));
      break;
    case 'function_call_output':
      conversation.result(readResult(fields));
      break;
    default:
      throw untranslatable(fields.at('type'), `an item of the type ${type.slice(0, 40)}`);
  }
  fields.done();
}

const ROLES = ['user', 'assistant', 'system', 'developer'] as const;

function readMessage(fields: RequestFields, conversation: Conversation): void {
  fields.ignore('phase');
  const role = fields.oneOf('role', ROLES);
  if (!role) throw malformed(fields.at('role'), 'is missing');
  const parts = readContent(fields, 'content');
  const refusal = role === 'assistant' ? -1 : parts.findIndex(({ kind }) => kind === 'refusal');
  if (refusal >= 0) {
    throw malformed(
      `${fields.at('content')}[${refusal}].type`,
      'only the assistant’s messages have refusals',
    );
  }
  conversation.say(role, parts);
}

function readReasoning(fields: RequestFields, conversation: Conversation): void {
  const id = fields.string('id');
  const encryptedContent = fields.string('encrypted_content');
  const callId = signedCallId(id);
  const texts = (name: string): string[] =>
    (fields.list(name) ?? []).map((entry, index) => readText(entry, `${fields.at(name)}[${index}]`));
  const item = { id, summaries: texts('summary'), contents: texts('content'), encryptedContent };
  if (callId !== undefined && encryptedContent) conversation.signCall(callId, signatureOf(encryptedContent));
  else conversation.reason(reasoningParts(item));
}

function readText(entry: unknown, path: string): string {
  const fields = new RequestFields(entry, path);
  fields.ignore('type');
  const text = fields.requiredString('text');
  fields.done();
  return text;
}

function readCall(fields: RequestFields): ToolCallPart {
  refuseProgram(fields);
  const id = fields.requiredString('call_id');
  if (id === '') throw malformed(fields.at('call_id'), 'is empty');
  return {
    kind: 'tool_call',
    id,
    name: fields.requiredString('name'),
    arguments: fields.requiredString('arguments') || '{}',
  };
}

function readResult(fields: RequestFields): ToolResultPart {
  refuseProgram(fields);
  return {
    kind: 'tool_result',
    callId: fields.requiredString('call_id'),
    content: readToolOutput(fields, 'output'),
  };
}

/** Calls that a program made which runs at the vendor's. */
function refuseProgram(fields: RequestFields): void {
  const caller = fields.object('caller');
  if (caller && caller['type'] !== 'direct') throw untranslatable(fields.at('caller'), 'a call by a program');
}
