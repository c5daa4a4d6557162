import { WeirError } from '@weir/core/errors';
import { ClusterError } from '@weir/db/cluster';
import { NewerDatabaseError } from '@weir/db/migrate';
import { SettingsError } from '@weir/settings/read';

/**
 * What may be logged of an unforeseen error: what kind it is and where it happened. Not its message, since a failed
 * query's carries the values that were to be written.
 */
export function describeFailure(thrown: unknown): { error: string; code: string | undefined; at: string[] } {
  const causes = causesOf(thrown);
  return {
    error: causes.map(({ name }) => name).join(' < ') || typeof thrown,
    code: codeOf(causes),
    at: framesOf(causes[0]),
  };
}

const DATABASE_UNREACHABLE = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'CONNECT_TIMEOUT',
  '28P01',
  '28000',
  '3D000',
]);

/** The same for the operator's terminal: what happened and what to do, and for what is unforeseen, where. */
export function explainFailure(thrown: unknown): string {
  const written = [WeirError, SettingsError, ClusterError, NewerDatabaseError];
  if (thrown instanceof Error && written.some((known) => thrown instanceof known)) return thrown.message;

  const causes = causesOf(thrown);
  const code = codeOf(causes);
  const innermost = causes.at(-1);
  if (code === 'EADDRINUSE')
    return `${innermost?.message}. Stop what listens there, or set API_PORT to another port.`;
  if (code !== undefined && DATABASE_UNREACHABLE.has(code)) {
    return `The database can't be used: ${innermost?.message}. Check that it runs and that DATABASE_URL is right.`;
  }
  return [
    `${innermost?.name ?? typeof thrown}: ${innermost?.message ?? String(thrown)}`,
    ...framesOf(causes[0]),
  ].join('\n  ');
}

function codeOf(causes: readonly Error[]): string | undefined {
  return causes.map((cause) => (cause as NodeJS.ErrnoException).code).find((code) => code !== undefined);
}

function causesOf(thrown: unknown): Error[] {
  const causes: Error[] = [];
  for (let cause = thrown; cause instanceof Error && !causes.includes(cause); cause = cause.cause)
    causes.push(cause);
  return causes;
}

function framesOf(error: Error | undefined): string[] {
  return (error?.stack ?? '')
    .split('\n')
    .filter((line) => /^ {4}at /.test(line))
    .map((line) => line.trim())
    .slice(0, 8);
}
