import type { Socket } from 'node:net';
import { isUnused } from './http-limits.ts';

/** By the code of Node's error: the status line, and what is said. */
const MALFORMED: Readonly<Record<string, Malformed>> = {
  HPE_HEADER_OVERFLOW: {
    status: '431 Request Header Fields Too Large',
    message: 'The headers are too long.',
  },
  ERR_HTTP_REQUEST_TIMEOUT: {
    status: '408 Request Timeout',
    message: 'The request did not arrive in time.',
  },
};

const OTHERWISE: Malformed = {
  status: '400 Bad Request',
  message: 'This is not a well-formed HTTP request.',
};

interface Malformed {
  readonly status: string;
  readonly message: string;
}

export interface RawReply {
  /** Beside `connection` and the length. */
  readonly headers: Iterable<readonly [name: string, value: string]>;
  readonly body: string;
}

/**
 * Answers what does not even parse as HTTP, where Node has no response to write to, and closes the connection.
 * @param replyOf what is answered, with words for people.
 */
export function answerMalformed(
  error: Error & { code?: string },
  socket: Socket,
  replyOf: (message: string) => RawReply,
): void {
  if (!socket.writable || isUnused(error, socket)) {
    socket.destroy();
    return;
  }
  const { status, message } = MALFORMED[error.code ?? ''] ?? OTHERWISE;
  const { headers, body } = replyOf(message);
  const lines = [
    `HTTP/1.1 ${status}`,
    'connection: close',
    ...Array.from(headers, ([name, value]) => `${name}: ${value}`),
    `content-length: ${Buffer.byteLength(body)}`,
  ];
  socket.end(`${lines.join('\r\n')}\r\n\r\n${body}`);
}
