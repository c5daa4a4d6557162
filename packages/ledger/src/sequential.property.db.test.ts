import * as fc from 'fast-check';
import { utcDay } from '@weir/db/request-days';
import { expect, inject, it } from 'vitest';
import { openLedger, verify } from './index.ts';
import { show } from './model/commands.ts';
import { availableTo, beginning, perform } from './model/ledger-model.ts';
import { parameters, seed, timeoutMs } from './model/parameters.ts';
import { realLedger } from './model/real-ledger.ts';
import { sequences } from './model/scenarios.ts';
import { openTestLedger } from './testing.ts';

const RUNS = 150;

it(
  `whatever is done one after the other, the ledger answers and remembers as the model does (seed ${seed})`,
  { timeout: timeoutMs },
  async () => {
    await using test = await openTestLedger(inject('clusterUrl'));
    const other = openLedger(test.url, { applicationName: 'weir test other ledger', lanes: 3 });
    await fc.assert(
      fc.asyncProperty(sequences, async ({ setting, commands }) => {
        const real = await realLedger(test, [test.ledger, other], setting);
        const startedOn = utcDay(Date.now());
        const history: string[] = [];
        let state = beginning(setting);
        try {
          for (const command of commands) {
            const step = perform(setting, state, command);
            const { outcome, available } = await real.perform(command);
            history.push(`${show(command)} → ${outcome}${available === undefined ? '' : `, ${available} left`}`);
            const told = history.join('\n');
            expect(outcome, told).toBe(step.outcome);
            state = step.state;
            if (command.does === 'hold' && available !== undefined) {
              expect(available, told).toBe(availableTo(setting, state, command.request));
            }
            expect(await real.read(), told).toEqual(state);
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
