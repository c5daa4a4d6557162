import { DialectError } from '@weir/dialects/dialect-error';
import { DIALECT_NAMES } from '@weir/dialects/dialect-name';
import { DIALECTS } from '@weir/dialects/dialects';
import { EventMeter } from '@weir/dialects/event-meter';
import { SSE_EVENT_BYTES_MAX, SseError, sseReader } from '@weir/dialects/sse';
import { WeirError } from '@weir/core/errors';
import { DEFAULT_QUIRKS } from '@weir/dialects/quirks';
import { HOSTILE_STREAMS, type HostileStream } from './hostile-streams.ts';

/*
 * Whether what a stranger sends takes time in proportion to its length: `node bench/src/hostile-inputs.ts`. Everything is
 * measured at some length, and at four times that; a ratio of 4 is linear, one of 16 is quadratic.
 */

const TIMES_LONGER = 4;
const MEASUREMENTS = 3;
const CHUNK_BYTES = 16_384;
const CONTEXT = {
  requestId: 'req_1',
  model: 'm',
  createdAtMs: 0,
  usageWanted: true,
  creditLimitTokens: undefined,
};
const TARGET = {
  upstreamModel: 'm',
  outputTokensMax: 1_000,
  quirks: DEFAULT_QUIRKS,
} as const;

interface Case {
  readonly name: string;
  readonly size: number;
  /** What is made before the clock runs, and what is measured. */
  readonly prepare: (size: number) => () => void;
}

function chunksOf(bytes: Buffer, chunkBytes = CHUNK_BYTES): Buffer[] {
  return Array.from({ length: Math.ceil(bytes.length / chunkBytes) }, (_, at) =>
    bytes.subarray(at * chunkBytes, (at + 1) * chunkBytes),
  );
}

const framing = (name: string, textOf: (size: number) => string, chunkBytes?: number): Case => ({
  name: `framing: ${name}`,
  size: 400_000,
  prepare(size) {
    const chunks = chunksOf(Buffer.from(textOf(size)), chunkBytes);
    return () => {
      const reader = sseReader({ read: () => undefined });
      for (const chunk of chunks) reader.push(chunk);
      reader.end();
    };
  },
});

/** Read and written to every other dialect's client, with what the relay keeps beside. */
function converting({ name, vendor, begin, piece, end }: HostileStream): Case[] {
  return DIALECT_NAMES.filter((client) => client !== vendor).map((client) => ({
    name: `${vendor} → ${client}: ${name}`,
    size: 2_000,
    prepare(size) {
      const pieces = Array.from({ length: size }, (_, at) => piece(at));
      const chunks = chunksOf(Buffer.from(begin + pieces.join('') + end));
      return () => {
        const decoder = DIALECTS[vendor].decoder();
        const encoder = DIALECTS[client].encoder(CONTEXT);
        const meter = new EventMeter();
        const take = (event: Parameters<typeof meter.add>[0]): void => {
          meter.add(event);
          encoder.write(event);
        };
        const reader = sseReader({
          begin: (bytes) => decoder.begin?.(bytes),
          passes(from, to) {
            const event = decoder.readLike?.(from, to);
            if (event) take(event);
            return event !== undefined;
          },
          read: (data) => decoder.read({ data }).forEach(take),
        });
        for (const chunk of chunks) reader.push(chunk);
        for (const event of decoder.end()) take(event);
        meter.text();
      };
    },
  }));
}

const nested = (open: string, close: string, depth: number): string =>
  open.repeat(depth) + close.repeat(depth);

const BODIES: readonly {
  readonly name: string;
  readonly size: number;
  readonly make: (size: number) => Record<string, unknown>;
}[] = [
  {
    name: 'messages of one letter',
    size: 10_000,
    make: (size) => ({
      messages: Array.from({ length: size }, (_, at) => ({
        role: at % 2 ? 'assistant' : 'user',
        content: 'a',
      })),
    }),
  },
  {
    name: 'parts of one letter',
    size: 10_000,
    make: (size) => ({
      messages: [
        { role: 'user', content: Array.from({ length: size }, () => ({ type: 'text', text: 'a' })) },
      ],
    }),
  },
  {
    name: 'one long text',
    size: 2_000_000,
    make: (size) => ({ messages: [{ role: 'user', content: 'a'.repeat(size) }] }),
  },
  {
    name: 'calls and their results',
    size: 5_000,
    make: (size) => ({
      messages: [
        {
          role: 'assistant',
          content: null,
          tool_calls: Array.from({ length: size }, (_, at) => ({
            id: `c${at}`,
            type: 'function',
            function: { name: 'f', arguments: '{}' },
          })),
        },
        ...Array.from({ length: size }, (_, at) => ({ role: 'tool', tool_call_id: `c${at}`, content: 'r' })),
      ],
    }),
  },
  {
    name: 'a data URL',
    size: 4_000_000,
    make: (size) => ({
      messages: [
        {
          role: 'user',
          content: [{ type: 'image_url', image_url: { url: `data:image/png;base64,${'A'.repeat(size)}` } }],
        },
      ],
    }),
  },
  {
    name: 'deep nesting in a tool’s schema',
    size: 500,
    make: (size) => ({
      messages: [{ role: 'user', content: 'a' }],
      tools: [
        { type: 'function', function: { name: 'f', parameters: JSON.parse(nestedSchema(size)) as object } },
      ],
    }),
  },
];

function nestedSchema(depth: number): string {
  return `${'{"type":"object","properties":{"a":'.repeat(depth)}{}${'}}'.repeat(depth)}`;
}

/** Chat requests, and what the other dialects make of them, read again. */
const requests: Case[] = BODIES.flatMap(({ name, size, make }) =>
  DIALECT_NAMES.filter((vendor) => vendor !== 'openai-chat').map((vendor) => ({
    name: `request openai-chat → ${vendor}, and read again: ${name}`,
    size,
    prepare(length: number) {
      const text = JSON.stringify({ model: 'm', ...make(length) });
      return () => {
        const client = DIALECTS['openai-chat'];
        const request = client.parseRequest(JSON.parse(text), {});
        client.promptOf(request);
        const written = DIALECTS[vendor].renderRequest(client.toCall(request), TARGET);
        const again = DIALECTS[vendor].parseRequest(
          { model: 'm', ...(JSON.parse(written) as object) },
          { model: 'm' },
        );
        DIALECTS[vendor].promptOf(again);
        DIALECTS[vendor].toCall(again);
      };
    },
  })),
);

const events: Case[] = DIALECT_NAMES.flatMap((vendor) => [
  {
    name: `${vendor}: an event that is nested deeply`,
    size: 200_000,
    prepare: (size: number) => readingOne(vendor, `{"a":${nested('[', ']', size)}}`),
  },
  {
    name: `${vendor}: an event of one long text`,
    size: 3_000_000,
    prepare: (size: number) => readingOne(vendor, JSON.stringify({ error: { message: 'a'.repeat(size) } })),
  },
]);

function readingOne(vendor: (typeof DIALECT_NAMES)[number], data: string): () => void {
  return () => void DIALECTS[vendor].decoder().read({ data });
}

const CASES: readonly Case[] = [
  framing('tiny events', (size) => 'data:1\n\n'.repeat(size / 8)),
  framing('one event, line by line', (size) => `${'data:1\n'.repeat(size / 7)}\n`),
  framing(
    'one event without a line’s end, in chunks of 100 bytes',
    (size) => `data:${'a'.repeat(size)}`,
    100,
  ),
  framing('comments', (size) => `${':\n'.repeat(size / 2)}\n`),
  framing('blank lines', (size) => '\n'.repeat(size)),
  framing('CR alone', (size) => 'data:1\r\r'.repeat(size / 8)),
  framing('tiny events, byte by byte', (size) => 'data:1\n\n'.repeat(size / 64), 1),
  framing('the largest event', (size) => `data:${'a'.repeat((SSE_EVENT_BYTES_MAX / 1_700_000) * size)}\n\n`),
  ...HOSTILE_STREAMS.flatMap(converting),
  ...events,
  ...requests,
];

/** What is refused is done with as well. */
function run(work: () => void): void {
  try {
    work();
  } catch (thrown) {
    if (!(thrown instanceof DialectError || thrown instanceof SseError || thrown instanceof WeirError))
      throw thrown;
  }
}

/** The least of several, in ms of CPU. */
function measure({ prepare }: Case, size: number): number {
  const work = prepare(size);
  const times = Array.from({ length: MEASUREMENTS }, () => {
    const before = process.cpuUsage();
    run(work);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  });
  return Math.min(...times);
}

process.stdout.write('| what | length | ms | ms at four times the length | ratio |\n|---|---|---|---|---|\n');
for (const one of CASES) {
  measure(one, Math.ceil(one.size / 10));
  const [short, long] = [measure(one, one.size), measure(one, one.size * TIMES_LONGER)];
  const figures = [one.name, one.size, short.toFixed(1), long.toFixed(1), (long / short).toFixed(1)];
  process.stdout.write(`| ${figures.join(' | ')} |\n`);
}
