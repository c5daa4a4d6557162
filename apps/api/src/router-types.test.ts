import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const API = fileURLToPath(new URL('..', import.meta.url));
const TSC = join(API, 'node_modules/.bin/tsc');

/** The packages that a program needs to check against the types at `path`, and all that they import. */
async function packagesOf(path: string, seen = new Set<string>()): Promise<Set<string>> {
  const packages = new Set<string>();
  if (seen.has(path)) return packages;
  seen.add(path);
  const types = await readFile(path, 'utf8');
  for (const [, specifier = ''] of types.matchAll(/(?:from|import\() ?["']([^"']+)["']/g)) {
    if (!specifier.startsWith('.')) packages.add(specifier);
    else
      for (const name of await packagesOf(resolve(path, '..', specifier.replace(/ts$/, 'd.ts')), seen))
        packages.add(name);
  }
  return packages;
}

it('the types of the router need tRPC and the error codes, and nothing of the server', async () => {
  const outDir = await mkdtemp(join(tmpdir(), 'weir-router-types-'));
  try {
    await promisify(execFile)(TSC, ['-p', 'tsconfig.build.json', '--outDir', outDir], { cwd: API });
    expect([...(await packagesOf(join(outDir, 'router.d.ts')))].sort()).toEqual([
      '@trpc/server',
      '@weir/core/errors',
    ]);
  } finally {
    await rm(outDir, { recursive: true });
  }
});
