/** Ways of making the first call, in the order they are shown. */
export const SNIPPET_LANGUAGES = ['curl', 'node', 'python', 'anthropic', 'google', 'sdk'] as const;

export type SnippetLanguage = (typeof SNIPPET_LANGUAGES)[number];

/** What a tab is called. These are names, the same in every language. */
export const SNIPPET_NAMES: Readonly<Record<SnippetLanguage, string>> = {
  curl: 'curl',
  node: 'openai · TypeScript',
  python: 'openai · Python',
  anthropic: '@anthropic-ai/sdk',
  google: '@google/genai',
  sdk: '@weir/sdk',
};

export interface SnippetCall {
  /** The relay, without a slash at its end. */
  relayUrl: string;
  apiKey: string;
  model: string;
  messages: readonly { role: 'system' | 'user' | 'assistant'; content: string }[];
  maxTokens?: number | undefined;
  temperature?: number | undefined;
}

/** A program that makes the call and prints the reply as it comes; it runs as it stands. */
export function snippet(language: SnippetLanguage, call: SnippetCall): string {
  return { curl, node, python, anthropic, google, sdk }[language](call);
}

function curl(call: SnippetCall): string {
  const body = JSON.stringify(
    {
      model: call.model,
      stream: true,
      ...(call.maxTokens === undefined ? {} : { max_tokens: call.maxTokens }),
      ...(call.temperature === undefined ? {} : { temperature: call.temperature }),
      messages: call.messages,
    },
    undefined,
    2,
  );
  return `curl -N ${call.relayUrl}/v1/chat/completions \\
  -H "Authorization: Bearer ${call.apiKey}" \\
  -H "Content-Type: application/json" \\
  -d '${body.replaceAll("'", String.raw`'\''`)}'`;
}

function node(call: SnippetCall): string {
  return `import OpenAI from 'openai';

const client = new OpenAI({
  baseURL: '${call.relayUrl}/v1',
  apiKey: '${call.apiKey}',
});

const stream = await client.chat.completions.create({
  model: '${call.model}',
  messages: ${scriptMessages(call)},${scriptOptions(call)}
  stream: true,
});

for await (const chunk of stream) {
  process.stdout.write(chunk.choices[0]?.delta?.content ?? '');
}`;
}

function python(call: SnippetCall): string {
  const options = [
    call.maxTokens === undefined ? '' : `\n    max_tokens=${call.maxTokens},`,
    call.temperature === undefined ? '' : `\n    temperature=${call.temperature},`,
  ].join('');
  const messages = call.messages.map(
    ({ role, content }) => `{"role": "${role}", "content": ${JSON.stringify(content)}}`,
  );
  return `from openai import OpenAI

client = OpenAI(
    base_url="${call.relayUrl}/v1",
    api_key="${call.apiKey}",
)

stream = client.chat.completions.create(
    model="${call.model}",
    messages=${messages.length === 1 ? `[${messages.join('')}]` : `[\n${messages.map((row) => `        ${row},`).join('\n')}\n    ]`},${options}
    stream=True,
)

for chunk in stream:
    if chunk.choices:
        print(chunk.choices[0].delta.content or "", end="", flush=True)`;
}

/** Its client wants a limit of the output in every call. */
const ANTHROPIC_MAX_TOKENS = 1024;
/** What it takes at most; others go up to 2. */
const ANTHROPIC_TEMPERATURE_MAX = 1;

function anthropic(call: SnippetCall): string {
  const { system, turns } = splitSystem(call);
  const temperature =
    call.temperature === undefined
      ? ''
      : `\n  temperature: ${Math.min(call.temperature, ANTHROPIC_TEMPERATURE_MAX)},`;
  return `import Anthropic from '@anthropic-ai/sdk';

const client = new Anthropic({
  baseURL: '${call.relayUrl}',
  apiKey: '${call.apiKey}',
});

const stream = client.messages.stream({
  model: '${call.model}',
  max_tokens: ${call.maxTokens ?? ANTHROPIC_MAX_TOKENS},${temperature}${system === '' ? '' : `\n  system: ${scriptString(system)},`}
  messages: ${scriptMessages({ ...call, messages: turns })},
});

stream.on('text', (text) => process.stdout.write(text));
await stream.done();`;
}

function google(call: SnippetCall): string {
  const { system, turns } = splitSystem(call);
  const contents = turns.map(
    ({ role, content }) =>
      `{ role: '${role === 'assistant' ? 'model' : 'user'}', parts: [{ text: ${scriptString(content)} }] }`,
  );
  const config = [
    system === '' ? '' : `\n    systemInstruction: ${scriptString(system)},`,
    call.maxTokens === undefined ? '' : `\n    maxOutputTokens: ${call.maxTokens},`,
    call.temperature === undefined ? '' : `\n    temperature: ${call.temperature},`,
  ].join('');
  return `import { GoogleGenAI } from '@google/genai';

const client = new GoogleGenAI({
  apiKey: '${call.apiKey}',
  httpOptions: { baseUrl: '${call.relayUrl}' },
});

const stream = await client.models.generateContentStream({
  model: '${call.model}',
  contents: ${scriptList(contents)},${config === '' ? '' : `\n  config: {${config}\n  },`}
});

for await (const chunk of stream) {
  process.stdout.write(chunk.text ?? '');
}`;
}

/** The two whose clients take what the system says apart from the conversation. */
function splitSystem({ messages }: SnippetCall): { system: string; turns: SnippetCall['messages'] } {
  const system = messages.filter(({ role }) => role === 'system').map(({ content }) => content);
  return { system: system.join('\n'), turns: messages.filter(({ role }) => role !== 'system') };
}

function sdk(call: SnippetCall): string {
  return `import { Weir } from '@weir/sdk';

const weir = new Weir({
  baseUrl: '${call.relayUrl}',
  apiKey: '${call.apiKey}',
});

const stream = await weir.chat.completions.create({
  model: '${call.model}',
  messages: ${scriptMessages(call)},${scriptOptions(call)}
  stream: true,
});

for await (const chunk of stream) {
  process.stdout.write(chunk.choices[0]?.delta.content ?? '');
}`;
}

function scriptMessages({ messages }: SnippetCall): string {
  return scriptList(
    messages.map(({ role, content }) => `{ role: '${role}', content: ${scriptString(content)} }`),
  );
}

function scriptList(rows: readonly string[]): string {
  return rows.length === 1 ? `[${rows.join('')}]` : `[\n${rows.map((row) => `    ${row},`).join('\n')}\n  ]`;
}

/** JSON's escapes are JavaScript's; only the quotes are the other ones. */
function scriptString(text: string): string {
  return `'${JSON.stringify(text)
    .slice(1, -1)
    .replaceAll(String.raw`\"`, '"')
    .replaceAll("'", String.raw`\'`)}'`;
}

function scriptOptions({ maxTokens, temperature }: SnippetCall): string {
  return [
    maxTokens === undefined ? '' : `\n  max_tokens: ${maxTokens},`,
    temperature === undefined ? '' : `\n  temperature: ${temperature},`,
  ].join('');
}
