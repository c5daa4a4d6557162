import type { AudioPart, FilePart, ImagePart, Message, Part, ToolResultPart } from '../call.ts';
import { asObject, parseJson, type JsonObject } from '../json.ts';
import { joinTexts } from '../paragraphs.ts';
import { malformed, unsupported, type FieldError } from '../unsupported.ts';
import { renderMedia } from './media.ts';
import { renderCall, renderReasoning, renderText } from './model-parts.ts';
import { ownSignature, PLACEHOLDER_SIGNATURE } from './thought-signature.ts';

const DIALECT = 'google-gemini';

type Content = { readonly role: 'user' | 'model'; readonly parts: JsonObject[] };

interface Contents {
  readonly systemInstruction: JsonObject | undefined;
  readonly contents: readonly Content[];
}

/**
 * Messages as contents. What the system says is one instruction before all of them.
 * @param signsCalls whether the first call of a turn has to have a signature, and gets a placeholder for one.
 * @throws {WeirError} `invalid_request`, naming the message and what of it can't be expressed.
 */
export function renderMessages(messages: readonly Message[], signsCalls: boolean): Contents {
  const instruction: JsonObject[] = [];
  const contents: Content[] = [];
  const callNames = new Map<string, string>();
  let resultsUnderWay: Content | undefined;
  for (const [i, message] of messages.entries()) {
    const path = message.at ?? `messages[${i}]`;
    if (message.name !== undefined) throw unsupported(`${path}.name`, DIALECT);
    if (message.role === 'system' || message.role === 'developer') {
      if (contents.length > 0) {
        throw unsupported(path, DIALECT, `a message of the role ${message.role} after others`);
      }
      for (const part of message.parts) instruction.push(renderInstruction(part, path));
    } else if (message.role === 'tool') {
      // The results of one turn have to come together.
      resultsUnderWay ??= addTo(contents, { role: 'user', parts: [] });
      for (const part of message.parts) resultsUnderWay.parts.push(renderAnswer(part, callNames, path));
      continue;
    } else {
      const parts =
        message.role === 'assistant'
          ? renderTurn(message.parts, callNames, signsCalls, path)
          : message.parts.map((part) => renderAsked(part, path));
      if (parts.length > 0) contents.push({ role: message.role === 'assistant' ? 'model' : 'user', parts });
    }
    resultsUnderWay = undefined;
  }
  if (contents.length === 0) throw unsupported('messages', DIALECT, 'a call with nothing but instructions');
  return { systemInstruction: instruction.length > 0 ? { parts: instruction } : undefined, contents };
}

function addTo(contents: Content[], content: Content): Content {
  contents.push(content);
  return content;
}

function renderInstruction(part: Part, path: string): JsonObject {
  if (part.kind !== 'text') throw refused(part, path);
  return renderText(part);
}

function refused(part: Part, path: string): FieldError {
  return unsupported(`${part.at ?? path} (${part.kind})`, DIALECT);
}

function isMedia(part: Part): part is ImagePart | FilePart | AudioPart {
  return part.kind === 'image' || part.kind === 'file' || part.kind === 'audio';
}

function renderAsked(part: Part, path: string): JsonObject {
  if (part.kind === 'text') return renderText(part);
  if (isMedia(part)) return renderMedia(part);
  throw refused(part, path);
}

/** The model's turn. Reasoning of which nothing is left without its signature is left out. */
function renderTurn(
  parts: readonly Part[],
  callNames: Map<string, string>,
  signsCalls: boolean,
  path: string,
): JsonObject[] {
  const rendered: JsonObject[] = [];
  let hasCall = false;
  for (const part of parts) {
    switch (part.kind) {
      case 'text':
      case 'refusal':
        rendered.push(renderText(part));
        break;
      case 'reasoning': {
        const signature = ownSignature(part.signature);
        if (part.text !== '' || signature !== undefined) rendered.push(renderReasoning(part, signature));
        break;
      }
      case 'tool_call': {
        callNames.set(part.id, part.name);
        const needed = signsCalls && !hasCall ? PLACEHOLDER_SIGNATURE : undefined;
        const call = renderCall(part, ownSignature(part.signature) ?? needed);
        if (!call) {
          throw malformed(`${part.at ?? path} (arguments of ${part.name})`, 'have to be a JSON object');
        }
        rendered.push(call);
        hasCall = true;
        break;
      }
      case 'image':
      case 'file':
      case 'audio':
        rendered.push(renderMedia(part));
        break;
      case 'tool_result':
        throw refused(part, path);
    }
  }
  return rendered;
}

function renderAnswer(part: Part, callNames: ReadonlyMap<string, string>, path: string): JsonObject {
  if (part.kind !== 'tool_result') throw refused(part, path);
  const place = part.at ?? path;
  const name = part.name ?? callNames.get(part.callId);
  if (name === undefined) {
    throw malformed(place, `answers the tool call ${part.callId}, which does not stand before it`);
  }
  const media = part.content
    .filter((item) => item.kind !== 'text')
    .map((item) => renderResultMedia(item, place));
  return {
    functionResponse: {
      id: part.callId,
      name,
      response: renderResponse(part),
      ...(media.length > 0 && { parts: media }),
    },
  };
}

/**
 * A text that is a JSON object is the response; another one is its `output`, or its `error`. Images and files stand
 * beside it, and where among the texts they stood is lost.
 * @see https://ai.google.dev/api/caching#FunctionResponse
 */
function renderResponse({ content, isError }: ToolResultPart): JsonObject {
  const text = joinTexts(content.flatMap((item) => (item.kind === 'text' ? item.text : [])));
  if (isError) return { error: text };
  return asObject(parseJson(text)) ?? { output: text };
}

function renderResultMedia(part: ImagePart | FilePart, path: string): JsonObject {
  if (part.source.kind === 'url') {
    throw unsupported(`${path} (${part.kind})`, DIALECT, 'the result of a tool by address');
  }
  return renderMedia(part);
}
