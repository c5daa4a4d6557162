import { openLedger, type Ledger } from '../ledger.ts';
import { openTestLedger } from '../testing.ts';
import { verify } from '../verify.ts';
import type { Setting } from './commands.ts';
import { realLedger, type RealLedger } from './real-ledger.ts';

/** Runs one scenario after the other in a database of their own, each on accounts of its own. */
export interface ScenarioRunner extends AsyncDisposable {
  /** @throws what `scenario` throws, or when the scenario's accounts don't add up after it. */
  run(setting: Setting, scenario: (real: RealLedger) => Promise<void>): Promise<void>;
}

/** Two ledgers on one database, as two relays have; the second with several lanes. */
export async function scenarioRunner(clusterUrl: string): Promise<ScenarioRunner> {
  const test = await openTestLedger(clusterUrl);
  const other = openLedger(test.url, { applicationName: 'weir test other ledger', lanes: 3 });
  const ledgers: readonly Ledger[] = [test.ledger, other];
  return {
    async run(setting, scenario) {
      const real = await realLedger(test, ledgers, setting);
      const startedIn = minuteNow();
      try {
        await scenario(real);
        await real.releaseAll();
        if (!(await real.addsUp())) throw new Error('the accounts don’t add up');
      } catch (error) {
        // Periods go by the clock: what ran over the end of a minute proves nothing.
        if (minuteNow() === startedIn) throw error;
      } finally {
        await real.releaseAll();
      }
    },

    async [Symbol.asyncDispose]() {
      await other.stop();
      const { ok } = await verify(test);
      await test[Symbol.asyncDispose]();
      if (!ok) throw new Error('the books as a whole don’t add up');
    },
  };
}

const minuteNow = () => Math.floor(Date.now() / 60_000);
