import { execFile, type ExecFileOptions } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { publint } from 'publint';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { events, json, KEY, startStandInGateway } from './testing/stand-in-gateway.ts';

const execute = promisify(execFile);
const NAME = '@weir/sdk';
const PACKAGE = resolve(import.meta.dirname, '..');
const bin = (name: string) => join(PACKAGE, 'node_modules', '.bin', name);

/** @returns what the command wrote; when it fails, the error shows that. */
async function run(file: string, args: readonly string[], options: ExecFileOptions = {}): Promise<string> {
  try {
    return (await execute(file, args, { ...options, encoding: 'utf8' })).stdout;
  } catch (error) {
    const output = error instanceof Error && 'stdout' in error ? String(error.stdout) : '';
    throw new Error(`${file} ${args.join(' ')} failed: ${output}`, { cause: error });
  }
}

/** What a user writes; printed as JSON, so that the test sees what the installed package did. */
const PROGRAM = `
import { Weir, WeirError, type Balance, type ChatCompletionChunk } from '${NAME}';

const weir = new Weir();
const messages = [{ role: 'user' as const, content: 'hi' }];
const chunks: ChatCompletionChunk[] = [];
for await (const chunk of await weir.chat.completions.create({ model: 'm', messages, stream: true })) chunks.push(chunk);
let code: string | undefined;
try {
  await weir.chat.completions.create({ model: 'm', messages });
} catch (error) {
  if (error instanceof WeirError) code = error.code;
}
const balance: Balance = await weir.account.balance();
const available: string = balance.availableNanoUsd;
console.log(JSON.stringify({ text: chunks.map((chunk) => chunk.choices[0]?.delta.content).join(''), code, available }));
`;

/** As strict as it gets, without Node's types: the package asks for no more than a browser has. */
const TSCONFIG = {
  compilerOptions: {
    target: 'ES2022',
    // tRPC's declarations name `Disposable`.
    lib: ['ES2022', 'ESNext.Disposable', 'DOM'],
    module: 'NodeNext',
    types: [],
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    skipLibCheck: false,
    noEmit: true,
  },
  include: ['program.ts'],
};

let folder: string;
let tarball: string;

beforeAll(async () => {
  if (!existsSync(join(PACKAGE, 'dist', 'index.js'))) throw new Error('Build the package first: pnpm build');
  folder = await mkdtemp(join(tmpdir(), 'weir-sdk-'));
  await run('pnpm', ['pack', '--pack-destination', folder], { cwd: PACKAGE });
  const name = (await readdir(folder)).find((file) => file.endsWith('.tgz'));
  tarball = join(folder, name ?? '');
});

afterAll(() => rm(folder, { recursive: true, force: true }));

test('publint finds nothing wrong with the package', async () => {
  const bytes = await readFile(tarball);
  const { messages } = await publint({ pack: { tarball: Uint8Array.from(bytes).buffer }, strict: true });
  expect(messages).toEqual([]);
});

test('its types resolve from every kind of ES module', async () => {
  const stdout = await run(bin('attw'), [tarball, '--profile', 'esm-only', '--format', 'json']);
  expect(JSON.parse(stdout)).toMatchObject({
    analysis: { packageName: NAME, types: { kind: 'included' } },
  });
});

test('what is published imports its own dependencies alone', async () => {
  const importsOf = async (file: string) => {
    const text = await readFile(join(PACKAGE, 'dist', file), 'utf8');
    const found = text.matchAll(/^(?:import|export) (?:[^;]*? from )?["']([^"']+)["'];/gm);
    return new Set([
      ...Array.from(found, (match) => match[1]),
      ...Array.from(text.matchAll(/import\("([^"]+)"\)/g), (match) => match[1]),
    ]);
  };
  expect(await importsOf('index.js')).toEqual(new Set(['@trpc/client', 'eventsource-parser']));
  expect((await importsOf('index.d.ts')).difference(new Set(['@trpc/client', '@trpc/server']))).toEqual(
    new Set(),
  );
});

test('a program installs it, type-checks, and runs', { timeout: 300_000 }, async () => {
  await using gateway = await startStandInGateway();
  const chunk = (content: string) => JSON.stringify({ choices: [{ index: 0, delta: { content } }] });
  gateway.answer(
    events([chunk('Hel'), chunk('lo'), '[DONE]']),
    json(402, { error: { message: 'Top up.', code: 'insufficient_credit' } }),
    json(200, { result: { data: { availableNanoUsd: '17' } } }),
  );
  // A package manager that runs this test has told its own project's folder by the environment.
  const { npm_config_local_prefix: _projectFolder, ...environment } = process.env;
  const env = { ...environment, WEIR_API_KEY: KEY, WEIR_BASE_URL: gateway.url };
  const inFolder = { cwd: folder, env };
  await writeFile(
    join(folder, 'package.json'),
    JSON.stringify({ name: 'program', private: true, type: 'module' }),
  );
  await writeFile(join(folder, 'program.ts'), PROGRAM);
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(TSCONFIG));

  const flags = ['--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund'];
  await run('npm', ['install', tarball, ...flags], inFolder);
  expect(existsSync(join(folder, 'node_modules', NAME, 'README.md'))).toBe(true);
  await run(bin('tsc'), ['-p', folder], inFolder);
  const stdout = await run(process.execPath, ['program.ts'], inFolder);
  expect(JSON.parse(stdout)).toEqual({ text: 'Hello', code: 'insufficient_credit', available: '17' });
});
