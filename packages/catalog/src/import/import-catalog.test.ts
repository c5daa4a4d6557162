import { mkdtempDisposableSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ModelInfo, Provider } from '@pydantic/genai-prices';
import { describe, expect, it } from 'vitest';
import { checkCatalog, importCatalog } from './import-catalog.ts';

const provider = (id: string, models: ModelInfo[]): Provider => ({ id, name: id, api_pattern: '', models });

const model = (id: string, prices: ModelInfo['prices'], more: Partial<ModelInfo> = {}): ModelInfo => ({
  id,
  match: { equals: id },
  prices,
  ...more,
});

function dataDir() {
  const dir = mkdtempDisposableSync(join(tmpdir(), 'weir-catalog-'));
  const read = (name: string): unknown => JSON.parse(readFileSync(join(dir.path, name), 'utf8'));
  const run = (models: ModelInfo[], change: { version?: string; today?: string } = {}) =>
    importCatalog({
      providers: { acme: provider('acme', models) },
      version: '1.0.0',
      dataDir: dir.path,
      today: '2026-05-01',
      ...change,
    });
  const check = (models: ModelInfo[], version = '1.0.0') =>
    checkCatalog({ providers: { acme: provider('acme', models) }, version, dataDir: dir.path });
  return { path: dir.path, read, run, check, [Symbol.dispose]: () => dir.remove() };
}

const plain = { input_mtok: 0.15, output_mtok: 0.6 };

describe('an import', () => {
  it('writes every component exactly, as a decimal string of nanoUsd', () => {
    using data = dataDir();
    const prices = {
      input_mtok: 0.003625,
      output_mtok: 30,
      cache_read_mtok: 1e-7,
      cache_write_mtok: 1.25,
      cache_write_1h_mtok: 2,
      output_reasoning_mtok: 40,
      input_audio_mtok: 5,
      output_audio_mtok: 6,
      requests_kcount: 0.0015,
      web_searches_kcount: 10,
    };
    data.run([model('everything', prices, { context_window: 8_000, deprecated: true })]);
    expect(data.read('acme.json')).toEqual([
      {
        upstreamModel: 'everything',
        contextTokensMax: 8_000,
        deprecated: true,
        price: {
          inputNanoUsdPerMtok: '3625000',
          outputNanoUsdPerMtok: '30000000000',
          cachedInputNanoUsdPerMtok: '100',
          cacheWrite5mNanoUsdPerMtok: '1250000000',
          cacheWrite1hNanoUsdPerMtok: '2000000000',
          reasoningNanoUsdPerMtok: '40000000000',
          audioInputNanoUsdPerMtok: '5000000000',
          audioOutputNanoUsdPerMtok: '6000000000',
          requestNanoUsd: '1500',
        },
      },
    ]);
    expect(data.read('source.json')).toEqual({
      package: '@pydantic/genai-prices',
      version: '1.0.0',
      license: 'MIT',
      asOf: '2026-05-01',
    });
  });

  it('spells every tier out whole, from one token above where the package’s begins', () => {
    using data = dataDir();
    const tiers = (...steps: [start: number, price: number][]) =>
      steps.map(([start, price]) => ({ start, price }));
    const prices = {
      input_mtok: { base: 1, tiers: tiers([1_000, 3], [200, 2]) },
      cache_read_mtok: 0.5,
      output_mtok: { base: 10, tiers: tiers([1_000, 20]) },
    };
    data.run([model('tiered', prices)]);
    expect(data.read('acme.json')).toMatchObject([
      {
        price: {
          inputNanoUsdPerMtok: '1000000000',
          outputNanoUsdPerMtok: '10000000000',
          cachedInputNanoUsdPerMtok: '500000000',
          tiers: [
            {
              inputTokensFrom: 201,
              inputNanoUsdPerMtok: '2000000000',
              outputNanoUsdPerMtok: '10000000000',
              cachedInputNanoUsdPerMtok: '500000000',
            },
            {
              inputTokensFrom: 1_001,
              inputNanoUsdPerMtok: '3000000000',
              outputNanoUsdPerMtok: '20000000000',
              cachedInputNanoUsdPerMtok: '500000000',
            },
          ],
        },
      },
    ]);
  });

  it('leaves out what it can’t write exactly, and says why', () => {
    using data = dataDir();
    const night = { type: 'time_of_date' as const, start_time: '00:30:00Z', end_time: '16:30:00Z' };
    data.run([
      model('by-night', [{ prices: plain }, { constraint: night, prices: plain }]),
      model('by-the-hour', { ...plain, audio_hours: 1, some_pages: 2 }),
      model('thirds', { ...plain, cache_write_mtok: 0.08333333333333334 }),
      model('thirds-later', { ...plain, input_mtok: { base: 1, tiers: [{ start: 9, price: 1e-10 }] } }),
      model('input-only', { input_mtok: 1 }),
      model('free', {}),
      model('acme-search-1', plain),
      model('acme-deep-research', plain),
      model('acme-audio', plain),
      model('pattern', plain, { match: { regex: '^pattern-\\d+$' } }),
      model('kept-research', plain),
      model('kept-audio', { ...plain, input_audio_mtok: 3 }),
    ]);
    expect(data.read('left-out.json')).toEqual({
      acme: {
        'by-night': 'its price depends on the time of day',
        'by-the-hour': 'no component holds audio_hours, some_pages',
        thirds: 'cache_write_mtok of 0.08333333333333334 USD is no whole number of nanoUsd',
        'thirds-later': 'input_mtok of 1e-10 USD is no whole number of nanoUsd',
        'input-only': 'it has no price for input and output tokens',
        free: 'it has no price for input and output tokens',
        'acme-search-1': 'its searches cost extra in every call',
        'acme-deep-research': 'its searches cost extra in every call',
        'acme-audio': 'it has no price for audio',
        pattern: 'its names are patterns, or stand for other models',
      },
    });
    expect(data.read('acme.json')).toMatchObject([
      { upstreamModel: 'kept-audio' },
      { upstreamModel: 'kept-research' },
    ]);
  });

  it('gives every listed name a row, in order, unless an earlier model has it', () => {
    using data = dataDir();
    const family = (...names: string[]) => ({ or: names.map((equals) => ({ equals })) });
    data.run([
      model('b', plain, { match: family('b', 'a-2026', 'Taken') }),
      model(
        'B-other',
        { ...plain, input_mtok: 9 },
        { match: { or: [{ starts_with: 'b' }, { equals: 'TAKEN' }] } },
      ),
      model('family', plain, { match: family('c') }),
    ]);
    expect(data.read('acme.json')).toMatchObject([
      { upstreamModel: 'B-other' },
      { upstreamModel: 'Taken', price: { inputNanoUsdPerMtok: '150000000' } },
      { upstreamModel: 'a-2026' },
      { upstreamModel: 'b', price: { inputNanoUsdPerMtok: '150000000' } },
      { upstreamModel: 'c' },
    ]);
  });

  it('takes the price that is in force on the day', () => {
    using data = dataDir();
    const from = (start_date: string) => ({ type: 'start_date' as const, start_date });
    const dated = model('dated', [
      { prices: { ...plain, input_mtok: 1 } },
      { constraint: from('2026-05-01'), prices: { ...plain, input_mtok: 2 } },
      { constraint: from('2026-06-01'), prices: { ...plain, input_mtok: 3 } },
    ]);
    const priceOn = (today: string) => {
      data.run([dated], { today });
      return data.read('acme.json');
    };
    expect(priceOn('2026-04-30')).toMatchObject([{ price: { inputNanoUsdPerMtok: '1000000000' } }]);
    expect(priceOn('2026-05-01')).toMatchObject([{ price: { inputNanoUsdPerMtok: '2000000000' } }]);
    expect(priceOn('2026-06-02')).toMatchObject([{ price: { inputNanoUsdPerMtok: '3000000000' } }]);
    expect(data.check([dated])).toEqual([]);
  });

  it('tells what was added, removed and changed', () => {
    using data = dataDir();
    const tiered = { ...plain, input_mtok: { base: 0.15, tiers: [{ start: 100, price: 1 }] } };
    expect(data.run([model('one', plain), model('two', plain)])).toEqual([
      'acme: 2 models, 0 left out (left-out.json says why); 2 added, 0 removed, 0 changed',
      '+ acme one',
      '+ acme two',
    ]);
    expect(data.run([model('three', tiered), model('two', { ...plain, output_mtok: 0.5 })])).toEqual([
      'acme: 2 models, 0 left out (left-out.json says why); 1 added, 1 removed, 1 changed',
      '+ acme three',
      '- acme one',
      '~ acme two: outputUsdPerMtok 0.6 → 0.5',
    ]);
    const later = {
      ...plain,
      input_mtok: { base: 0.15, tiers: [{ start: 100, price: 2 }] },
      output_mtok: 0.5,
    };
    expect(
      data
        .run([model('three', later, { context_window: 9 }), model('two', plain)])
        .filter((l) => l.startsWith('~')),
    ).toEqual([
      '~ acme three: outputUsdPerMtok 0.6 → 0.5, from 101 inputUsdPerMtok 1 → 2, from 101 outputUsdPerMtok 0.6 → 0.5, contextTokensMax none → 9',
      '~ acme two: outputUsdPerMtok 0.5 → 0.6',
    ]);
  });
});

describe('a check', () => {
  it('finds nothing after an import, and writes nothing', () => {
    using data = dataDir();
    data.run([model('one', plain)]);
    expect(data.check([model('one', plain)])).toEqual([]);
    data.check([model('other', plain)]);
    expect(data.read('acme.json')).toMatchObject([{ upstreamModel: 'one' }]);
  });

  it('names the files that differ: other data, another version, an edit by hand, none at all', () => {
    using data = dataDir();
    expect(data.check([model('one', plain)])).toContain(
      'acme.json is not what @pydantic/genai-prices 1.0.0 says',
    );
    expect(readdirSync(data.path)).toEqual([]);

    data.run([model('one', plain)]);
    expect(data.check([model('two', plain)])).toEqual([
      'acme.json is not what @pydantic/genai-prices 1.0.0 says',
      'acme: 1 models, 0 left out (left-out.json says why); 1 added, 1 removed, 0 changed',
      '+ acme two',
      '- acme one',
    ]);
    expect(data.check([model('one', plain)], '1.0.1')).toContain(
      'source.json is not what @pydantic/genai-prices 1.0.1 says',
    );
    const path = join(data.path, 'acme.json');
    writeFileSync(path, readFileSync(path, 'utf8').replace('150000000', '150000001'));
    expect(data.check([model('one', plain)])).toContain('~ acme one: inputUsdPerMtok 0.150000001 → 0.15');
  });
});
