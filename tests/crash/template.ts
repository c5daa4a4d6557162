import { execFile } from 'node:child_process';
import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startCluster } from '@weir/db/cluster';
import { connect } from '@weir/db/connect';
import { migrate } from '@weir/db/migrate';
import { MODELS } from './calls.ts';
import { OUTPUT_TOKENS_MAX, PRICE } from './settings.ts';
import { addVendor } from './vendor.ts';

/** Makes a migrated database with the simulated vendor's models in `dir`, stopped, to be copied. */
export async function makeTemplate(dir: string, vendorUrl: string): Promise<void> {
  await mkdir(dir, { mode: 0o711 });
  await chmod(dir, 0o711);
  const cluster = await startCluster(dir, { initdbFlags: ['--no-sync'] });
  await migrate(cluster.url);
  const database = connect(cluster.url, { applicationName: 'weir crash template' });
  await addVendor(database, { vendorUrl, models: MODELS, price: PRICE, outputTokensMax: OUTPUT_TOKENS_MAX });
  await database.close();
  await cluster.stop();
}

/** Copies a template, with the owners of its files, into a new data directory. */
export async function copyTemplate(template: string, dir: string): Promise<void> {
  await mkdir(dir, { mode: 0o711 });
  await chmod(dir, 0o711);
  await promisify(execFile)('cp', ['-a', join(template, 'postgres'), join(dir, 'postgres')]);
}
