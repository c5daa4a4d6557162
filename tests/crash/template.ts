import { execFile } from 'node:child_process';
import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { newId } from '@weir/core/ids';
import { secretBox } from '@weir/core/secret-box';
import { startCluster } from '@weir/db/cluster';
import { connect } from '@weir/db/connect';
import { migrate } from '@weir/db/migrate';
import { channels, models, prices, routes } from '@weir/db/schema';
import { MODELS } from './calls.ts';
import { CHANNEL_ID, OUTPUT_TOKENS_MAX, PRICE, SECRET_KEY } from './settings.ts';

/** Makes a migrated database with the simulated vendor's models in `dir`, stopped, to be copied. */
export async function makeTemplate(dir: string, vendorUrl: string): Promise<void> {
  await mkdir(dir, { mode: 0o711 });
  await chmod(dir, 0o711);
  const cluster = await startCluster(dir, { initdbFlags: ['--no-sync'] });
  await migrate(cluster.url);
  const database = connect(cluster.url, { applicationName: 'weir crash template' });
  const { db } = database;
  await db.insert(channels).values({
    id: CHANNEL_ID,
    vendor: 'sandbox',
    dialect: 'openai-chat',
    baseUrl: `${vendorUrl}/v1`,
    sealedSecret: secretBox(SECRET_KEY).seal('sandbox', CHANNEL_ID),
  });
  for (const id of MODELS) {
    const routeId = newId('route');
    await db.insert(models).values({ id, contextTokensMax: 100_000, outputTokensMax: OUTPUT_TOKENS_MAX });
    await db.insert(routes).values({ id: routeId, modelId: id, channelId: CHANNEL_ID, upstreamModel: id });
    await db.insert(prices).values({ id: newId('price'), routeId, ...PRICE });
  }
  await database.close();
  await cluster.stop();
}

/** Copies a template, with the owners of its files, into a new data directory. */
export async function copyTemplate(template: string, dir: string): Promise<void> {
  await mkdir(dir, { mode: 0o711 });
  await chmod(dir, 0o711);
  await promisify(execFile)('cp', ['-a', join(template, 'postgres'), join(dir, 'postgres')]);
}
