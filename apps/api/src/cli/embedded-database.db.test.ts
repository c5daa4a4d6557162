import { chmod, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startCluster } from '@weir/db/cluster';
import { expect, it } from 'vitest';
import { runCliProcess } from '../testing/run-cli-process.ts';

it('starts the embedded database for a command and stops it after, or uses it where it runs', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'weir-cli-'));
  try {
    await chmod(dataDir, 0o711);
    const run = (...args: string[]) => runCliProcess([...args, '--json'], { WEIR_DATA_DIR: dataDir });
    const created = await run('account', 'create', '--email', 'ada@example.com');
    expect(created).toMatchObject({ code: 0, stderr: '' });
    const { accountId }: { accountId: string } = JSON.parse(created.stdout);

    await using running = await startRunningCluster(dataDir);
    expect(running.started).toBe(true);
    expect(JSON.parse((await run('account', 'show', accountId)).stdout)).toMatchObject({
      balanceNanoUsd: '0',
    });
    expect((await startCluster(dataDir)).started).toBe(false);
  } finally {
    await rm(await realpath(join(dataDir, 'postgres')), { recursive: true, force: true });
    await rm(dataDir, { recursive: true });
  }
});

async function startRunningCluster(dataDir: string) {
  const cluster = await startCluster(dataDir);
  return { ...cluster, [Symbol.asyncDispose]: () => cluster.stop() };
}
