import { WeirError } from '@weir/core/errors';
import { newId } from '@weir/core/ids';
import type { SecretBox } from '@weir/core/secret-box';
import type { Db } from '@weir/db/connect';
import { channels } from '@weir/db/schema';

export interface NewChannel {
  vendor: string;
  dialect: string;
  /** http or https; a slash at its end is dropped. */
  baseUrl: string;
  /** The vendor's API key; stored sealed. */
  secret: string;
  /** Lower goes first; 0 when left out. */
  priority?: number | undefined;
  /** Share among channels of one priority; 1 when left out. */
  weight?: number | undefined;
}

/** @throws {WeirError} `invalid_request` when the base URL is none. */
export async function addChannel(
  db: Db,
  secrets: SecretBox,
  channel: NewChannel,
): Promise<{ channelId: string }> {
  const { vendor, dialect, secret, priority, weight } = channel;
  const channelId = newId('channel');
  await db.insert(channels).values({
    id: channelId,
    vendor,
    dialect,
    baseUrl: normalizeBaseUrl(channel.baseUrl),
    sealedSecret: secrets.seal(secret, channelId),
    priority,
    weight,
  });
  return { channelId };
}

function normalizeBaseUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (
    !url ||
    !/^https?:$/.test(url.protocol) ||
    url.search !== '' ||
    url.hash !== '' ||
    url.username !== ''
  ) {
    throw new WeirError(
      'invalid_request',
      `"${text}" is no base URL. Write it like https://api.openai.com/v1, without a query and without credentials.`,
      { param: 'baseUrl' },
    );
  }
  return url.href.replace(/\/+$/, '');
}
