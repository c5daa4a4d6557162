import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SettingsError } from './read-settings.ts';

export interface SecretKeySettings {
  WEIR_SECRET_KEY?: string | undefined;
  WEIR_DATA_DIR: string;
  NODE_ENV: string;
}

/**
 * The key that seals vendor secrets: `WEIR_SECRET_KEY`, or in development one that is generated into the data
 * directory (mode 0600) and read again from there.
 * @throws {SettingsError} in production when the variable is unset: a generated key is lost with its machine.
 */
export function loadSecretKey(settings: SecretKeySettings): string {
  if (settings.WEIR_SECRET_KEY !== undefined) return settings.WEIR_SECRET_KEY;
  if (settings.NODE_ENV === 'production') {
    throw new SettingsError(
      'WEIR_SECRET_KEY: is not set. In production it seals the vendors’ keys. Example: WEIR_SECRET_KEY=$(openssl rand -base64 32)',
    );
  }
  const path = join(settings.WEIR_DATA_DIR, 'secret-key');
  return readIfThere(path) ?? generate(path, settings.WEIR_DATA_DIR);
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Written beside and linked into place, so that of several processes starting at once exactly one key wins. */
function generate(path: string, dataDir: string): string {
  mkdirSync(dataDir, { recursive: true });
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, `${randomBytes(32).toString('base64url')}\n`, { mode: 0o600 });
  try {
    linkSync(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(draft);
  }
  return readFileSync(path, 'utf8').trim();
}
