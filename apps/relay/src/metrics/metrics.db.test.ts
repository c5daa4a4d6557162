import { relaySights } from '@weir/db/schema';
import { describe, expect, it } from 'vitest';
import { answers, standInVendor } from '../testing/stand-in-vendor.ts';
import { startTestRelay } from '../testing/test-relay.ts';

const CALL = {
  model: 'test/model',
  messages: [{ role: 'user', content: 'a canary of a prompt' }],
  max_tokens: 50,
};
const REPLY = {
  choices: [{ index: 0, message: { role: 'assistant', content: 'Hello.' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 5, completion_tokens: 2 },
};

/** One that was free a moment ago. */
async function freePort(): Promise<string> {
  await using placeholder = await standInVendor(answers(200, {}));
  return new URL(placeholder.baseUrl).port;
}

describe('what a relay shows of itself', () => {
  it('counts calls, channels and queues for Prometheus, and keeps its sight of channels for people', async () => {
    await using vendor = await standInVendor(answers(200, REPLY));
    await using relay = await startTestRelay({
      WEIR_UPSTREAM_PRIVATE_HOSTS: vendor.host,
      WEIR_METRICS_PORT: await freePort(),
    });
    const { key, accountId } = await relay.createCaller(1_000_000_000n);
    const { channelId } = await relay.addModel({ baseUrl: vendor.baseUrl, vendor: 'acme' });
    const read = async (): Promise<string> => (await fetch(relay.metricsUrl ?? '')).text();

    expect((await relay.post(key, CALL)).status).toBe(200);
    vendor.script = answers(401, { error: { message: 'Who?' } });
    expect((await relay.post(key, CALL)).status).toBe(502);
    // The only key rests, so nobody is called.
    expect((await relay.post(key, CALL)).status).toBe(503);

    const text = await read();
    const series = '{vendor="acme",model="test/model"';
    for (const line of [
      `weir_calls_total${series},outcome="ok"} 1`,
      `weir_calls_total${series},outcome="upstream_key_refused"} 1`,
      'weir_calls_total{vendor="",model="test/model",outcome="vendors_resting"} 1',
      `weir_call_seconds_count${series}} 2`,
      `weir_first_byte_seconds_count${series}} 1`,
      `weir_channel_calls_in_flight{channel="${channelId}",vendor="acme"} 0`,
      `weir_channel_keys_resting{channel="${channelId}",vendor="acme"} 1`,
      `weir_channel_unreachable{channel="${channelId}",vendor="acme"} 0`,
      `weir_route_resting{channel="${channelId}",vendor="acme",model="test/model"} 1`,
      'weir_ledger_queue 0',
    ]) {
      expect(text).toContain(line);
    }
    expect(text).toMatch(/^weir_event_loop_lag_seconds \d/m);
    for (const secret of [key, key.slice(-8), accountId, 'vendor-secret', 'canary', vendor.host]) {
      expect(text).not.toContain(secret);
    }
    expect((await fetch(`${relay.url}/metrics`)).status).toBe(404);

    const sights = () => relay.db.select().from(relaySights);
    const sight = {
      channelId,
      inFlight: 0,
      unreachable: false,
      restingModelIds: ['test/model'],
      restingKeyIds: [expect.stringMatching(/^chk_/)],
      errors: [{ code: 'upstream_key_refused', status: 401, modelId: 'test/model', at: expect.any(String) }],
    };
    await expect.poll(sights, { timeout: 15_000 }).toMatchObject([{ channels: [sight] }]);
    await relay.stop();
    expect(await sights()).toEqual([]);
  });
});
