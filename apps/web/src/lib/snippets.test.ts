import { describe, expect, test } from 'vitest';
import { snippet, SNIPPET_LANGUAGES } from './snippets.ts';

const hostile = `It's "quoted",\na line \\ and a \`tick\``;

const call = {
  relayUrl: 'https://api.example.com',
  apiKey: 'sk-weir-example',
  model: 'sandbox/story',
  messages: [{ role: 'user' as const, content: hostile }],
  maxTokens: 256,
};

describe('snippets', () => {
  test.each(SNIPPET_LANGUAGES)('%s carries the address, the key, the model and the limit', (language) => {
    const code = snippet(language, call);
    for (const part of ['https://api.example.com', 'sk-weir-example', 'sandbox/story', '256'])
      expect(code).toContain(part);
  });

  test('what the shell hands to curl is the call', () => {
    const body = /-d '(.*)'$/s.exec(snippet('curl', call))?.[1];
    const unquoted = body?.replaceAll(String.raw`'\''`, "'") ?? '';
    expect(JSON.parse(unquoted)).toMatchObject({
      model: 'sandbox/story',
      stream: true,
      messages: call.messages,
    });
  });

  test('a text stays itself as a string of the script', () => {
    const literal = /content: ('.*') }/.exec(snippet('node', call))?.[1];
    expect(literal).toBe(String.raw`'It\'s "quoted",\na line \\ and a ` + "`tick`'");
  });

  test('what the system says stands apart where the client wants it so', () => {
    const messages = [
      { role: 'system' as const, content: 'Be kind.' },
      { role: 'user' as const, content: 'Hi' },
      { role: 'assistant' as const, content: 'Hello' },
    ];
    const anthropic = snippet('anthropic', { ...call, messages, maxTokens: undefined, temperature: 1.5 });
    for (const part of ["system: 'Be kind.'", 'max_tokens: 1024', 'temperature: 1,'])
      expect(anthropic).toContain(part);
    expect(anthropic).not.toContain("role: 'system'");
    const google = snippet('google', { ...call, messages });
    for (const part of ["systemInstruction: 'Be kind.'", "role: 'model'", 'maxOutputTokens: 256'])
      expect(google).toContain(part);
  });
});
