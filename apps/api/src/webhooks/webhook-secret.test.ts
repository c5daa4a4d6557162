import { Webhook } from 'standardwebhooks';
import { expect, it } from 'vitest';
import { newWebhookSecret, signWebhook } from './webhook-secret.ts';

const message = () => ({ id: 'whd_1', atMs: Date.now(), body: '{"title":"余额不足"}' });

it('what is signed is taken by the specification’s own library, by either secret', () => {
  const [secret, previous, other] = [newWebhookSecret(), newWebhookSecret(), newWebhookSecret()];
  const { body, ...rest } = message();
  const headers = { ...signWebhook([secret, previous], { ...rest, body }) };
  expect(new Webhook(secret).verify(body, headers)).toEqual({ title: '余额不足' });
  expect(new Webhook(previous).verify(body, headers)).toEqual({ title: '余额不足' });
  expect(() => new Webhook(other).verify(body, headers)).toThrow('No matching signature');
  expect(() => new Webhook(secret).verify(`${body} `, headers)).toThrow('No matching signature');
});

it('is the specification’s own example', () => {
  // https://github.com/standard-webhooks/standard-webhooks/blob/main/libraries/javascript/src/index.test.ts
  const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
  const [id, atMs] = ['msg_p5jXN8AQM9LWM0D4loKWxJek', 1_614_265_330_000];
  expect(signWebhook([secret], { id, atMs, body: '{"test": 2432232314}' })).toEqual({
    'webhook-id': id,
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  });
});

it('secrets are of the specification’s form, and never the same', () => {
  expect(newWebhookSecret()).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
  expect(newWebhookSecret()).not.toBe(newWebhookSecret());
});
