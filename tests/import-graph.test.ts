import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { root } from './product/start-product.ts';

/** What each part may import, besides libraries: `core ← {settings, dialects, tokens, db} ← {brand, catalog, ledger} ← apps`. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  'packages/core': [],
  'packages/settings': ['@weir/core'],
  'packages/brand': ['@weir/settings'],
  'packages/tokens': [],
  'packages/catalog': ['@weir/core', '@weir/dialects'],
  'packages/dialects': ['@weir/core'],
  'packages/db': ['@weir/core'],
  'packages/ledger': ['@weir/core', '@weir/db'],
  'packages/sdk': [],
  'apps/relay': [
    '@weir/brand',
    '@weir/catalog',
    '@weir/core',
    '@weir/db',
    '@weir/dialects',
    '@weir/ledger',
    '@weir/settings',
    '@weir/tokens',
  ],
  'apps/api': [
    '@weir/brand',
    '@weir/catalog',
    '@weir/core',
    '@weir/db',
    '@weir/dialects',
    '@weir/ledger',
    '@weir/settings',
  ],
  'apps/web': ['@weir/brand', '@weir/catalog', '@weir/core', '@weir/settings'],
  'apps/sandbox': ['@weir/core', '@weir/settings', '@weir/tokens'],
  'apps/launcher': ['@weir/core', '@weir/db', '@weir/settings'],
  bench: ['@weir/core', '@weir/db', '@weir/dialects', '@weir/ledger'],
};

/** The api's types are all that may cross between apps. */
const TYPE_ONLY: Readonly<Record<string, readonly string[]>> = {
  'packages/sdk': ['@weir/api'],
  'apps/web': ['@weir/api'],
};

const IMPORT =
  /(?:^|\n)\s*(import|export)\s+(type\s)?[^'"`;]*?from\s+['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)|(?:^|\n)\s*import\s+['"]([^'"]+)['"]/g;

interface Import {
  readonly from: string;
  readonly specifier: string;
  readonly typeOnly: boolean;
}

function importsOf(part: string): Import[] {
  const files = globSync(`${part}/**/*.{ts,svelte}`, {
    cwd: root,
    exclude: (path) =>
      /(^|\/)(node_modules|dist|dist-types|build|\.svelte-kit|paraglide)(\/|$)/.test(
        typeof path === 'string' ? path : '',
      ),
  });
  return files.flatMap((file) =>
    [...readFileSync(`${root}/${file}`, 'utf8').matchAll(IMPORT)].map((match) => ({
      from: file,
      specifier: match[3] ?? match[4] ?? match[5] ?? '',
      typeOnly: match[2] !== undefined,
    })),
  );
}

const parts = globSync(['{apps,packages}/*/package.json', 'bench/package.json'], { cwd: root }).map((path) =>
  path.replace('/package.json', ''),
);

describe('the import graph', () => {
  it('knows every part of the repository', () => {
    expect(parts.toSorted()).toEqual(Object.keys(ALLOWED).toSorted());
  });

  it.each(parts)('of %s runs one way', (part) => {
    const imports = importsOf(part);
    expect(imports.length).toBeGreaterThan(0);
    const strays = imports.filter(({ specifier, typeOnly }) => {
      const target = /^@weir\/[^/]+/.exec(specifier)?.[0];
      if (target === undefined) return specifier.startsWith('.') && /(^|\/)(apps|packages)\//.test(specifier);
      return !(ALLOWED[part]?.includes(target) || (typeOnly && TYPE_ONLY[part]?.includes(target)));
    });
    expect(strays).toEqual([]);
  });

  it('keeps the pure packages free of input and output', () => {
    const impure = ['packages/core', 'packages/catalog', 'packages/dialects', 'packages/tokens']
      .flatMap(importsOf)
      .filter(
        ({ from, specifier }) =>
          !from.endsWith('.test.ts') &&
          // What tests share: recorded payloads are read from disk.
          !from.includes('/testing/') &&
          // The tool that writes the catalog's data; nothing of it runs in the product.
          !from.startsWith('packages/catalog/src/import/') &&
          /^node:(?!crypto$|zlib$)|^(undici|fastify|postgres)/.test(specifier),
      );
    expect(impure).toEqual([]);
  });

  it('has no step of a call that imports another at run time', () => {
    const steps = [
      'authenticate',
      'parse-call',
      'admit',
      'choose-route',
      'hold-credit',
      'open-upstream',
      'meter-call',
      'relay-stream',
      'relay-reply',
      'settle-charge',
      'record',
    ];
    const between = importsOf('apps/relay').filter(
      ({ from, specifier, typeOnly }) =>
        !typeOnly &&
        steps.some((step) => from.endsWith(`chat/${step}.ts`)) &&
        steps.some((step) => specifier === `./${step}.ts`),
    );
    expect(between).toEqual([]);
  });
});
