import { randomInt } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SecretBox } from '@weir/core/secret-box';
import { parseUsd } from '@weir/core/money';
import { ADVISORY_LOCKS } from '@weir/db/advisory-locks';
import type { Database, Db } from '@weir/db/connect';
import { channels, users } from '@weir/db/schema';
import { credit } from '@weir/ledger';
import { and, eq, like, ne } from 'drizzle-orm';
import { createAccount } from './accounts/create-account.ts';
import { hashPassword } from './auth/password.ts';
import { addChannel } from './channels/add-channel.ts';
import type { Config } from './config.ts';
import { createKey } from './keys/create-key.ts';
import { addModel } from './models/add-model.ts';

const ADMIN_EMAIL = 'admin@example.com';
/** Enough not to be told at once that the balance is low. */
const GRANT_NANO_USD = parseUsd('20');

/** What `first-start.json` holds: all that a person needs to look around, and that nothing else knows. */
export interface FirstStart {
  relayUrl: string;
  apiUrl: string;
  dashboardUrl: string;
  adminEmail: string;
  adminPassword: string;
  apiKey: string;
}

type FirstStartConfig = Pick<
  Config,
  'NODE_ENV' | 'WEIR_DATA_DIR' | 'RELAY_PORT' | 'API_PORT' | 'WEB_PORT' | 'SANDBOX_PORT'
>;

/**
 * In development, gives an empty database an owner, an account with 20 USD, an API key and the sandbox vendor's models,
 * and writes how to get in to `first-start.json` (mode 0600). Does nothing in production, to a database that has
 * users, or where the file is there.
 *
 * Cut off anywhere, the next start mends it: the file is written under another name first and gets its own last.
 * @returns the path of the file when this call made it.
 */
export async function firstStart(
  database: Database,
  secrets: SecretBox,
  config: FirstStartConfig,
): Promise<string | undefined> {
  const path = join(config.WEIR_DATA_DIR, 'first-start.json');
  if (config.NODE_ENV === 'production' || existsSync(path)) return undefined;
  return underLock(database, async () => {
    const draftPath = `${path}.new`;
    if ((await database.db.$count(users)) === 0) {
      await populate(database.db, secrets, config, draftPath);
    } else if (existsSync(path) || !existsSync(draftPath)) {
      return undefined;
    }
    const { adminEmail }: FirstStart = JSON.parse(await readFile(draftPath, 'utf8'));
    const [admin] = await database.db.select().from(users).where(eq(users.email, adminEmail));
    if (!admin) return undefined;
    const grant = { kind: 'grant', amountNanoUsd: GRANT_NANO_USD, ref: 'first-start' } as const;
    await credit(database, { accountId: admin.accountId, ...grant });
    await rename(draftPath, path);
    return path;
  });
}

/** Of several processes that start at once one goes first; the lock ends with its process at the latest. */
async function underLock<Result>({ sql }: Database, run: () => Promise<Result>): Promise<Result> {
  const connection = await sql.reserve();
  try {
    await connection`select pg_advisory_lock(${ADVISORY_LOCKS.firstStart})`;
    try {
      return await run();
    } finally {
      await connection`select pg_advisory_unlock(${ADVISORY_LOCKS.firstStart})`;
    }
  } finally {
    connection.release();
  }
}

async function populate(
  db: Db,
  secrets: SecretBox,
  config: FirstStartConfig,
  draftPath: string,
): Promise<void> {
  const adminPassword = readablePassword();
  const passwordHash = await hashPassword(adminPassword);
  const urlOf = (port: number) => `http://127.0.0.1:${port}`;
  await db.transaction(async (tx) => {
    const owner = { email: ADMIN_EMAIL, username: 'admin', passwordHash, staffRole: 'owner' } as const;
    const { accountId } = await createAccount(tx, owner);
    const { key } = await createKey(tx, { accountId, name: 'First key' });
    await addSandbox(tx, secrets, config.SANDBOX_PORT);
    await writeDraft(draftPath, config.WEIR_DATA_DIR, {
      relayUrl: urlOf(config.RELAY_PORT),
      apiUrl: urlOf(config.API_PORT),
      dashboardUrl: urlOf(config.WEB_PORT),
      adminEmail: ADMIN_EMAIL,
      adminPassword,
      apiKey: key,
    });
  });
}

/** Removed first: the mode of a file that is there already would stay as it is. */
async function writeDraft(path: string, dataDir: string, content: FirstStart): Promise<void> {
  await mkdir(dataDir, { recursive: true });
  await rm(path, { force: true });
  await writeFile(path, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600, flag: 'wx', flush: true });
}

/** Those that answer, think and take what tools gave back, and one for each way in which a vendor can fail. */
const SANDBOX_MODELS = [
  'sandbox/echo',
  'sandbox/story',
  'sandbox/think',
  'sandbox/report',
  'sandbox/slow',
  'sandbox/stall',
  'sandbox/cut',
  'sandbox/error-429',
  'sandbox/error-500',
  'sandbox/garbage',
  'sandbox/no-usage',
  'sandbox/empty',
];

/** Priced like a small model, so that the figures on a first dashboard are real ones. */
const SANDBOX_TERMS = {
  price: { inputNanoUsdPerMtok: parseUsd('0.15'), outputNanoUsdPerMtok: parseUsd('0.60') },
  contextTokensMax: 128_000,
  outputTokensMax: 16_384,
};

/** The sandbox may listen on another port than when its channel was made. */
export async function followSandboxPort(db: Db, { NODE_ENV, SANDBOX_PORT }: FirstStartConfig): Promise<void> {
  if (NODE_ENV === 'production') return;
  const baseUrl = sandboxBaseUrl(SANDBOX_PORT);
  await db
    .update(channels)
    .set({ baseUrl })
    .where(
      and(
        eq(channels.vendor, 'sandbox'),
        like(channels.baseUrl, 'http://127.0.0.1:%'),
        ne(channels.baseUrl, baseUrl),
      ),
    );
}

function sandboxBaseUrl(port: number): string {
  return `http://127.0.0.1:${port}/v1`;
}

async function addSandbox(db: Db, secrets: SecretBox, port: number): Promise<void> {
  const { channelId } = await addChannel(db, secrets, {
    vendor: 'sandbox',
    dialect: 'openai-chat',
    baseUrl: sandboxBaseUrl(port),
    secret: 'sandbox',
  });
  for (const modelId of SANDBOX_MODELS) {
    await addModel(db, { modelId, channelId, upstreamModel: modelId, ...SANDBOX_TERMS });
  }
}

/** 100 random bits as four groups of five, without characters that are taken for one another. */
function readablePassword(): string {
  const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';
  const group = () => Array.from({ length: 5 }, () => alphabet.charAt(randomInt(alphabet.length))).join('');
  return Array.from({ length: 4 }, group).join('-');
}
