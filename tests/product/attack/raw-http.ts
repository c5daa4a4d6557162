import { connect } from 'node:net';

/** How long a server may take to answer or to hang up. */
const WAIT_MS = 15_000;

export interface RawAnswer {
  /** All that came back before the server hung up, or before it fell silent for `quietMs`. */
  readonly text: string;
  /** Of the first answer; undefined where the connection was closed without one. */
  readonly status: number | undefined;
  /** How many answers came. */
  readonly answers: number;
  readonly closed: boolean;
}

export interface RawOptions {
  /** Without it the server has to hang up. */
  readonly quietMs?: number;
}

/** Writes bytes to a server as no well-behaved client would, and reads until it hangs up. */
export async function sendRaw(
  url: string,
  bytes: string | Uint8Array,
  { quietMs }: RawOptions = {},
): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  let text = '';
  const closed = await new Promise<boolean>((resolve, reject) => {
    const late = () => reject(new Error(`${url} neither answered nor hung up within ${WAIT_MS} ms: ${text}`));
    const timer = setTimeout(late, WAIT_MS);
    let quiet: NodeJS.Timeout | undefined;
    const end = (isClosed: boolean): void => {
      clearTimeout(timer);
      clearTimeout(quiet);
      resolve(isClosed);
    };
    socket.on('connect', () => socket.write(bytes));
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      if (quietMs === undefined) return;
      clearTimeout(quiet);
      quiet = setTimeout(() => end(false), quietMs);
    });
    socket.on('error', () => undefined);
    socket.on('close', () => end(true));
  });
  socket.destroy();
  const [, status] = /^HTTP\/1\.1 (\d{3})/.exec(text) ?? [];
  return {
    text,
    status: status === undefined ? undefined : Number(status),
    answers: text.match(/HTTP\/1\.1 \d{3} /g)?.length ?? 0,
    closed,
  };
}
