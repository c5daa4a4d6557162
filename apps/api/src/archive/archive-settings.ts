import type { PrivateHosts } from '@weir/settings/private-hosts';
import { SettingsError } from '@weir/settings/read';
import { isThisMachine } from '@weir/settings/require-https';
import { z } from 'zod';

/** `CLICKHOUSE_URL`: unset, no request is archived. Its path is the database, which has to be there. */
export const clickhouseUrl = z
  .url({ protocol: /^https?$/, error: 'is not an http:// or https:// URL' })
  .refine(namesDatabaseAlone, 'has no path that is the name of a database, or has more than that')
  .optional()
  .meta({ example: 'https://weir:secret@clickhouse.example.com:8443/weir' });

function namesDatabaseAlone(text: string): boolean {
  const { pathname, search, hash } = new URL(text);
  return /^\/[A-Za-z_]\w{0,62}$/.test(pathname) && search === '' && hash === '';
}

/** Over plain http go only this machine’s own archive and those whose host was named. @throws {SettingsError} */
export function requireSafeArchive(url: string | undefined, privateHosts: PrivateHosts): void {
  if (url === undefined) return;
  const { protocol, hostname, port, host } = new URL(url);
  const name = hostname.replaceAll(/[[\]]/g, '');
  if (protocol === 'https:' || isThisMachine(hostname) || privateHosts.allows(name, Number(port) || 80))
    return;
  throw new SettingsError(
    `CLICKHOUSE_URL: would send to ${host} unencrypted. Write https://, or set WEIR_CLICKHOUSE_PRIVATE_HOSTS=${host}`,
  );
}
