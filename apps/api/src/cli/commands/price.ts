import type { Command } from 'commander';
import { listPrices, type ListedPrice } from '../../prices/list-prices.ts';
import { setPrice } from '../../prices/set-price.ts';
import { describePrice } from '../describe-price.ts';
import { operation, printResult } from '../operation.ts';
import { addPriceOptions, priceOfOptions, type PriceOptions } from '../price-options.ts';
import { changeDatabase, useDatabase } from '../use-database.ts';
import { idOf, instant, modelName } from '../values.ts';

export function addPriceCommands(program: Command): void {
  const group = program
    .command('price')
    .description('Prices. A price is never changed: another one takes its place from a time on.');

  const set = operation(group, 'set', {
    description: 'Set the price of a model, from now or from a time to come on.',
    examples: [
      'price set openai/gpt-5-mini --input-usd-per-mtok 0.25 --output-usd-per-mtok 2 --cached-input-usd-per-mtok 0.025',
      'price set google/gemini-pro --channel chn_06e2m8k3q0… --input-usd-per-mtok 1.25 --output-usd-per-mtok 10 --tier 200000:input=2.5,output=15 --from 2027-01-01',
    ],
  })
    .argument('<model>', 'what callers ask for', modelName)
    .option('--channel <id>', 'the channel, where more than one serves the model', idOf('channel'));
  addPriceOptions(set)
    .option('--from <time>', 'when it begins, in UTC: a date or a date with a time; default now', instant)
    .action(setOne);

  operation(group, 'list', {
    description: 'List the prices that are in force, those to come, and those that were.',
    examples: ['price list', 'price list openai/gpt-5-mini --json'],
  })
    .argument('[model]', 'only those of this model', modelName)
    .action(list);
}

interface SetOptions extends PriceOptions {
  channel?: string;
  from?: Date;
  json?: true;
}

async function setOne(modelId: string, options: SetOptions): Promise<void> {
  const price = await changeDatabase(async ({ db }) => {
    const result = await setPrice(db, {
      modelId,
      channelId: options.channel,
      price: priceOfOptions(options),
      effectiveFrom: options.from,
    });
    const after = { ...result, channelId: options.channel };
    return { result, done: { action: 'price.set', targetId: modelId, after } };
  });
  const { priceId, effectiveFrom } = price;
  const text = `From ${effectiveFrom} on ${modelId} costs ${describePrice(price)} (${priceId}).`;
  printResult(options, { priceId, effectiveFrom }, text);
}

const STATES: Readonly<Record<ListedPrice['state'], string>> = {
  coming: 'to come',
  in_force: 'in force',
  past: 'past',
};

async function list(modelId: string | undefined, options: { json?: true }): Promise<void> {
  const prices = await useDatabase(({ db }) => listPrices(db, modelId));
  const lines = prices.map(
    (price) =>
      `${price.modelId}  ${price.channelId} (${price.vendor})  ${price.priceId}  ${STATES[price.state]} from ${price.effectiveFrom}  ${describePrice(price)}`,
  );
  printResult(options, { prices }, lines.join('\n') || 'There are no prices.');
}
