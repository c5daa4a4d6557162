import { SettingsError } from '@weir/settings/read';
import { describe, expect, it } from 'vitest';
import { readConfig } from './config.ts';

describe('the settings', () => {
  it('have defaults that run on one machine', () => {
    expect(readConfig({})).toMatchObject({
      API_PORT: 8788,
      WEIR_LISTEN_HOST: '127.0.0.1',
      DATABASE_URL: undefined,
      WEIR_PUBLIC_WEB_URL: 'http://127.0.0.1:3000',
      WEIR_LOG_RETENTION_DAYS: 30,
      WEIR_SMTP_URL: undefined,
      WEIR_API_TRUSTED_PROXIES: ['loopback'],
      WEIR_DELETION_GRACE_DAYS: 14,
    });
    expect(readConfig({ WEIR_PUBLIC_WEB_URL: 'https://weir.example.com/' }).WEIR_PUBLIC_WEB_URL).toBe(
      'https://weir.example.com',
    );
  });

  it('hold the vendors’ keys that are set', () => {
    expect(readConfig({ OPENAI_API_KEY: 'sk-1', MISTRAL_API_KEY: '' }).vendorKeys).toMatchObject({
      OPENAI_API_KEY: 'sk-1',
      MISTRAL_API_KEY: undefined,
    });
  });

  it('send to an archive by https, unless it is on this machine or its host is named', () => {
    const read = (CLICKHOUSE_URL: string, WEIR_CLICKHOUSE_PRIVATE_HOSTS = '') =>
      readConfig({ CLICKHOUSE_URL, WEIR_CLICKHOUSE_PRIVATE_HOSTS }).CLICKHOUSE_URL;
    expect(readConfig({}).CLICKHOUSE_URL).toBeUndefined();
    for (const url of ['https://weir:a-secret@10.0.0.7:8443/weir', 'http://127.0.0.1:8123/weir']) {
      expect(read(url)).toBe(url);
    }
    const plain = 'http://weir:a-secret@clickhouse:8123/weir';
    expect(() => read(plain)).toThrow(
      'CLICKHOUSE_URL: would send to clickhouse:8123 unencrypted. Write https://, or set WEIR_CLICKHOUSE_PRIVATE_HOSTS=clickhouse:8123',
    );
    expect(() => read(plain)).not.toThrow(/a-secret/);
    expect(() => read(plain, 'clickhouse:9000')).toThrow(SettingsError);
    expect(read(plain, 'clickhouse:8123')).toBe(plain);
  });

  it('when wrong are named with their problem and an example', () => {
    const read = () => readConfig({ API_PORT: '70000', WEIR_SECRET_KEY: 'short' });
    expect(read).toThrow(SettingsError);
    expect(read).toThrow(/^API_PORT: is above 65535\. Example: API_PORT=8788$/m);
    expect(read).toThrow(/^WEIR_SECRET_KEY: has fewer than 32 characters/m);
    expect(read).not.toThrow(/short/);
    expect(() => readConfig({ WEIR_SMTP_URL: 'smtp://127.0.0.1' })).toThrow(/^WEIR_MAIL_FROM: is not set/);
    expect(() => readConfig({ WEIR_SMTP_URL: 'http://127.0.0.1' })).toThrow(/^WEIR_SMTP_URL: is not an smtp/);
    expect(() => readConfig({ WEIR_API_TRUSTED_PROXIES: '10.0.0.0/33' })).toThrow(
      /^WEIR_API_TRUSTED_PROXIES: has something/,
    );
    expect(() => readConfig({ CLICKHOUSE_URL: 'tcp://127.0.0.1:9000/weir' })).toThrow(
      /^CLICKHOUSE_URL: is not an http:\/\/ or https:\/\/ URL\. Example: CLICKHOUSE_URL=https:/,
    );
    for (const url of [
      'https://ch.example.com:8443',
      'https://ch.example.com/a/b',
      'https://ch.example.com/a?x=1',
    ]) {
      expect(() => readConfig({ CLICKHOUSE_URL: url })).toThrow(
        /^CLICKHOUSE_URL: has no path that is the name/,
      );
    }
    // Today and yesterday are always kept.
    expect(() => readConfig({ WEIR_LOG_RETENTION_DAYS: '0' })).toThrow(
      'WEIR_LOG_RETENTION_DAYS: is below 1. Example: WEIR_LOG_RETENTION_DAYS=30',
    );
  });
});
