import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

/** Recorded payloads of real vendors, which are no part of this repository: `WEIR_RECORDED_DIR` says where they are. */
export const RECORDED_DIR = process.env['WEIR_RECORDED_DIR'];

/** One reply of a vendor. */
export interface Recording {
  /** Its folder: `anthropic`, `openai`, … */
  readonly vendor: string;
  readonly file: string;
  /** Of the request, where it is known: `/v1/messages`. */
  readonly path: string | undefined;
  readonly request: unknown;
  readonly status: number;
  /** A stream as it came over the wire, or a JSON body. */
  readonly body: { readonly sse: Buffer } | { readonly json: unknown };
}

/** All of a vendor's, or of all vendors. */
export function recordings(vendor?: string): Recording[] {
  if (RECORDED_DIR === undefined || !existsSync(RECORDED_DIR)) return [];
  const folders = vendor === undefined ? foldersOf(RECORDED_DIR) : [vendor];
  return folders.flatMap((folder) => {
    const dir = join(RECORDED_DIR, folder);
    return readdirSync(dir).flatMap((file) => read(folder, file, readFileSync(join(dir, file), 'utf8')));
  });
}

function foldersOf(dir: string): string[] {
  return readdirSync(dir, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
}

function read(vendor: string, file: string, text: string): Recording[] {
  const whole = { vendor, file, path: undefined, request: undefined, status: 200 };
  if (/\.ya?ml$/.test(file)) return readCassette(vendor, file, text);
  if (file.endsWith('.json')) return [{ ...whole, body: { json: JSON.parse(text) } }];
  if (file.endsWith('.chunks.txt')) {
    const events = text.split('\n').filter((line) => line.trim() !== '');
    return [{ ...whole, body: { sse: Buffer.from(events.map(asEvent).join('')) } }];
  }
  if (file.endsWith('.snap')) return streamsIn(text).map((sse) => ({ ...whole, body: { sse } }));
  if (/\.(sse|txt)$/.test(file)) return [{ ...whole, body: { sse: Buffer.from(text) } }];
  return [];
}

/** The files have the data only; an Anthropic or Responses event is named after its `type`. */
function asEvent(data: string): string {
  const type = /^\{"type":"([\w.]+)"/.exec(data)?.[1];
  return `${type === undefined ? '' : `event: ${type}\n`}data: ${data}\n\n`;
}

/** The streams of a client's snapshots, which are template literals, each of a string in quotes. */
function streamsIn(snapshots: string): Buffer[] {
  return [...snapshots.matchAll(/= `\n"([^`]*)"\n`;/g)].map(([, text = '']) =>
    Buffer.from(text.replaceAll('\\\\', '\\')),
  );
}

interface Cassette {
  readonly interactions?: readonly Interaction[];
  readonly http_interactions?: readonly Interaction[];
}

interface Interaction {
  readonly request: {
    readonly uri: string;
    readonly body?: unknown;
    readonly parsed_body?: unknown;
  };
  readonly response: {
    readonly status?: { readonly code: number };
    readonly headers?: Readonly<Record<string, readonly string[] | string>>;
    readonly body?: string | { readonly string?: string; readonly base64_string?: string };
    readonly parsed_body?: unknown;
  };
}

/** As Ruby writes bytes. */
const BINARY = { tag: '!binary', resolve: (base64: string) => Buffer.from(base64, 'base64') };

function readCassette(vendor: string, file: string, text: string): Recording[] {
  const cassette = parse(text, { customTags: [BINARY] }) as Cassette;
  return (cassette.interactions ?? cassette.http_interactions ?? []).flatMap(({ request, response }) => {
    const about = {
      vendor,
      file,
      path: new URL(request.uri).pathname,
      request: request.parsed_body ?? parseIfJson(textOf(request.body)),
      status: response.status?.code ?? 200,
    };
    if (response.parsed_body !== undefined) return [{ ...about, body: { json: response.parsed_body } }];
    const body = textOf(response.body);
    if (body === undefined) return [];
    const json = parseIfJson(body);
    return [{ ...about, body: json === undefined ? { sse: Buffer.from(body) } : { json } }];
  });
}

function textOf(body: unknown): string | undefined {
  if (typeof body === 'string') return body;
  if (Buffer.isBuffer(body)) return body.toString();
  if (typeof body !== 'object' || body === null) return undefined;
  if ('string' in body) return textOf(body.string);
  if ('base64_string' in body && typeof body.base64_string === 'string') {
    return Buffer.from(body.base64_string, 'base64').toString();
  }
  return undefined;
}

function parseIfJson(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
