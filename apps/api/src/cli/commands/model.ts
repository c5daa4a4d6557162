import { usdDecimal } from '@weir/core/money';
import type { Command } from 'commander';
import { addModel } from '../../models/add-model.ts';
import { listRoutes } from '../../models/list-routes.ts';
import { operation, printResult } from '../operation.ts';
import { addPriceOptions, priceOfOptions, type PriceOptions } from '../price-options.ts';
import { changeDatabase, useDatabase } from '../use-database.ts';
import { idOf, modelName, wholeNumber } from '../values.ts';

const TOKENS_MAX = 1_000_000_000;

export function addModelCommands(program: Command): void {
  const group = program
    .command('model')
    .description('Models, the channels that serve them, and their prices.');

  const addition = operation(group, 'add', {
    description:
      'Make a model callable through a channel. Say it again to add another channel, change limits, or set a new price.',
    examples: [
      'model add --id openai/gpt-5-mini --channel chn_env_openai --upstream-model gpt-5-mini --input-usd-per-mtok 0.25 --output-usd-per-mtok 2',
    ],
  })
    .requiredOption('--id <model>', 'what callers ask for', modelName)
    .requiredOption('--channel <id>', 'the channel that serves it', idOf('channel'))
    .requiredOption('--upstream-model <model>', 'what the vendor calls it', modelName);
  addPriceOptions(addition)
    .option('--context <tokens>', 'prompt and output together, at most', wholeNumber(1, TOKENS_MAX))
    .option('--output-max <tokens>', 'output at most', wholeNumber(1, TOKENS_MAX))
    .action(add);

  operation(group, 'list', {
    description: 'List the models with their channels and the prices in force.',
    examples: ['model list', 'model list --json'],
  }).action(list);
}

interface AddOptions extends PriceOptions {
  id: string;
  channel: string;
  upstreamModel: string;
  context?: number;
  outputMax?: number;
  json?: true;
}

async function add(options: AddOptions): Promise<void> {
  const model = {
    modelId: options.id,
    channelId: options.channel,
    upstreamModel: options.upstreamModel,
    price: priceOfOptions(options),
    contextTokensMax: options.context,
    outputTokensMax: options.outputMax,
  };
  const { modelId } = await changeDatabase(async ({ db }) => {
    const result = await addModel(db, model);
    return { result, done: { action: 'model.add', targetId: model.modelId, after: model } };
  });
  printResult(options, { modelId }, `Model ${modelId} is served by ${options.channel}.`);
}

async function list(options: { json?: true }): Promise<void> {
  const models = await useDatabase(({ db }) => listRoutes(db));
  const usd = (amount: string | null) => (amount === null ? 'no price' : `${usdDecimal(BigInt(amount))} USD`);
  const lines = models.map(
    (model) =>
      `${model.modelId}  ${model.channelId} (${model.vendor}${model.region === null ? '' : `, ${model.region}`}) as ${model.upstreamModel}  input ${usd(model.inputNanoUsdPerMtok)}, output ${usd(model.outputNanoUsdPerMtok)} per million tokens${model.enabled ? '' : ', disabled'}`,
  );
  printResult(options, { models }, lines.join('\n') || 'There are no models. Add one with `weir model add`.');
}
