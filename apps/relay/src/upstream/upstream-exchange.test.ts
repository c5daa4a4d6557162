import type { Dispatcher } from 'undici';
import { expect, it, vi } from 'vitest';
import { Cancellation } from '../cancellation.ts';
import { UpstreamExchange } from './upstream-exchange.ts';

it('a reply that breaks the moment it begins has begun', async () => {
  const controller = { abort: vi.fn<() => void>() } as Partial<Dispatcher.DispatchController>;
  const exchange = new UpstreamExchange(new Cancellation());
  exchange.onRequestStart(controller as Dispatcher.DispatchController);
  exchange.onResponseStart(controller as Dispatcher.DispatchController, 200, {});
  exchange.onResponseError(undefined, new Error('the connection broke'));
  const { status, body } = await exchange.reply;
  expect(status).toBe(200);
  await expect(body.forEach(() => false)).rejects.toThrow('the connection broke');
});
