import { runCliProcess } from './run-cli-process.ts';
import { SECRET_KEY, startTestApi } from './start-test-api.ts';

export type Json = Record<string, unknown>;

/** The command line on the database of an api that runs. */
export async function startTestCli() {
  const api = await startTestApi();
  const env = { DATABASE_URL: api.database.url, WEIR_SECRET_KEY: SECRET_KEY };
  return {
    ...api,
    run: (args: string[], change: Record<string, string> = {}, stdin = '') =>
      runCliProcess(args, { ...env, ...change }, stdin),
    /** Runs with `--json`; what is on stdout must be one JSON text and the exit code 0. */
    async json(...args: string[]): Promise<Json> {
      const { code, stdout, stderr } = await runCliProcess([...args, '--json'], env);
      if (code !== 0) throw new Error(stderr);
      return JSON.parse(stdout);
    },
  };
}

/** The options of a channel but for its secret. */
export const CHANNEL = [
  'channel',
  'add',
  '--vendor',
  'acme',
  '--dialect',
  'openai-chat',
  '--base-url',
  'https://api.example.com/v1',
];
/** The options of a model but for its channel. */
export const MODEL = [
  'model',
  'add',
  '--id',
  'acme/large',
  '--upstream-model',
  'large-1',
  '--input-usd-per-mtok',
  '0.15',
  '--output-usd-per-mtok',
  '0.60',
];
