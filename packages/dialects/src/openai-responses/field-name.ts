const NAMES: ReadonlyMap<string, string> = new Map([
  ['logprobs', 'include'],
  ['messages', 'input'],
  ['response_format', 'text.format'],
]);

/** @see Dialect.fieldName */
export function fieldName(field: string): string {
  return NAMES.get(field) ?? field;
}
