import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { calcPrice } from '@pydantic/genai-prices';
import { describe, expect, it } from 'vitest';
import { chargeNanoUsd, type BilledUsage } from '../charge.ts';
import source from '../data/source.json' with { type: 'json' };
import { catalogModels } from '../models.ts';

describe('the catalog’s data', () => {
  it('is what the data package says', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [
      join(import.meta.dirname, 'main.ts'),
      '--check',
    ]);
    expect(stdout).toBe('');
  });

  it('charges every model what the data package itself calculates', () => {
    const models = catalogModels();
    expect(models.length).toBeGreaterThan(500);
    for (const { vendor, upstreamModel, price } of models) {
      const edges = (price.tiers ?? []).flatMap(({ inputTokensFrom }) => [
        inputTokensFrom - 1,
        inputTokensFrom,
      ]);
      for (const inputTokens of [40_000, ...edges]) {
        const usage = {
          inputTokens,
          outputTokens: 3_000,
          cachedInputTokens: 10_000,
          cacheWrite5mTokens: price.cacheWrite5mNanoUsdPerMtok === undefined ? 0 : 7_000,
          audioInputTokens: price.audioInputNanoUsdPerMtok === undefined ? 0 : 5_000,
          audioOutputTokens: price.audioOutputNanoUsdPerMtok === undefined ? 0 : 1_000,
          reasoningTokens: 500,
        };
        const theirsUsd = packagePriceUsd(vendor, upstreamModel, usage);
        const oursUsd = Number(chargeNanoUsd(usage, price)) / 1e9;
        expect([upstreamModel, Math.abs(oursUsd - theirsUsd) < 2e-9]).toEqual([upstreamModel, true]);
      }
    }
  });
});

function packagePriceUsd(vendor: string, model: string, usage: BilledUsage): number {
  const result = calcPrice(
    {
      input_tokens: usage.inputTokens,
      cache_read_tokens: usage.cachedInputTokens,
      cache_write_tokens: usage.cacheWrite5mTokens,
      input_audio_tokens: usage.audioInputTokens,
      output_tokens: usage.outputTokens,
      output_audio_tokens: usage.audioOutputTokens,
      output_reasoning_tokens: usage.reasoningTokens,
    },
    model,
    {
      providerId: { moonshot: 'moonshotai', xai: 'x-ai' }[vendor] ?? vendor,
      timestamp: new Date(source.asOf),
    },
  );
  if (!result) throw new Error(`the data package has no price for ${vendor} ${model}`);
  return result.total_price;
}
