import { privateHosts } from '@weir/settings/private-hosts';
import { describe, expect, it } from 'vitest';
import { startReceiver } from '../testing/start-receiver.ts';
import { webhookClient, type WebhookPost } from './post-webhook.ts';

const BODY = '{"type":"test"}';

/** Posts once, to where the setting allows. */
async function post(url: string, allowed = '', { timeoutMs = 2_000 } = {}) {
  const client = webhookClient(privateHosts.parse(allowed), timeoutMs);
  const request: WebhookPost = { url, headers: { 'webhook-id': 'whd_1' }, body: BODY };
  try {
    return await client.post(request);
  } finally {
    await client.close();
  }
}

const REFUSED = { code: 'ADDRESS_REFUSED' };

describe('a webhook', () => {
  it('is posted to a host that the operator named, plain http and private as it is', async () => {
    await using receiver = await startReceiver();
    expect(await post(receiver.url, receiver.host)).toBe(204);
    expect(receiver.received).toMatchObject([
      { method: 'POST', path: '/notices?from=weir', body: BODY, headers: { 'webhook-id': 'whd_1' } },
    ]);
  });

  it('is not posted to a private address, a name of one, or over plain http', async () => {
    await using receiver = await startReceiver();
    const { port } = receiver;
    const urls = [
      `http://127.0.0.1:${port}/`,
      `https://127.0.0.1:${port}/`,
      `https://[::1]:${port}/`,
      `https://[::ffff:127.0.0.1]:${port}/`,
      `https://0.0.0.0:${port}/`,
      // Other ways to write 127.0.0.1.
      `https://2130706433:${port}/`,
      `https://0x7f.1:${port}/`,
      'https://169.254.169.254/latest/meta-data/',
      'https://10.0.0.1/',
      'https://[fd00:ec2::254]/',
      'https://[fe80::1]/',
      'http://example.com/',
      // A name that leads to a private address is found when it is connected to.
      `https://localhost:${port}/`,
    ];
    for (const url of urls) {
      const outcome = await post(url).then(String, ({ code }) => code);
      expect([url, outcome]).toEqual([url, REFUSED.code]);
    }
    // Another port of the named host is not named.
    await expect(post(receiver.url, `127.0.0.1:${port + 1}`)).rejects.toMatchObject(REFUSED);
    expect(receiver.received).toEqual([]);
  });

  it('does not follow where it is sent on to', async () => {
    await using target = await startReceiver();
    await using receiver = await startReceiver();
    for (const status of [301, 302, 303, 307, 308]) {
      receiver.answerWith((response) => void response.writeHead(status, { location: target.url }).end());
      expect(await post(receiver.url, `${receiver.host},${target.host}`)).toBe(status);
    }
    expect(receiver.received).toHaveLength(5);
    expect(target.received).toEqual([]);
  });

  it('does not listen to an answer that goes on, nor wait for one that does not come', async () => {
    await using receiver = await startReceiver();
    const closed = Promise.withResolvers<void>();
    receiver.answerWith((response) => {
      const talking = setInterval(() => response.write('x'.repeat(65_536)), 1);
      response.writeHead(200).once('close', () => {
        clearInterval(talking);
        closed.resolve();
      });
    });
    expect(await post(receiver.url, receiver.host)).toBe(200);
    await closed.promise;

    receiver.answerWith(() => {});
    const failed = await post(receiver.url, receiver.host, { timeoutMs: 200 }).catch(
      (error: unknown) => error,
    );
    expect(failed).toMatchObject({ name: expect.stringMatching(/Timeout/) });
  });
});
