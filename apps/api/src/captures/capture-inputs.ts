import { z } from 'zod';
import { CAPTURE_PUBLIC_KEY_BYTES } from '@weir/core/capture-seal';
import { keyId } from '../keys/key-inputs.ts';
import { cursorOf, pageLimit } from '../page.ts';

export const CAPTURE_HOURS_MAX = 24;

const requestId = z
  .string()
  .max(64, 'is no request id')
  .regex(/^\P{Cc}*$/u, 'is no request id');

/** Base64url of an uncompressed point; whether it is on the curve is looked at later. */
const publicKey = z
  .base64url('is no base64url')
  .transform((text) => new Uint8Array(Buffer.from(text, 'base64url')))
  .refine(
    ({ length }) => length === CAPTURE_PUBLIC_KEY_BYTES,
    `is no public key of ${CAPTURE_PUBLIC_KEY_BYTES} bytes`,
  );

export const ofKeyInput = z.object({ keyId });

export const startCaptureInput = z.object({
  keyId,
  publicKey,
  hours: z
    .number()
    .int('is no whole number')
    .min(1, 'is below 1')
    .max(CAPTURE_HOURS_MAX, `is above ${CAPTURE_HOURS_MAX}`),
});

export const listRecordsInput = z.object({ keyId, cursor: cursorOf('req').optional(), limit: pageLimit });

export const ofRecordInput = z.object({ keyId, requestId });
