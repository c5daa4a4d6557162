import type { WeirError } from '@weir/core/errors';
import { DIALECTS } from '@weir/dialects/dialects';
import { DEFAULT_QUIRKS } from '@weir/dialects/quirks';
import { expect, it } from 'vitest';
import { Cancellation } from '../cancellation.ts';
import { UpstreamHealth } from '../routing/upstream-health.ts';
import type { UpstreamBody, UpstreamReply } from '../upstream/upstream-exchange.ts';
import type { Candidate } from './choose-route.ts';
import { openUpstream } from './open-upstream.ts';

const FORMAT = DIALECTS['openai-chat'];
const BODY: UpstreamBody = { forEach: async () => {}, discard() {}, destroy() {} };

function candidate(routeId: string, more: Partial<Candidate> = {}): Candidate {
  return {
    routeId,
    channelId: routeId,
    model: { modelId: routeId },
    dialect: DIALECTS['anthropic-messages'],
    baseUrl: '',
    keys: [{ keyId: `key of ${routeId}`, headers: [] }],
    quirks: DEFAULT_QUIRKS,
    upstreamModel: 'm',
    ...more,
  } as unknown as Candidate;
}

/** Opens, and tells whom the request was written for, and who was called. */
async function open(
  candidates: readonly [Candidate, ...Candidate[]],
  request: object,
  statuses: readonly number[] = [],
) {
  const written: string[] = [];
  let calls = 0;
  const post = async (): Promise<UpstreamReply> => ({
    status: statuses[calls++] ?? 200,
    headers: {},
    body: BODY,
  });
  const health = new UpstreamHealth();
  const body = { model: 'm', messages: [{ role: 'user', content: 'hi' }], ...request };
  const opening = openUpstream(
    { upstream: { post, close: async () => {} }, health, fallbackMs: 60_000 },
    {
      format: FORMAT,
      request: FORMAT.parseRequest(body, {}),
      passedHeaders: [],
      candidates,
      cancellation: new Cancellation(),
      beginAttempt: () => new Cancellation(),
      take: async () => 'taken',
      failureOf: () => undefined,
      onFailed() {},
      // Asked for once for each time that the request is written.
      outputTokensMax({ modelId }) {
        written.push(modelId);
        return 10;
      },
    },
  );
  const served = await opening.then(
    ({ upstream }) => upstream.candidate.routeId,
    (thrown: WeirError) => thrown.code,
  );
  const inFlight = candidates.map(({ channelId, keys }) => health.viewChannel(channelId, keys)?.inFlight);
  return { served, written, calls, inFlight };
}

it('a request is written for those alone that are free to take it', async () => {
  const [full, free, spare] = [candidate('full', { inFlightMax: 0 }), candidate('free'), candidate('spare')];
  expect(await open([full, free, spare], {})).toMatchObject({ served: 'free', written: ['free'], calls: 1 });
});

it('a request is written once for all keys of a channel', async () => {
  const keys = ['one', 'two'].map((keyId) => ({ keyId, headers: [] }));
  const opened = await open([candidate('first', { keys })], {}, [401, 200]);
  expect(opened).toMatchObject({ served: 'first', written: ['first'], calls: 2 });
});

it('who has no words for the request is passed by, and keeps none of its places', async () => {
  const speaksIt = candidate('speaks it', { dialect: FORMAT });
  const opened = await open([candidate('first'), speaksIt], { seed: 7 });
  expect(opened).toEqual({
    served: 'speaks it',
    written: ['first', 'speaks it'],
    calls: 1,
    inFlight: [0, 1],
  });
});

it('where nobody could be called, a full channel is told of before a rest, and either before what can’t be said', async () => {
  const [full, resting] = [candidate('full', { inFlightMax: 0 }), candidate('resting', { keys: [] })];
  const wordless = candidate('wordless');
  const told = async (...candidates: [Candidate, ...Candidate[]]) =>
    (await open(candidates, { seed: 7 })).served;
  expect(await told(full, resting, wordless)).toBe('vendors_full');
  expect(await told(wordless, resting, full)).toBe('vendors_full');
  expect(await told(wordless, resting)).toBe('vendors_resting');
  expect(await told(wordless)).toBe('invalid_request');
});
