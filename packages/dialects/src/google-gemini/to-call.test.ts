import { describe, expect, it } from 'vitest';
import type { Call } from '../call.ts';
import { withoutPlaces } from '../testing/without-places.ts';
import { googleGemini } from './index.ts';

const CONTENTS = [{ role: 'user', parts: [{ text: 'hi' }] }];

function call(body: object): Call {
  return withoutPlaces(googleGemini.toCall(googleGemini.parseRequest(body, { model: 'm', stream: false })));
}

const messages = (...contents: object[]) => call({ contents }).messages;
const configured = (generationConfig: object) => call({ contents: CONTENTS, generationConfig });
const tools = (...functionDeclarations: object[]) =>
  call({ contents: CONTENTS, tools: [{ functionDeclarations }] }).tools;

describe('contents', () => {
  it('are messages, in either spelling, a part alone standing for a list', () => {
    const expected = [
      { role: 'system', parts: [{ kind: 'text', text: 'sys' }] },
      { role: 'user', parts: [{ kind: 'text', text: 'hi' }] },
      { role: 'assistant', parts: [{ kind: 'text', text: 'ho' }] },
    ];
    const contents = [{ parts: { text: 'hi' } }, { role: 'model', parts: [{ text: 'ho' }] }];
    for (const name of ['systemInstruction', 'system_instruction']) {
      expect(call({ contents, [name]: { role: 'user', parts: { text: 'sys' } } }).messages).toEqual(expected);
    }
  });

  it('have images, sound and files by their media type', () => {
    const inline = (mimeType: string) => ({ inlineData: { mimeType, data: 'QQ==' } });
    const file = (fileUri: string, mimeType?: string) => ({
      file_data: { file_uri: fileUri, mime_type: mimeType },
    });
    const [message] = messages({
      parts: [
        { ...inline('image/png'), mediaResolution: { level: 'MEDIA_RESOLUTION_LOW' } },
        inline('audio/mpeg'),
        inline('application/pdf'),
        file('https://a/x', 'image/jpeg'),
        file('https://a/x.webp?q=1'),
        file('https://a/x.pdf'),
      ],
    });
    expect(message?.parts).toEqual([
      { kind: 'image', source: { kind: 'data', mediaType: 'image/png', data: 'QQ==' }, detail: 'low' },
      { kind: 'audio', format: 'mp3', data: 'QQ==' },
      { kind: 'file', source: { kind: 'data', mediaType: 'application/pdf', data: 'QQ==' } },
      { kind: 'image', source: { kind: 'url', url: 'https://a/x' } },
      { kind: 'image', source: { kind: 'url', url: 'https://a/x.webp?q=1' } },
      { kind: 'file', source: { kind: 'url', url: 'https://a/x.pdf' } },
    ]);
  });

  it('have calls and results that belong together by id, or by name and order', () => {
    const read = messages(
      {
        role: 'model',
        parts: [
          { functionCall: { name: 'f', args: { n: 1 } }, thoughtSignature: 'U0lH' },
          { functionCall: { name: 'f' } },
          { functionCall: { name: 'g', id: 'mine' } },
        ],
      },
      {
        role: 'user',
        parts: [
          { functionResponse: { name: 'g', id: 'mine', response: { a: 1 } } },
          { functionResponse: { name: 'f', response: { output: 'one' } } },
          { functionResponse: { name: 'f', response: { error: 'two' } } },
          { text: 'go on' },
        ],
      },
    );
    expect(read).toEqual([
      {
        role: 'assistant',
        parts: [
          {
            kind: 'tool_call',
            id: 'call_0_0',
            name: 'f',
            arguments: '{"n":1}',
            signature: { dialect: 'google-gemini', value: 'U0lH' },
          },
          { kind: 'tool_call', id: 'call_0_1', name: 'f', arguments: '{}' },
          { kind: 'tool_call', id: 'mine', name: 'g', arguments: '{}' },
        ],
      },
      {
        role: 'tool',
        parts: [
          { kind: 'tool_result', callId: 'mine', name: 'g', content: [{ kind: 'text', text: '{"a":1}' }] },
          { kind: 'tool_result', callId: 'call_0_0', name: 'f', content: [{ kind: 'text', text: 'one' }] },
          {
            kind: 'tool_result',
            callId: 'call_0_1',
            name: 'f',
            content: [{ kind: 'text', text: 'two' }],
            isError: true,
          },
        ],
      },
      { role: 'user', parts: [{ kind: 'text', text: 'go on' }] },
    ]);
  });

  it('have thoughts, and signatures of texts as reasoning behind them', () => {
    const signature = { dialect: 'google-gemini', value: 'U0lH' };
    const [message] = messages({
      role: 'model',
      parts: [
        { text: 'hm', thought: true, thoughtSignature: 'U0lH' },
        { text: 'so', thought_signature: 'U0lH' },
        { text: '', thoughtSignature: 'skip_thought_signature_validator' },
      ],
    });
    expect(message?.parts).toEqual([
      { kind: 'reasoning', text: 'hm', summary: true, signature },
      { kind: 'text', text: 'so' },
      { kind: 'reasoning', text: '', signature, encrypted: true },
      { kind: 'text', text: '' },
    ]);
  });

  it('have images in results', () => {
    const [, message] = messages(
      { role: 'model', parts: [{ functionCall: { name: 'f' } }] },
      {
        role: 'function',
        parts: [
          {
            functionResponse: { name: 'f', parts: [{ inlineData: { mimeType: 'image/png', data: 'QQ==' } }] },
          },
        ],
      },
    );
    expect(message?.parts).toMatchObject([{ content: [{ kind: 'text', text: '{}' }, { kind: 'image' }] }]);
  });
});

describe('tools', () => {
  it('have JSON schemas, made of Google’s own where they are given so', () => {
    const schema = { type: 'object', additionalProperties: false };
    expect(tools({ name: 'f', description: 'd', parameters_json_schema: schema })).toEqual([
      { name: 'f', description: 'd', parameters: schema },
    ]);
    const parameters = {
      type: 'OBJECT',
      properties: {
        b: { type: 'STRING', format: 'enum', enum: ['x'], nullable: true },
        a: { type: 'ARRAY', items: { type: 'INTEGER', format: 'int32' }, max_items: '3' },
        c: { anyOf: [{ type: 'NUMBER', minimum: 1 }], nullable: true, example: 2 },
      },
      propertyOrdering: ['a', 'b'],
      required: ['a'],
    };
    const [tool] = tools({ name: 'f', parameters });
    expect(tool?.parameters).toEqual({
      type: 'object',
      required: ['a'],
      properties: {
        a: { type: 'array', maxItems: 3, items: { type: 'integer', format: 'int32' } },
        b: { type: ['string', 'null'], enum: ['x', null] },
        c: { anyOf: [{ type: 'number', minimum: 1 }, { type: 'null' }], examples: [2] },
      },
    });
    expect(Object.keys(tool?.parameters?.['properties'] ?? {})).toEqual(['a', 'b', 'c']);
  });

  it.each([
    [{ mode: 'AUTO' }, { kind: 'auto' }, undefined],
    [{ mode: 'NONE' }, { kind: 'none' }, undefined],
    [{ mode: 'ANY' }, { kind: 'required' }, undefined],
    [{ mode: 'ANY', allowedFunctionNames: ['f'] }, { kind: 'tool', name: 'f' }, undefined],
    [{ mode: 'VALIDATED' }, { kind: 'auto' }, true],
    [{}, undefined, undefined],
  ])('are chosen as %j says', (functionCallingConfig, toolChoice, strict) => {
    const read = call({
      contents: CONTENTS,
      tools: [{ functionDeclarations: [{ name: 'f' }] }],
      toolConfig: { functionCallingConfig },
    });
    expect(read.toolChoice).toEqual(toolChoice);
    expect(read.tools[0]?.strict).toBe(strict);
  });
});

describe('the settings', () => {
  it('are those of the call', () => {
    const numbers = {
      temperature: 1.5,
      topP: 0.5,
      topK: 3,
      seed: -4,
      presencePenalty: 0.1,
      frequencyPenalty: 0.2,
    };
    const read = configured({
      ...numbers,
      maxOutputTokens: 5,
      candidateCount: 2,
      stopSequences: ['x'],
      responseLogprobs: true,
      logprobs: 2,
      responseModalities: ['TEXT'],
    });
    expect(read).toMatchObject({
      ...numbers,
      choices: 2,
      stopSequences: ['x'],
      logprobs: { alternatives: 2 },
    });
  });

  it.each([
    [{ responseMimeType: 'application/json' }, { kind: 'json' }],
    [{ responseMimeType: 'text/plain' }, undefined],
    [
      { responseMimeType: 'application/json', responseSchema: { type: 'STRING' } },
      { kind: 'json_schema', schema: { type: 'string' } },
    ],
    [
      { response_mime_type: 'application/json', _responseJsonSchema: { type: 'object' } },
      { kind: 'json_schema', schema: { type: 'object' } },
    ],
  ])('with the format %j', (config, format) => {
    expect(configured(config).format).toEqual(format);
  });

  it.each([
    [{ thinkingBudget: 0 }, { budgetTokens: 0 }],
    [
      { thinkingBudget: -1, includeThoughts: true },
      { adaptive: true, shown: true },
    ],
    [{ thinkingLevel: 'low' }, { effort: 'low' }],
  ])('with the thinking %j', (thinkingConfig, reasoning) => {
    expect(configured({ thinkingConfig }).reasoning).toEqual(reasoning);
  });

  it('have labels and the tier as hints, and filters that are off as nothing', () => {
    const read = call({
      contents: CONTENTS,
      labels: { team_name: 'x' },
      serviceTier: 'flex',
      safetySettings: [{ category: 'HARM_CATEGORY_HARASSMENT', threshold: 'BLOCK_NONE' }],
    });
    expect(read.hints).toEqual({ metadata: { team_name: 'x' }, serviceTier: 'flex' });
    const standard = call({ contents: CONTENTS, serviceTier: 'standard' });
    expect(standard.hints).toEqual({ serviceTier: 'default' });
  });
});

const CALLED = { role: 'model', parts: [{ functionCall: { name: 'f' } }] };

describe('what is malformed, or no other dialect has', () => {
  it.each<[object, string]>([
    [{ contents: [{ role: 'system', parts: [{ text: 'x' }] }] }, 'contents[0].role'],
    [{ contents: [{ role: 'user' }] }, 'contents[0].parts'],
    [{ contents: [{ parts: [{}] }] }, 'contents[0].parts[0]'],
    [{ contents: [{ parts: [{ text: 1 }] }] }, 'contents[0].parts[0].text'],
    [{ contents: { parts: { text: 'x', inlineData: {} } } }, 'contents.parts'],
    [{ contents: [{ parts: [{ executableCode: {} }] }] }, 'contents[0].parts[0].executableCode'],
    [{ contents: [{ parts: [{ text: 'x', part_metadata: {} }] }] }, 'contents[0].parts[0].part_metadata'],
    [{ contents: [{ parts: [{ functionCall: { name: 'f' } }] }] }, 'contents[0].parts[0].functionCall'],
    [{ contents: [{ role: 'function', parts: [{ text: 'x' }] }] }, 'contents[0].parts[0]'],
    [
      { contents: [{ role: 'model', parts: [{ functionCall: {} }] }] },
      'contents[0].parts[0].functionCall.name',
    ],
    [
      { contents: [{ role: 'model', parts: [{ functionCall: { name: 'f', args: [] } }] }] },
      'contents[0].parts[0].functionCall.args',
    ],
    [
      { contents: [{ role: 'model', parts: [{ functionCall: { name: 'f' }, thought: true }] }] },
      'contents[0].parts[0].thought',
    ],
    [
      { contents: [{ parts: [{ functionResponse: { name: 'f' } }] }] },
      'contents[0].parts[0].functionResponse',
    ],
    [
      { contents: [CALLED, { parts: [{ functionResponse: { name: 'f', willContinue: true } }] }] },
      'contents[1].parts[0].functionResponse.willContinue',
    ],
    [{ contents: [{ parts: [{ inlineData: { data: 'x' } }] }] }, 'contents[0].parts[0].inlineData.mimeType'],
    [
      { contents: [{ parts: [{ inlineData: { mimeType: 'image/png' } }] }] },
      'contents[0].parts[0].inlineData.data',
    ],
    [{ contents: [{ parts: [{ fileData: {} }] }] }, 'contents[0].parts[0].fileData.fileUri'],
    [
      { contents: [{ parts: [{ fileData: { fileUri: 'gs://a/b' } }] }] },
      'contents[0].parts[0].fileData.fileUri',
    ],
    [
      { contents: [{ parts: [{ fileData: { fileUri: 'https://www.youtube.com/watch?v=1' } }] }] },
      'contents[0].parts[0].fileData.fileUri',
    ],
    [
      { contents: [{ parts: [{ fileData: { fileUri: 'https://a/b', mimeType: 'video/mp4' } }] }] },
      'contents[0].parts[0].fileData',
    ],
    [
      { contents: [{ parts: [{ text: 'x', videoMetadata: { fps: 1 } }] }] },
      'contents[0].parts[0].videoMetadata',
    ],
    [
      { contents: CONTENTS, systemInstruction: { parts: [{ inlineData: {} }] } },
      'systemInstruction.parts[0].inlineData',
    ],
    [{ contents: CONTENTS, systemInstruction: 'x' }, 'systemInstruction'],
    [{ contents: CONTENTS, tools: [{ googleSearch: {} }] }, 'tools[0].googleSearch'],
    [{ contents: CONTENTS, tools: [{ code_execution: {} }] }, 'tools[0].code_execution'],
    [{ contents: CONTENTS, tools: [{ urlContext: {} }] }, 'tools[0].urlContext'],
    [
      { contents: CONTENTS, tools: [{ functionDeclarations: [{}] }] },
      'tools[0].functionDeclarations[0].name',
    ],
    [
      { contents: CONTENTS, tools: [{ functionDeclarations: [{ name: 'f', behavior: 'NON_BLOCKING' }] }] },
      'tools[0].functionDeclarations[0].behavior',
    ],
    [
      { contents: CONTENTS, tools: [{ functionDeclarations: [{ name: 'f', response: {} }] }] },
      'tools[0].functionDeclarations[0].response',
    ],
    [
      { contents: CONTENTS, tools: [{ functionDeclarations: [{ name: 'f', parameters: { type: 'X' } }] }] },
      'tools[0].functionDeclarations[0].parameters.type',
    ],
    [
      {
        contents: CONTENTS,
        tools: [{ functionDeclarations: [{ name: 'f', parameters: { items: { x: 1 } } }] }],
      },
      'tools[0].functionDeclarations[0].parameters.items.x',
    ],
    [
      {
        contents: CONTENTS,
        toolConfig: { functionCallingConfig: { mode: 'ANY', allowedFunctionNames: ['f'] } },
      },
      'toolConfig',
    ],
    [
      {
        contents: CONTENTS,
        toolConfig: { functionCallingConfig: { mode: 'ANY', allowedFunctionNames: ['f', 'g'] } },
      },
      'toolConfig.functionCallingConfig.allowedFunctionNames',
    ],
    [
      { contents: CONTENTS, toolConfig: { functionCallingConfig: { mode: 'X' } } },
      'toolConfig.functionCallingConfig.mode',
    ],
    [{ contents: CONTENTS, toolConfig: { retrievalConfig: {} } }, 'toolConfig.retrievalConfig'],
    [
      { contents: CONTENTS, safetySettings: [{ threshold: 'BLOCK_LOW_AND_ABOVE' }] },
      'safetySettings[0].threshold',
    ],
    [{ contents: CONTENTS, cached_content: 'c' }, 'cached_content'],
    [{ contents: CONTENTS, labels: { a: 1 } }, 'labels.a'],
    [{ contents: CONTENTS, generationConfig: { speechConfig: {} } }, 'generationConfig.speechConfig'],
    [
      { contents: CONTENTS, generationConfig: { responseModalities: ['TEXT', 'IMAGE'] } },
      'generationConfig.responseModalities[1]',
    ],
    [{ contents: CONTENTS, generationConfig: { temperature: '1' } }, 'generationConfig.temperature'],
    [{ contents: CONTENTS, generationConfig: { logprobs: 1 } }, 'generationConfig.logprobs'],
    [
      { contents: CONTENTS, generationConfig: { responseMimeType: 'text/x.enum' } },
      'generationConfig.responseMimeType',
    ],
    [{ contents: CONTENTS, generationConfig: { responseSchema: {} } }, 'generationConfig.responseMimeType'],
    [
      { contents: CONTENTS, generation_config: { thinking_config: { thinking_level: 'X' } } },
      'generation_config.thinking_config.thinking_level',
    ],
    [{ contents: CONTENTS, automaticFunctionCalling: {} }, 'automaticFunctionCalling'],
  ])('%j is an error that names the field', (body, param) => {
    expect(() => call(body)).toThrow(expect.objectContaining({ code: 'invalid_request', param }));
  });

  it('is a schema that is nested without end', () => {
    let schema: object = {};
    for (let i = 0; i < 1_000; i++) schema = { items: schema };
    expect(() => tools({ name: 'f', parameters: schema })).toThrow(/nested too deeply/);
  });
});
