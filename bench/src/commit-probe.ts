import { setTimeout as delay } from 'node:timers/promises';
import { connect } from '@weir/db/connect';

/*
 * How long one commit takes: one row after the other, on a connection of its own. `DATABASE_URL=… node commit-probe.ts`;
 * any message over its channel is answered with the milliseconds of the commits since the last one.
 */

const EVERY_MS = 20;

const { sql } = connect(process.env['DATABASE_URL'] ?? '', {
  applicationName: 'weir bench',
  connectionsMax: 1,
});
let commitsMs: number[] = [];

process.on('message', () => {
  process.send?.(commitsMs);
  commitsMs = [];
});
for (const event of ['SIGTERM', 'disconnect']) process.on(event, () => process.exit());

await sql`create table if not exists bench_commits (id bigint generated always as identity)`;
for (;;) {
  const beganMs = performance.now();
  await sql`insert into bench_commits default values`;
  commitsMs.push(performance.now() - beganMs);
  await delay(EVERY_MS);
}
