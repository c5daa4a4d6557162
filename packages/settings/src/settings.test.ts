import { mkdtempSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { databaseUrl, httpUrl, port, region, secretKey, wholeNumber } from './fields.ts';
import { readSettings, SettingsError } from './read-settings.ts';
import { loadSecretKey } from './secret-key.ts';

const schema = z.object({
  PORT: port(8787),
  LIMIT_MS: wholeNumber(10, 1, 100),
  URL: httpUrl('http://127.0.0.1:1'),
  DATABASE_URL: databaseUrl,
  SECRET: secretKey,
  REGION: region,
  NEEDED: z.string().meta({ example: 'x' }),
});

describe('settings', () => {
  it('fall back to their defaults, an empty variable counting as unset', () => {
    expect(readSettings(schema, { NEEDED: 'y', PORT: '', URL: 'https://a.example.com/x/' })).toEqual({
      PORT: 8787,
      LIMIT_MS: 10,
      URL: 'https://a.example.com/x',
      NEEDED: 'y',
    });
  });

  it('that are wrong are all named, each with its problem and an example', () => {
    const wrong = {
      PORT: '70000',
      LIMIT_MS: '1.5',
      URL: 'ftp://x',
      DATABASE_URL: 'mysql://x',
      SECRET: 'short',
      REGION: 'EU West',
    };
    expect(() => readSettings(schema, wrong)).toThrow(SettingsError);
    let message = '';
    try {
      readSettings(schema, wrong);
    } catch (error) {
      ({ message } = error as Error);
    }
    expect(message.split('\n')).toEqual([
      'PORT: is above 65535. Example: PORT=8787',
      'LIMIT_MS: is not a whole number. Example: LIMIT_MS=10',
      'URL: is not an http:// or https:// URL. Example: URL=http://127.0.0.1:1',
      'DATABASE_URL: is not a postgres:// URL. Example: DATABASE_URL=postgres://weir:secret@db.internal:5432/weir',
      expect.stringMatching(/^SECRET: has fewer than 32 characters; .* Example: SECRET=/),
      'REGION: is no short name of lower-case letters, digits and -, at most 32 of them. Example: REGION=eu-west-1',
      'NEEDED: is not set. Example: NEEDED=x',
    ]);
  });
});

describe('the secret key', () => {
  it('is generated once in development, for the owner’s eyes only', () => {
    const WEIR_DATA_DIR = join(mkdtempSync(join(tmpdir(), 'weir-settings-')), 'data');
    const settings = { WEIR_DATA_DIR, NODE_ENV: 'development' };
    const key = loadSecretKey(settings);
    expect(key.length).toBeGreaterThanOrEqual(32);
    expect(loadSecretKey(settings)).toBe(key);
    const path = join(WEIR_DATA_DIR, 'secret-key');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readFileSync(path, 'utf8').trim()).toBe(key);
  });

  it('has to be set in production, and wins where it is set', () => {
    const settings = { WEIR_DATA_DIR: '/nonexistent', NODE_ENV: 'production' };
    expect(() => loadSecretKey(settings)).toThrow(SettingsError);
    expect(loadSecretKey({ ...settings, WEIR_SECRET_KEY: 'k'.repeat(32) })).toBe('k'.repeat(32));
  });
});
