import type { Price, PriceTier } from '@weir/catalog/charge';
import type { NanoUsd } from '@weir/core/money';
import { InvalidArgumentError, type Command } from 'commander';
import { usdPrice } from './values.ts';

/** The options of a price as commander hands them over. */
export interface PriceOptions {
  inputUsdPerMtok: NanoUsd;
  outputUsdPerMtok: NanoUsd;
  cachedInputUsdPerMtok?: NanoUsd;
  cacheWrite5mUsdPerMtok?: NanoUsd;
  cacheWrite1hUsdPerMtok?: NanoUsd;
  reasoningUsdPerMtok?: NanoUsd;
  audioInputUsdPerMtok?: NanoUsd;
  audioOutputUsdPerMtok?: NanoUsd;
  imageUsd?: NanoUsd;
  requestUsd?: NanoUsd;
  tier?: PriceTier[];
}

/** Adds the options of a price; what is left out of it costs what its whole costs. */
export function addPriceOptions(command: Command): Command {
  return command
    .requiredOption('--input-usd-per-mtok <price>', 'US dollars for a million input tokens', usdPrice)
    .requiredOption('--output-usd-per-mtok <price>', 'US dollars for a million output tokens', usdPrice)
    .option('--cached-input-usd-per-mtok <price>', 'input read from a cache; else as input', usdPrice)
    .option(
      '--cache-write-5m-usd-per-mtok <price>',
      'input written to a cache of 5 minutes; else as input',
      usdPrice,
    )
    .option('--cache-write-1h-usd-per-mtok <price>', 'to a cache of an hour; else as of 5 minutes', usdPrice)
    .option('--reasoning-usd-per-mtok <price>', 'reasoning; else as output', usdPrice)
    .option('--audio-input-usd-per-mtok <price>', 'audio of the input; else as input', usdPrice)
    .option('--audio-output-usd-per-mtok <price>', 'audio of the output; else as output', usdPrice)
    .option('--image-usd <price>', 'for each image of the prompt, beside its tokens', usdPrice)
    .option('--request-usd <price>', 'for each request', usdPrice)
    .option(
      '--tier <tokens:price>',
      'the price of the whole call from so many input tokens on; may be repeated, e.g. 200000:input=2.5,output=15,cached-input=0.25',
      collectTiers,
    );
}

export function priceOfOptions(options: PriceOptions): Price {
  return {
    inputNanoUsdPerMtok: options.inputUsdPerMtok,
    outputNanoUsdPerMtok: options.outputUsdPerMtok,
    cachedInputNanoUsdPerMtok: options.cachedInputUsdPerMtok,
    cacheWrite5mNanoUsdPerMtok: options.cacheWrite5mUsdPerMtok,
    cacheWrite1hNanoUsdPerMtok: options.cacheWrite1hUsdPerMtok,
    reasoningNanoUsdPerMtok: options.reasoningUsdPerMtok,
    audioInputNanoUsdPerMtok: options.audioInputUsdPerMtok,
    audioOutputNanoUsdPerMtok: options.audioOutputUsdPerMtok,
    imageNanoUsd: options.imageUsd,
    requestNanoUsd: options.requestUsd,
    tiers: options.tier ?? [],
  };
}

/** The names of a tier's parts, as they are written in `--tier`. */
const TIER_PARTS = {
  input: 'inputNanoUsdPerMtok',
  output: 'outputNanoUsdPerMtok',
  'cached-input': 'cachedInputNanoUsdPerMtok',
  'cache-write-5m': 'cacheWrite5mNanoUsdPerMtok',
  'cache-write-1h': 'cacheWrite1hNanoUsdPerMtok',
  reasoning: 'reasoningNanoUsdPerMtok',
  'audio-input': 'audioInputNanoUsdPerMtok',
  'audio-output': 'audioOutputNanoUsdPerMtok',
  image: 'imageNanoUsd',
  request: 'requestNanoUsd',
} as const satisfies Record<string, Exclude<keyof PriceTier, 'inputTokensFrom'>>;

const FORM = 'Write a tier like 200000:input=2.5,output=15,cached-input=0.25.';

function isTierPart(name: string): name is keyof typeof TIER_PARTS {
  return Object.hasOwn(TIER_PARTS, name);
}

function collectTiers(text: string, before: readonly PriceTier[] = []): PriceTier[] {
  const tier = parseTier(text);
  if (before.some(({ inputTokensFrom }) => inputTokensFrom === tier.inputTokensFrom)) {
    throw new InvalidArgumentError(`There are two tiers from ${tier.inputTokensFrom} input tokens on.`);
  }
  return [...before, tier].sort((one, other) => one.inputTokensFrom - other.inputTokensFrom);
}

function parseTier(text: string): PriceTier {
  const [, from = '', parts = ''] = /^([1-9]\d{0,8}):(.+)$/.exec(text) ?? [];
  if (parts === '') throw new InvalidArgumentError(FORM);
  const tier: Partial<Record<(typeof TIER_PARTS)[keyof typeof TIER_PARTS], bigint>> = {};
  for (const part of parts.split(',')) {
    const [, name = '', amount = ''] = /^([a-z0-9-]+)=(.+)$/.exec(part) ?? [];
    if (!isTierPart(name)) {
      throw new InvalidArgumentError(`${FORM} Its parts are ${Object.keys(TIER_PARTS).join(', ')}.`);
    }
    const component = TIER_PARTS[name];
    if (tier[component] !== undefined) throw new InvalidArgumentError(`The tier says ${name} twice.`);
    tier[component] = usdPrice(amount);
  }
  const { inputNanoUsdPerMtok, outputNanoUsdPerMtok, ...others } = tier;
  if (inputNanoUsdPerMtok === undefined || outputNanoUsdPerMtok === undefined) {
    throw new InvalidArgumentError(`A tier has a price of its own for input and output. ${FORM}`);
  }
  return { ...others, inputNanoUsdPerMtok, outputNanoUsdPerMtok, inputTokensFrom: Number(from) };
}
