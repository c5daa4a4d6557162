import { credit } from '@weir/ledger';
import { DATA_INVENTORY } from '@weir/db/data-inventory';
import { describe, expect, it } from 'vitest';
import {
  procedureInputs,
  sampleInput,
  textPaths,
  withText,
  type InputSchema,
} from './testing/procedure-inputs.ts';
import { seatEveryone } from './testing/seat-people.ts';
import { startTestApi, type TestApi } from './testing/start-test-api.ts';

/** Numbers that networks and banks give out to try things with. */
const NUMBERS = ['4111111111111111', '5555 5555 5555 4444', 'DE89370400440532013000'];
/** As forms of payment services call it. */
const EXTRA = {
  card: { number: '378282246310005', cvc: '378282246310005', expiry: '12/30' },
  cardNumber: '378282246310005',
  iban: 'GB82WEST12345698765432',
  metadata: { account_number: 'GB82WEST12345698765432' },
};
const SOUGHT = [...NUMBERS, EXTRA.cardNumber, EXTRA.iban].map((number) => number.replaceAll(' ', ''));

/** What an operator says to everybody, as where to transfer money, and by which paper a hold was asked for. */
const WORDS_OF_THE_OPERATOR: ReadonlySet<string> = new Set(['announcements.publish', 'legal.hold']);

const PAYMENT_FIELD =
  /card(?!inal)|\bpan\b|cvc|cvv|expiry|iban|\bbic\b|swift|bank|accountNumber|routingNumber|sortCode/i;

const fieldsOf = ({ properties = {}, items, anyOf = [] }: InputSchema): string[] => [
  ...Object.entries(properties).flatMap(([name, schema]) => [name, ...fieldsOf(schema)]),
  ...[...(items ? [items] : []), ...anyOf].flatMap(fieldsOf),
];

/** Every row of every table that has one of the texts, however it is written in groups. */
async function rowsWith({ database: { sql } }: TestApi, texts: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const table of Object.keys(DATA_INVENTORY)) {
    const rows = await sql<{ row: string }[]>`select t::text as row from ${sql(table)} t`;
    const written = rows.map(({ row }) => row.replaceAll(/[\s-]/g, ''));
    found.push(...written.filter((row) => texts.some((text) => row.includes(text))));
  }
  return found;
}

async function send({ url }: TestApi, path: string, token: string, body: unknown): Promise<number> {
  const response = await fetch(url + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  await response.body?.cancel();
  return response.status;
}

describe('the data of a card or of a bank account', () => {
  it('is what no input asks for', () => {
    expect('cardNumber').toMatch(PAYMENT_FIELD);
    const fields = procedureInputs().flatMap(({ path, schema }) =>
      fieldsOf(schema).map((field) => `${path}: ${field}`),
    );
    expect(fields.length).toBeGreaterThan(100);
    expect(fields.filter((field) => PAYMENT_FIELD.test(field))).toEqual([]);
  });

  it('is kept nowhere, in whichever field of whichever procedure it is sent', async () => {
    await using api = await startTestApi({}, { WEIR_BRAND: 'bananarouter' });
    const { credentials, keyId } = await seatEveryone(api.database);
    const holder = credentials.get('holder') ?? '';
    const owner = credentials.get('owner') ?? '';
    let sent = 0;
    for (const { path, type, schema } of procedureInputs()) {
      if (type !== 'mutation' || WORDS_OF_THE_OPERATOR.has(path)) continue;
      const sample = sampleInput(schema);
      const named = Object.hasOwn(schema.properties ?? {}, 'keyId')
        ? { ...(sample as object), keyId }
        : sample;
      const inputs = textPaths(schema).flatMap((at) => NUMBERS.map((text) => withText(named, at, text)));
      for (const token of [owner, holder]) {
        for (const input of [...inputs, { ...(named as object), ...EXTRA }]) {
          expect(await send(api, `/trpc/${path}`, token, input)).not.toBe(500);
          sent++;
        }
      }
    }
    expect(sent).toBeGreaterThan(200);
    for (const name of NUMBERS) {
      expect(await send(api, '/v1/keys', credentials.get('managing_key') ?? '', { name })).toBe(400);
    }
    expect(
      await send(api, '/v1/keys', credentials.get('managing_key') ?? '', { name: 'CI', ...EXTRA }),
    ).not.toBe(500);

    expect(await rowsWith(api, SOUGHT)).toEqual([]);
    expect(api.logLines.filter((line) => SOUGHT.some((number) => line.includes(number)))).toEqual([]);
    // It would have been found.
    await api.database.sql`update users set phone = ${NUMBERS[1] ?? ''}`;
    expect((await rowsWith(api, SOUGHT)).length).toBeGreaterThan(0);
  }, 120_000);
});

it('of a payment are kept whose it is, how much, the order’s reference and when', async () => {
  await using api = await startTestApi();
  const { client, accountId } = await api.signUp('ada@example.com');
  await credit(api.database, { accountId, kind: 'top_up', amountNanoUsd: 5_000_000_000n, ref: 'order-17' });
  const { movements } = await client.account.movements.query({});
  expect(movements).toMatchObject([
    { kind: 'top_up', amountNanoUsd: '5000000000', ref: 'order-17', at: expect.any(String) },
  ]);
  expect(
    Object.values(DATA_INVENTORY['entries']?.columns ?? {})
      .flat()
      .toSorted(),
  ).toEqual(['account_id', 'amount_nano_usd', 'created_at', 'id', 'kind', 'ref']);
});
