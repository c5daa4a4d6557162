import { existsSync } from 'node:fs';
import { chmod, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startCluster } from '@weir/db/cluster';
import { expect, it } from 'vitest';
import { runCliProcess } from '../testing/run-cli-process.ts';

it('starts the embedded database for commands, however many, and the last one stops it', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'weir-cli-'));
  const isStopped = () => !existsSync(join(dataDir, 'postgres/data/postmaster.pid'));
  try {
    await chmod(dataDir, 0o711);
    const run = (...args: string[]) => runCliProcess([...args, '--json'], { WEIR_DATA_DIR: dataDir });
    const emails = ['ada', 'bob', 'cleo', 'dan'].map((name) => `${name}@example.com`);
    const created = await Promise.all(emails.map((email) => run('account', 'create', '--email', email)));
    expect(created.map(({ code, stderr }) => ({ code, stderr }))).toEqual(
      emails.map(() => ({ code: 0, stderr: '' })),
    );
    expect(isStopped()).toBe(true);

    const { accountId }: { accountId: string } = JSON.parse(created[0]?.stdout ?? '');
    const cluster = await startCluster(dataDir);
    expect(JSON.parse((await run('account', 'show', accountId)).stdout)).toMatchObject({
      balanceNanoUsd: '0',
    });
    expect(isStopped()).toBe(false);
    await cluster.release();
    expect(isStopped()).toBe(true);
  } finally {
    await rm(await realpath(join(dataDir, 'postgres')), { recursive: true, force: true });
    await rm(dataDir, { recursive: true });
  }
});
