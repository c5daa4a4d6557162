import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { startCluster } from './cluster.ts';

async function stoppedCluster() {
  const dataDir = await mkdtemp(join(tmpdir(), 'weir-cluster-'));
  await chmod(dataDir, 0o711);
  await (await startCluster(dataDir, { initdbFlags: ['--no-sync'] })).stop();
  const home = await realpath(join(dataDir, 'postgres'));
  return {
    dataDir,
    data: join(home, 'data'),
    pidFile: join(home, 'data/postmaster.pid'),
    async [Symbol.asyncDispose]() {
      await rm(home, { recursive: true, force: true });
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

it('gives up at once on a Postgres that dies before it has accepted anyone', async () => {
  await using stopped = await stoppedCluster();
  const dying = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6)', 'postgres'], {
    stdio: 'ignore',
  });
  const server = createServer((socket) => {
    server.close();
    dying.kill('SIGKILL');
    dying.once('close', () => socket.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await writeFile(stopped.pidFile, [dying.pid, stopped.data, 0, port].join('\n'));

  await expect(startCluster(stopped.dataDir)).rejects.toThrow(/ended while it was starting\. Start again\.$/);
  const cluster = await startCluster(stopped.dataDir);
  expect(await cluster.isRunning()).toBe(true);
  await cluster.stop();
}, 20_000);

it.runIf(process.platform === 'linux')('waits for what a dead postmaster leaves running', async () => {
  await using stopped = await stoppedCluster();
  // Whoever runs `sleep` by then does not know that it has a child, and never reaps it.
  const parent = spawn('sh', ['-c', 'cat <&3 >&2 & echo $!; exec sleep 60'], {
    stdio: ['ignore', 'pipe', 'ignore', 'pipe'],
  });
  const [child] = (await once(parent.stdout as Readable, 'data')) as [Buffer];
  const dead = String(child).trim();
  await expect.poll(() => readFile(`/proc/${parent.pid}/comm`, 'utf8')).toBe('sleep\n');
  (parent.stdio[3] as Socket).destroy();
  await expect.poll(() => readFile(`/proc/${dead}/status`, 'utf8')).toMatch(/^State:\s+Z/m);
  const orphan = spawn('sleep', ['3'], { cwd: stopped.data, stdio: 'ignore' });
  await once(orphan, 'spawn');
  await writeFile(stopped.pidFile, [dead, stopped.data, 0, 1].join('\n'));

  const cluster = await startCluster(stopped.dataDir);
  const { exitCode } = orphan;
  await cluster.stop();
  parent.kill();
  expect(exitCode).toBe(0);
});
