import { isHttpError, type RequestEvent } from '@sveltejs/kit';
import { describe, expect, it } from 'vitest';
import { guard } from './guard.ts';

const PASSED = new Response('passed');

/** What a request to a page of the dashboard is answered with, its session in this state. */
async function answer(state: 'none' | 'unavailable' | 'signedIn', init: RequestInit) {
  const request = new Request('https://weir.example.com/keys?/create', init);
  const event = { request, route: { id: '/(app)/keys' }, locals: { session: { state } } } as RequestEvent;
  return guard({ event, resolve: async () => PASSED });
}

describe('what changes something in the dashboard', () => {
  it('goes no further while nobody knows who asks', async () => {
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
      const refused = await answer('unavailable', { method, headers: { accept: 'application/json' } });
      expect([method, refused.status]).toEqual([method, 503]);
      expect(await refused.json()).toMatchObject({ type: 'error', message: expect.any(String) });
    }
    const page = answer('unavailable', { method: 'POST', headers: { accept: 'text/html' } });
    await expect(page).rejects.toSatisfy((thrown) => isHttpError(thrown, 503));
    expect(await answer('signedIn', { method: 'POST' })).toBe(PASSED);
    // The layout says that the session could not be looked up.
    expect(await answer('unavailable', { method: 'GET' })).toBe(PASSED);
  });
});
