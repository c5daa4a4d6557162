import { pino } from 'pino';
import { settings } from './settings.ts';

let logger: ReturnType<typeof pino> | undefined;

/** The process's log: JSON lines on stdout. What people typed never goes in. */
export function log(): ReturnType<typeof pino> {
  return (logger ??= pino({ name: 'web', level: settings().logLevel }));
}
