import { OperatorError } from '@weir/core/operator-error';
import type { z } from 'zod';

/** A setting is missing or wrong. The message has one line per variable and is meant to be printed as it is. */
export class SettingsError extends OperatorError {
  override readonly name = 'SettingsError';
}

/**
 * Reads environment variables through a zod object whose keys are the variables' names and whose fields carry an
 * example in their metadata (`.meta({ example: '8787' })`). An empty variable counts as unset.
 * @throws {SettingsError} naming each wrong variable, what is wrong with it, and an example.
 */
export function readSettings<Shape extends z.ZodRawShape>(
  schema: z.ZodObject<Shape>,
  env: Readonly<Record<string, string | undefined>> = process.env,
): z.output<z.ZodObject<Shape>> {
  const names = Object.keys(schema.shape);
  const given = Object.fromEntries(names.map((name) => [name, env[name] === '' ? undefined : env[name]]));
  const result = schema.safeParse(given);
  if (result.success) return result.data;

  const lines = result.error.issues.map((issue) => {
    const name = String(issue.path[0]);
    const problem = given[name] === undefined ? 'is not set' : issue.message;
    return `${name}: ${problem}. Example: ${name}=${exampleOf(schema.shape[name])}`;
  });
  throw new SettingsError(lines.join('\n'));
}

function exampleOf(field: unknown): string {
  const { meta } = field as { meta?: () => { example?: string } | undefined };
  return meta?.call(field)?.example ?? '…';
}
