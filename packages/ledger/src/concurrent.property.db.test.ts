import * as fc from 'fast-check';
import { inject, it } from 'vitest';
import { show, type Command } from './model/commands.ts';
import { beginning } from './model/ledger-model.ts';
import { whyNotInAnyOrder, type Event } from './model/linearize.ts';
import { parameters, seed, timeoutMs } from './model/parameters.ts';
import type { RealLedger } from './model/real-ledger.ts';
import { scenarioRunner } from './model/run-scenario.ts';
import { roundsAtOnce, type Rounds } from './model/scenarios.ts';

const RUNS = 400;

it(
  `whatever is done at once, it can have happened one by one as in the model (seed ${seed})`,
  { timeout: timeoutMs },
  async () => {
    await using runner = await scenarioRunner(inject('clusterUrl'));
    const isLinearizable = async ({ setting, rounds }: Rounds) =>
      runner.run(setting, async (real) => {
        let before = beginning(setting);
        for (const clients of rounds) {
          const events = await doAtOnce(real, clients);
          const after = await real.read();
          const wrong = whyNotInAnyOrder(setting, before, events, after);
          if (wrong !== undefined) throw new Error(explain(wrong, show(before), events, show(after)));
          before = after;
        }
      });
    await fc.assert(fc.asyncProperty(roundsAtOnce, isLinearizable), parameters(RUNS));
  },
);

/**
 * @returns in the order in which they were answered.
 * @throws what a command throws, once nothing is under way that the next scenario could meet.
 */
async function doAtOnce(real: RealLedger, clients: readonly (readonly Command[])[]): Promise<Event[]> {
  const events: Event[] = [];
  let now = 0;
  const ends = await Promise.allSettled(
    clients.map(async (commands) => {
      for (const command of commands) {
        const sentAt = now++;
        const answer = await real.perform(command);
        events.push({ ...answer, command, sentAt, answeredAt: now++ });
      }
    }),
  );
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
  return events;
}

function explain(wrong: string, before: string, events: readonly Event[], after: string): string {
  const lines = events.map(
    ({ command, outcome, available, sentAt, answeredAt }) =>
      `  [${sentAt}–${answeredAt}] ${show(command)} → ${outcome}${available === undefined ? '' : `, ${available} left`}`,
  );
  return [wrong, `before: ${before}`, ...lines, `after: ${after}`].join('\n');
}
