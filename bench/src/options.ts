import { tmpdir } from 'node:os';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { BenchError } from './bench-error.ts';
import { RELAY_CASES } from './relay-bench.ts';

export const USAGE = `pnpm bench relay   the relay beside a bare pass-through
pnpm bench soak    the relay under a steady load for many minutes
pnpm bench rows    the relay on an empty database and on a full one
pnpm bench verify  the checking of a full ledger

  --only CASES     relay: some of ${Object.keys(RELAY_CASES).join(',')}
  --rounds N       relay, rows: alternating rounds of each case; verify: times; default 5
  --seconds S      relay, rows: of one round; default 5
  --minutes M      soak: default 10
  --rows N         rows, verify: requests in the full database; default 10000000
  --accounts N     accounts the load is spread over; default 16
  --json           one JSON object instead of tables
  --out FILE       write the report there as well
  --cpu-prof DIR   write the relay's CPU profiles there (the figures suffer)
  --dir DIR        where the database is kept meanwhile, on a disk; default ${tmpdir()}
  --no-pin         go on without a core of its own for the process under test
`;

const COMMANDS = ['relay', 'soak', 'rows', 'verify'] as const;

export interface Options {
  readonly command: (typeof COMMANDS)[number];
  readonly only: readonly string[];
  readonly rounds: number;
  readonly seconds: number;
  readonly minutes: number;
  readonly rows: number;
  readonly accounts: number;
  readonly json: boolean;
  readonly out: string | undefined;
  readonly cpuProfDir: string | undefined;
  readonly dir: string;
  readonly pin: boolean;
}

/**
 * @returns undefined when it is only asked what can be asked for
 * @throws {BenchError} that shows how it is used, when the arguments make no sense
 */
export function readOptions(args: readonly string[]): Options | undefined {
  const { positionals, values } = parse(args);
  if (values.help) return undefined;
  const command = COMMANDS.find((name) => name === positionals[0]);
  if (command === undefined || positionals.length > 1) throw new BenchError(USAGE);
  const only = values.only?.split(',') ?? Object.keys(RELAY_CASES);
  const unknown = only.filter((name) => !Object.hasOwn(RELAY_CASES, name));
  if (unknown.length > 0) throw new BenchError(`There is no case ${unknown.join(', ')}.\n\n${USAGE}`);
  return {
    command,
    only,
    rounds: wholeNumber('rounds', values.rounds),
    seconds: wholeNumber('seconds', values.seconds),
    minutes: wholeNumber('minutes', values.minutes),
    rows: wholeNumber('rows', values.rows),
    accounts: wholeNumber('accounts', values.accounts),
    json: values.json,
    out: fromWhereItWasCalled(values.out),
    cpuProfDir: fromWhereItWasCalled(values['cpu-prof']),
    dir: fromWhereItWasCalled(values.dir) ?? tmpdir(),
    pin: values.pin,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      allowNegative: true,
      options: {
        only: { type: 'string' },
        rounds: { type: 'string', default: '5' },
        seconds: { type: 'string', default: '5' },
        minutes: { type: 'string', default: '10' },
        rows: { type: 'string', default: '10000000' },
        accounts: { type: 'string', default: '16' },
        json: { type: 'boolean', default: false },
        out: { type: 'string' },
        'cpu-prof': { type: 'string' },
        dir: { type: 'string' },
        pin: { type: 'boolean', default: true },
        help: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    throw new BenchError(`${(error as Error).message}\n\n${USAGE}`);
  }
}

function wholeNumber(name: string, text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new BenchError(`--${name} ${text} is not a whole number above 0.`);
  return Number(text);
}

/** pnpm runs scripts in the package's folder, wherever it was called from. */
function fromWhereItWasCalled(path: string | undefined): string | undefined {
  return path === undefined ? undefined : resolve(process.env['INIT_CWD'] ?? '.', path);
}
