import type { IncomingHttpHeaders } from 'node:http';
import { STATED_REST_MS_MAX } from '../routing/breaker.ts';

/** Callers are told what the vendor's rest is, and no more. */
const RETRY_AFTER_SECONDS_MAX = STATED_REST_MS_MAX / 1_000;

const NUMBER = /^\d{1,15}(?:\.\d{1,9})?$/;
/** @see https://www.rfc-editor.org/rfc/rfc9110#section-5.6.7 */
const HTTP_DATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/**
 * How long a vendor wants to be left alone, in whole seconds of at most an hour, by the first of these that says it:
 * OpenAI's `retry-after-ms`, `retry-after` as a number or as a date, what stands in the body.
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3
 * @returns undefined where none does: what is nonsense, or over already, says nothing.
 */
export function retryAfterSeconds(
  headers: IncomingHttpHeaders,
  saidInBody: number | undefined,
  nowMs: number,
): number | undefined {
  const after = headers['retry-after'];
  const said = [
    numberIn(headers['retry-after-ms'], 1 / 1_000),
    numberIn(after, 1),
    secondsUntil(after, dateIn(headers.date) ?? nowMs),
    saidInBody,
  ].find((seconds) => seconds !== undefined && seconds > 0);
  return said === undefined ? undefined : Math.min(Math.ceil(said), RETRY_AFTER_SECONDS_MAX);
}

function numberIn(value: string | string[] | undefined, unitSeconds: number): number | undefined {
  return typeof value === 'string' && NUMBER.test(value) ? Number(value) * unitSeconds : undefined;
}

/** By the vendor's own clock, where it says what that shows. */
function secondsUntil(value: string | undefined, nowMs: number): number | undefined {
  const untilMs = dateIn(value);
  return untilMs === undefined ? undefined : (untilMs - nowMs) / 1_000;
}

function dateIn(value: string | undefined): number | undefined {
  const ms = value !== undefined && HTTP_DATE.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(ms) ? undefined : ms;
}
