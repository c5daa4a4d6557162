import { Secret, TOTP } from 'otpauth';
import { expect, it } from 'vitest';
import { matchTotp, newTotpSecret } from './totp.ts';

it('a code is taken from a clock that is one step off, and not from one that is two', () => {
  const secret = newTotpSecret();
  const nowMs = 1_800_000_000_000;
  const step = nowMs / 30_000;
  const matched = [-2, -1, 0, 1, 2].map((steps) => {
    const timestamp = nowMs + steps * 30_000;
    return matchTotp(secret, TOTP.generate({ secret: Secret.fromBase32(secret), timestamp }), nowMs);
  });
  expect(matched).toEqual([undefined, step - 1, step, step + 1, undefined]);
});
