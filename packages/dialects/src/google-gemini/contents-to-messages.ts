import type {
  FilePart,
  ImagePart,
  Message,
  Part,
  ReasoningPart,
  TextPart,
  ToolCallPart,
  ToolResultPart,
} from '../call.ts';
import { asObject, asString, parseJson } from '../json.ts';
import { jsonAt } from '../strict-fields.ts';
import { malformed } from '../unsupported.ts';
import { CallBook } from './call-book.ts';
import { given } from '../given.ts';
import { readDetail, readFileData, readInlineData } from './media.ts';
import { untranslatable } from './only-here.ts';
import { RequestObject } from './request-object.ts';
import { readSignature } from './thought-signature.ts';

const ROLES: ReadonlyMap<string, 'user' | 'assistant' | 'tool'> = new Map([
  ['user', 'user'],
  ['model', 'assistant'],
  ['function', 'tool'],
]);

/** Of what a part says, one thing has to be there. */
const KINDS = ['text', 'inlineData', 'fileData', 'functionCall', 'functionResponse'] as const;

/**
 * The contents of a request, and the instruction before them, as messages.
 * @throws {WeirError} `invalid_request`, naming the content or the part at fault.
 * @see https://ai.google.dev/api/caching#Content
 */
export function readMessages(request: RequestObject): Message[] {
  const instruction = request.object('systemInstruction');
  const calls = new CallBook();
  const contents = request
    .objects('contents')
    .flatMap((content, i) => new ContentReader(content, i, calls).messages());
  return instruction ? [readInstruction(instruction), ...contents] : contents;
}

/** Its role is of no account. */
function readInstruction(content: RequestObject): Message {
  content.string('role');
  const parts = content.objects('parts').map((part): TextPart => {
    const text = part.string('text');
    part.refuseOthers();
    if (text === undefined) throw malformed(part.pathOf('text'), 'has to be there');
    return { kind: 'text', text };
  });
  content.refuseOthers();
  if (parts.length === 0) throw malformed(content.pathOf('parts'), 'has to have at least one part');
  return { role: 'system', parts, at: content.path };
}

class ContentReader {
  readonly #content: RequestObject;
  readonly #index: number;
  readonly #calls: CallBook;

  constructor(content: RequestObject, index: number, calls: CallBook) {
    this.#content = content;
    this.#index = index;
    this.#calls = calls;
  }

  /** Results stand in messages of their own. */
  messages(): Message[] {
    const content = this.#content;
    const written = content.string('role') ?? 'user';
    const role = ROLES.get(written);
    if (role === undefined) throw malformed(content.pathOf('role'), 'has to be user, model or function');
    const messages: { role: Message['role']; parts: Part[]; at: string }[] = [];
    for (const [i, part] of content.objects('parts').entries()) {
      const read = this.#readPart(part, i, role);
      const partRole = read[0]?.kind === 'tool_result' ? 'tool' : role;
      const last = messages.at(-1);
      if (last?.role === partRole) addParts(last, read);
      else messages.push({ role: partRole, parts: read, at: content.path });
    }
    content.refuseOthers();
    if (messages.length === 0) throw malformed(content.pathOf('parts'), 'has to have at least one part');
    return messages;
  }

  #readPart(part: RequestObject, index: number, role: Message['role']): Part[] {
    const kinds = KINDS.filter((kind) => part.has(kind));
    const kind = kinds[0] ?? (part.has('thoughtSignature') ? 'text' : undefined);
    if (kinds.length > 1) throw malformed(part.path, `can’t have both ${kinds[0]} and ${kinds[1]}`);
    if (kind === undefined) part.refuseOthers();
    if (kind === undefined) throw malformed(part.path, 'has to have a text, or something else to say');
    if ((kind === 'functionCall') !== (role === 'assistant') && kind.startsWith('function')) {
      throw malformed(part.pathOf(kind), 'belongs into a content of the other role');
    }
    if (role === 'tool' && kind !== 'functionResponse') {
      throw malformed(part.path, 'has to be a functionResponse, in a content of the role function');
    }
    if (kind !== 'text' && part.boolean('thought') === true) {
      throw malformed(part.pathOf('thought'), 'can be said of a text only');
    }
    const read = this.#readKind(part, index, kind);
    part.refuseOthers();
    return read;
  }

  #readKind(part: RequestObject, index: number, kind: (typeof KINDS)[number]): Part[] {
    switch (kind) {
      case 'functionCall':
        return [this.#readCall(part, index)];
      case 'functionResponse':
        return [this.#readResult(part)];
      case 'text':
        return readText(part);
      case 'inlineData':
      case 'fileData': {
        const blob = new RequestObject(part.get(kind) ?? { value: undefined, path: part.path });
        const media = kind === 'inlineData' ? readInlineData(blob) : readFileData(blob);
        return [readDetail(part, media), ...readSigned(part)];
      }
    }
  }

  #readCall(part: RequestObject, index: number): ToolCallPart {
    const call = new RequestObject(part.get('functionCall') ?? { value: undefined, path: part.path });
    const name = call.string('name');
    const id = call.string('id');
    const args = call.json('args');
    call.refuseOthers();
    if (name === undefined || name === '') throw malformed(call.pathOf('name'), 'has to be there');
    const signature = readSignature(part.string('thoughtSignature'));
    const madeUp = `call_${this.#index}_${index}`;
    const callId = id === undefined || id === '' ? madeUp : id;
    this.#calls.add(callId, name);
    return {
      kind: 'tool_call',
      id: callId,
      name,
      arguments: jsonAt(args ?? {}, call.pathOf('args')),
      ...given({ signature }),
    };
  }

  #readResult(part: RequestObject): ToolResultPart {
    const result = new RequestObject(part.get('functionResponse') ?? { value: undefined, path: part.path });
    const name = result.string('name');
    const id = result.string('id');
    if (name === undefined || name === '') throw malformed(result.pathOf('name'), 'has to be there');
    const callId = this.#calls.answer(name, id === '' ? undefined : id);
    if (callId === undefined) {
      throw malformed(result.path, `answers no functionCall of the name ${name} that stands before it`);
    }
    const { text, isError } = readResponse(result);
    const media = result.objects('parts').map(readResultMedia);
    result.refuseOthers();
    return {
      kind: 'tool_result',
      callId,
      name,
      content: [{ kind: 'text', text }, ...media],
      ...(isError && { isError }),
    };
  }
}

/** Texts of the model's that follow one another are pieces of one, as a stream brought them. */
function addParts({ role, parts }: { role: Message['role']; parts: Part[] }, read: readonly Part[]): void {
  const last = parts.at(-1);
  const [first, ...others] = read;
  if (role !== 'assistant' || last?.kind !== 'text' || first?.kind !== 'text') {
    parts.push(...read);
    return;
  }
  parts.splice(-1, 1, { ...last, text: last.text + first.text }, ...others);
}

/** A thought is the vendor's summary of it. */
function readText(part: RequestObject): Part[] {
  const text = part.string('text') ?? '';
  if (part.boolean('thought') === true) {
    const signature = readSignature(part.string('thoughtSignature'));
    return [{ kind: 'reasoning', text, summary: true, ...given({ signature }) }];
  }
  const signed = readSigned(part);
  return text === '' && signed.length > 0 ? signed : [{ kind: 'text', text }, ...signed];
}

/** The signature of what is no thought and no call: it stands for the reasoning behind it, and goes after it. */
function readSigned(part: RequestObject): ReasoningPart[] {
  const signature = readSignature(part.string('thoughtSignature'));
  return signature ? [{ kind: 'reasoning', text: '', signature, encrypted: true }] : [];
}

/**
 * The text of a response: its `output` or its `error`, if it is a text and stands alone; otherwise the JSON of it all.
 * @see https://ai.google.dev/api/caching#FunctionResponse
 */
function readResponse(result: RequestObject): { text: string; isError: boolean } {
  const response = result.json('response') ?? {};
  const [first, ...others] = Object.entries(response);
  if (first && others.length === 0) {
    const [key, value] = first;
    const text = asString(value);
    if (key === 'error' && text !== undefined) return { text, isError: true };
    // An object as text would be read as the response itself when it is written again.
    if (key === 'output' && text !== undefined && !asObject(parseJson(text))) return { text, isError: false };
  }
  return { text: jsonAt(response, result.pathOf('response')), isError: false };
}

function readResultMedia(part: RequestObject): ImagePart | FilePart {
  const blob = part.object('inlineData');
  part.refuseOthers();
  if (!blob) throw malformed(part.pathOf('inlineData'), 'has to be there');
  const media = readInlineData(blob);
  if (media.kind === 'audio') throw untranslatable(blob.path, 'sound in results');
  return media;
}
