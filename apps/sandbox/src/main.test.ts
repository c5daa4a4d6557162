import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

const MAIN = join(import.meta.dirname, 'main.ts');

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

function start(env: Record<string, string>): ChildProcess {
  const child = fork(MAIN, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

/** A running sandbox with a stream open that would go on until its client goes. */
async function startWithOpenStream(): Promise<ChildProcess> {
  const port = await freePort();
  const child = start({ SANDBOX_PORT: String(port) });
  const [line] = await once(child.stdout ?? child, 'data');
  expect(String(line)).toContain('listening');
  const response = await fetch(`http://127.0.0.1:${port}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: 'Bearer any', 'content-type': 'application/json' },
    body: JSON.stringify({
      model: 'sandbox/stall',
      stream: true,
      messages: [{ role: 'user', content: 'wait' }],
    }),
  });
  expect(response.status).toBe(200);
  return child;
}

test.each(['SIGINT', 'SIGTERM'] as const)('%s stops it, open streams or not', async (signal) => {
  const child = await startWithOpenStream();
  child.kill(signal);
  expect(await once(child, 'exit')).toEqual([0, null]);
});

test('it stops when the process that started it is gone', async () => {
  const child = await startWithOpenStream();
  child.disconnect();
  expect(await once(child, 'exit')).toEqual([0, null]);
});

test('a wrong setting is named', async () => {
  const child = start({ SANDBOX_PORT: 'eighty' });
  const [text] = await once(child.stderr ?? child, 'data');
  expect(String(text)).toBe('SANDBOX_PORT: is not a port number. Example: SANDBOX_PORT=8789\n');
  expect(await once(child, 'exit')).toEqual([1, null]);
});
