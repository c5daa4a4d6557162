import { WeirError } from './errors.ts';
import { OperatorError } from './operator-error.ts';

export interface FailureDescription {
  /** What the operator can do, where that is known. */
  hint: string | undefined;
  /** The kinds of the error and of its causes, outermost first. */
  error: string;
  code: string | undefined;
  at: string[];
}

/**
 * What may be logged of an unforeseen error: what kind it is and where it happened. Not its message, since a failed
 * query's carries the values that were to be written.
 */
export function describeFailure(thrown: unknown): FailureDescription {
  const causes = causesOf(thrown);
  return {
    hint: causes.find((cause) => cause instanceof OperatorError)?.message,
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

/**
 * The same for the operator's terminal: what happened and what to do, and for what is unforeseen, where.
 * @param portVariable what sets the port that the process listens on
 */
export function explainFailure(thrown: unknown, portVariable = 'the port'): string {
  if (thrown instanceof OperatorError || thrown instanceof WeirError) return thrown.message;

  const causes = causesOf(thrown);
  const code = codeOf(causes);
  const innermost = causes.at(-1);
  if (code === 'EADDRINUSE')
    return `${innermost?.message}. Stop what listens there, or set ${portVariable} to another one.`;
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
