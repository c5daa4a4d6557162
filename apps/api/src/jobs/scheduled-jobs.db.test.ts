import { once } from 'node:events';
import { connect as connectTcp, createServer, type AddressInfo } from 'node:net';
import { createTestDatabase } from '@weir/db/testing';
import { pino } from 'pino';
import { describe, expect, inject, it } from 'vitest';
import { freePort } from '../testing/free-port.ts';
import { startScheduledJobs, type ScheduledJob } from './scheduled-jobs.ts';

const PATIENCE = { timeout: 20_000 };

function newLog() {
  const lines: string[] = [];
  return { lines, log: pino({}, { write: (line: string) => void lines.push(line) }) };
}

const job = (run: ScheduledJob['run']): ScheduledJob => ({
  name: 'sweep',
  cron: '0 0 1 1 *',
  retryLimit: 1,
  retryDelaySeconds: 1,
  run,
});

describe('a scheduled job', () => {
  it('runs when a server starts, once for all that do, and again when one starts later', async () => {
    await using database = await createTestDatabase(inject('clusterUrl'));
    const { url } = database;
    const gate = Promise.withResolvers<void>();
    const began = Promise.withResolvers<void>();
    let runs = 0;
    const jobs = [
      job(async () => {
        runs++;
        began.resolve();
        await gate.promise;
      }),
    ];
    const servers = [1, 2].map(() => startScheduledJobs({ url, log: newLog().log, jobs }));
    await began.promise;
    // The one that has nothing to run stops at once, and has asked for a run by then.
    const stopped = servers.map((server) => server.stop());
    await Promise.race(stopped);
    const [asked] = await database.sql`select count(*)::int as count from pgboss.job where name = 'sweep'`;
    expect(asked).toEqual({ count: 1 });
    gate.resolve();
    await Promise.all(stopped);
    expect(runs).toBe(1);

    const again = Promise.withResolvers<void>();
    const later = startScheduledJobs({ url, log: newLog().log, jobs: [job(async () => again.resolve())] });
    await again.promise;
    await later.stop();
    const schedules = await database.sql`select name, cron, timezone from pgboss.schedule`;
    expect(schedules).toMatchObject([{ name: 'sweep', cron: '0 0 1 1 *', timezone: 'UTC' }]);
  });

  it('that is asked for while the queue still starts runs after that', async () => {
    await using database = await createTestDatabase(inject('clusterUrl'));
    const [first, second] = [1, 2].map(() => Promise.withResolvers<void>());
    let runs = 0;
    const prompt: ScheduledJob = {
      ...job(async () => {
        runs++;
        if (runs === 1) first?.resolve();
        else second?.resolve();
      }),
      isPrompt: true,
    };
    // Many of them, so that the queue starts for longer than the first one takes.
    const others = Array.from({ length: 20 }, (_, n) => ({ ...job(async () => {}), name: `other-${n}` }));
    const server = startScheduledJobs({ url: database.url, log: newLog().log, jobs: [prompt, ...others] });
    await first?.promise;
    await server.ask('sweep');
    await second?.promise;
    expect(runs).toBe(2);
    await server.stop();
  });

  it('is told to end when its server stops, and that waits for it', async () => {
    await using database = await createTestDatabase(inject('clusterUrl'));
    const [began, asked, gate] = [1, 2, 3].map(() => Promise.withResolvers<void>());
    const jobs = [
      job(async (signal) => {
        began?.resolve();
        await once(signal, 'abort');
        asked?.resolve();
        await gate?.promise;
      }),
    ];
    const server = startScheduledJobs({ url: database.url, log: newLog().log, jobs });
    await began?.promise;
    let stopped = false;
    const stopping = server.stop().then(() => (stopped = true));
    await asked?.promise;
    await database.sql`select 1`;
    expect(stopped).toBe(false);
    gate?.resolve();
    await stopping;
    expect(await database.sql`select state from pgboss.job where name = 'sweep'`).toMatchObject([
      { state: 'completed' },
    ]);
  });

  it('that fails is logged without its text, kept without it, and tried again', async () => {
    await using database = await createTestDatabase(inject('clusterUrl'));
    const { lines, log } = newLog();
    const second = Promise.withResolvers<void>();
    let runs = 0;
    const jobs = [
      job(async () => {
        runs++;
        if (runs === 1) throw Object.assign(new Error('canary'), { code: '55P03' });
        second.resolve();
      }),
    ];
    const server = startScheduledJobs({ url: database.url, log, jobs });
    await second.promise;
    await server.stop();
    expect(lines.map((line): unknown => JSON.parse(line))).toMatchObject([
      { job: 'sweep', code: '55P03', error: 'Error' },
    ]);
    const kept = await database.sql`select output::text from pgboss.job where name = 'sweep'`;
    expect(kept).toHaveLength(1);
    expect(lines.join('') + JSON.stringify(kept)).not.toContain('canary');
  });

  it('waits for a database that is away', async () => {
    await using database = await createTestDatabase(inject('clusterUrl'));
    const { lines, log } = newLog();
    const url = new URL(database.url);
    const [host, port] = [url.hostname, Number(url.port)];
    url.port = String(await freePort());
    const began = Promise.withResolvers<void>();
    const server = startScheduledJobs({ url: url.href, log, jobs: [job(async () => began.resolve())] });
    await expect.poll(() => lines.length, PATIENCE).toBeGreaterThan(0);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      code: 'ECONNREFUSED',
      msg: expect.stringContaining('tried again'),
    });

    // From now on there is a way to it.
    const way = createServer((socket) => {
      const through = connectTcp({ host, port });
      socket.pipe(through).pipe(socket);
      socket.on('error', () => through.destroy());
      through.on('error', () => socket.destroy());
    }).listen(Number(url.port), '127.0.0.1');
    await began.promise;
    await server.stop();
    expect((way.address() as AddressInfo).port).toBe(Number(url.port));
    way.close();
  });

  it('leaves a server that never found its database free to stop', async () => {
    const { lines, log } = newLog();
    const url = `postgres://weir@127.0.0.1:${await freePort()}/none`;
    const server = startScheduledJobs({ url, log, jobs: [job(async () => {})] });
    await expect.poll(() => lines.length, PATIENCE).toBeGreaterThan(0);
    await server.stop();
  });
});
