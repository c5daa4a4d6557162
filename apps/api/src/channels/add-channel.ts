import { WeirError } from '@weir/core/errors';
import { newId } from '@weir/core/ids';
import type { SecretBox } from '@weir/core/secret-box';
import type { Db } from '@weir/db/connect';
import { channelKeys, channels } from '@weir/db/schema';

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
  /** Where it serves from, e.g. `eu`. */
  region?: string | undefined;
  /** Whether the vendor may keep, or learn from, what it is sent; false when left out. */
  collectsData?: boolean | undefined;
  /** Calls that each relay may have under way on it; any number when left out. */
  inFlightMax?: number | undefined;
}

/** @throws {WeirError} `invalid_request` when the base URL is none. */
export async function addChannel(
  db: Db,
  secrets: SecretBox,
  channel: NewChannel,
): Promise<{ channelId: string }> {
  const { secret, ...columns } = channel;
  const channelId = newId('channel');
  const baseUrl = normalizeBaseUrl(channel.baseUrl);
  await db.transaction(async (tx) => {
    await tx.insert(channels).values({ ...columns, id: channelId, baseUrl });
    await tx
      .insert(channelKeys)
      .values({ id: newId('channelKey'), channelId, sealedSecret: secrets.seal(secret, channelId) });
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
