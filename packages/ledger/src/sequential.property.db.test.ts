import * as fc from 'fast-check';
import { expect, inject, it } from 'vitest';
import { show } from './model/commands.ts';
import { availableTo, beginning, perform } from './model/ledger-model.ts';
import { parameters, seed, timeoutMs } from './model/parameters.ts';
import { scenarioRunner } from './model/run-scenario.ts';
import { sequences, type Sequence } from './model/scenarios.ts';

const RUNS = 150;

it(
  `whatever is done one after the other, the ledger answers and remembers as the model does (seed ${seed})`,
  { timeout: timeoutMs },
  async () => {
    await using runner = await scenarioRunner(inject('clusterUrl'));
    const followsTheModel = async ({ setting, commands }: Sequence) =>
      runner.run(setting, async (real) => {
        const history: string[] = [];
        let state = beginning(setting);
        for (const command of commands) {
          const step = perform(setting, state, command);
          state = step.state;
          const { outcome, available } = await real.perform(command);
          history.push(
            `${show(command)} → ${outcome}${available === undefined ? '' : `, ${available} left`}`,
          );
          const told = history.join('\n');
          expect(outcome, told).toBe(step.outcome);
          if (command.does === 'hold' && available !== undefined) {
            expect(available, told).toBe(availableTo(setting, state, command.request));
          }
          expect(await real.read(), told).toEqual(state);
        }
      });
    await fc.assert(fc.asyncProperty(sequences, followsTheModel), parameters(RUNS));
  },
);
