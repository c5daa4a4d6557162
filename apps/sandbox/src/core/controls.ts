import type { IncomingHttpHeaders } from 'node:http';
import { z } from 'zod';
import { FAULTS, type Fault, type SandboxModel } from './models.ts';
import { Refusal } from './refusal.ts';

/** The longest wait before the first byte that a header may ask for. */
export const FIRST_BYTE_MS_MAX = 120_000;
/** The longest pause between two events that a header may ask for. */
export const EVENT_MS_MAX = 60_000;
/** The most content events that a header may ask for. */
export const EVENTS_MAX = 100_000;
/** The longest name that a test may give its request. */
export const REQUEST_NAME_CHARACTERS_MAX = 128;

/** How many content events a stalled or cut stream sends when no header says otherwise. */
const FAULT_EVENTS = 3;

/** How one reply is given: the model's own way, changed by the request's headers. */
export interface Controls {
  fault: Fault | undefined;
  firstByteMs: number;
  eventMs: number;
  /** The number of content events of a story, or those that precede a stall or a cut; undefined: as many as there are. */
  events: number | undefined;
  /** From `x-sandbox-request`: under which name the tally keeps the request, unless its body says another. */
  requestName: string | null;
}

const controlHeaders = z.object({
  'x-sandbox-fault': z.enum(FAULTS).optional(),
  'x-sandbox-first-byte-ms': wholeNumberUpTo(FIRST_BYTE_MS_MAX),
  'x-sandbox-event-ms': wholeNumberUpTo(EVENT_MS_MAX),
  'x-sandbox-events': wholeNumberUpTo(EVENTS_MAX),
  'x-sandbox-request': z.string().min(1).max(REQUEST_NAME_CHARACTERS_MAX).optional(),
});

/** @throws {Refusal} naming the header that is out of its bounds. */
export function readControls(headers: IncomingHttpHeaders, model: SandboxModel): Controls {
  const result = controlHeaders.safeParse(headers);
  if (!result.success) {
    const issue = result.error.issues[0];
    const header = String(issue?.path[0]);
    throw new Refusal('invalid-request', `${header}: ${issue?.message ?? 'is wrong'}`, { param: header });
  }
  const given = result.data;
  const fault = given['x-sandbox-fault'] ?? model.fault;
  const endsEarly = fault === 'stall' || fault === 'cut';
  return {
    fault,
    firstByteMs: given['x-sandbox-first-byte-ms'] ?? model.firstByteMs,
    eventMs: given['x-sandbox-event-ms'] ?? model.eventMs,
    events: given['x-sandbox-events'] ?? (endsEarly ? FAULT_EVENTS : undefined),
    requestName: given['x-sandbox-request'] ?? null,
  };
}

function wholeNumberUpTo(max: number) {
  return z
    .string()
    .regex(/^\d{1,9}$/, 'is not a whole number')
    .transform(Number)
    .pipe(z.number().max(max, `is above ${max}`))
    .optional();
}
