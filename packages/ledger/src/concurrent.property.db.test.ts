import * as fc from 'fast-check';
import { utcDay } from '@weir/db/request-days';
import { expect, inject, it } from 'vitest';
import { openLedger, verify } from './index.ts';
import { show, type Command } from './model/commands.ts';
import { beginning } from './model/ledger-model.ts';
import { whyNotInAnyOrder, type Event } from './model/linearize.ts';
import { parameters, seed, timeoutMs } from './model/parameters.ts';
import { realLedger, type RealLedger } from './model/real-ledger.ts';
import { roundsAtOnce } from './model/scenarios.ts';
import { openTestLedger } from './testing.ts';

const RUNS = 150;

it(
  `whatever is done at once, it can have happened one by one as in the model (seed ${seed})`,
  { timeout: timeoutMs },
  async () => {
    await using test = await openTestLedger(inject('clusterUrl'));
    const other = openLedger(test.url, { applicationName: 'weir test other ledger', lanes: 3 });
    await fc.assert(
      fc.asyncProperty(roundsAtOnce, async ({ setting, rounds }) => {
        const real = await realLedger(test, [test.ledger, other], setting);
        const startedOn = utcDay(Date.now());
        let state = beginning(setting);
        try {
          for (const clients of rounds) {
            const events = await doAtOnce(real, clients);
            const after = await real.read();
            const wrong = whyNotInAnyOrder(setting, state, events, after);
            if (wrong !== undefined) throw new Error(explain(wrong, show(state), events, show(after)));
            state = after;
          }
          await real.releaseAll();
          expect(await verify(test)).toMatchObject({ ok: true });
        } catch (error) {
          // Periods go by the clock: what ran over midnight proves nothing.
          if (utcDay(Date.now()) === startedOn) throw error;
        } finally {
          await real.releaseAll();
        }
      }),
      parameters(RUNS),
    );
    await other.stop();
  },
);

/** @returns in the order in which they were answered. */
async function doAtOnce(real: RealLedger, clients: readonly (readonly Command[])[]): Promise<Event[]> {
  const events: Event[] = [];
  let now = 0;
  await Promise.all(
    clients.map(async (commands) => {
      for (const command of commands) {
        const sentAt = now++;
        const answer = await real.perform(command);
        events.push({ ...answer, command, sentAt, answeredAt: now++ });
      }
    }),
  );
  return events;
}

function explain(wrong: string, before: string, events: readonly Event[], after: string): string {
  const lines = events.map(
    ({ command, outcome, available, sentAt, answeredAt }) =>
      `  [${sentAt}–${answeredAt}] ${show(command)} → ${outcome}${available === undefined ? '' : `, ${available} left`}`,
  );
  return [wrong, `before: ${before}`, ...lines, `after: ${after}`].join('\n');
}
