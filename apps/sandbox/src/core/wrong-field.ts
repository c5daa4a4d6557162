import type { z } from 'zod';

/** The first thing that is wrong with a body: where, and in which way. */
export interface WrongField {
  path: readonly PropertyKey[];
  /** `missing`: the field has to be there; `unknown`: nobody knows it. */
  way: 'missing' | 'unknown' | 'wrong';
  /** In zod's words. */
  message: string;
}

export function wrongFieldOf(error: z.ZodError, body: unknown): WrongField {
  const issue = deepest(error.issues[0]);
  const message = issue?.message ?? 'is wrong';
  const path = issue?.path ?? [];
  if (issue?.code === 'unrecognized_keys')
    return { path: [...path, issue.keys[0] ?? ''], way: 'unknown', message };
  return { path, way: isMissing(body, path) ? 'missing' : 'wrong', message };
}

/** A path as OpenAI and Google write it: `messages[0].role`. */
export function bracketPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`;
    return text === '' ? String(key) : `${text}.${String(key)}`;
  }, '');
}

/** Of the ways in which a union does not fit, the one that is wrong farthest in. */
function deepest(issue: z.core.$ZodIssue | undefined): z.core.$ZodIssue | undefined {
  if (issue?.code !== 'invalid_union') return issue;
  const inner = issue.errors
    .map((issues) => deepest(issues[0]))
    .filter((found) => found !== undefined)
    .sort((a, b) => b.path.length - a.path.length)[0];
  if (inner === undefined || inner.path.length === 0) return issue;
  return { ...inner, path: [...issue.path, ...inner.path] };
}

function isMissing(body: unknown, path: readonly PropertyKey[]): boolean {
  let value = body;
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return true;
    value = Reflect.get(value, key);
  }
  return value === undefined;
}
