const NAMES: ReadonlyMap<string, string> = new Map([
  ['parallel_tool_calls', 'tool_choice.disable_parallel_tool_use'],
  ['reasoning', 'thinking'],
  ['response_format', 'output_config.format'],
  ['stop', 'stop_sequences'],
]);

/** @see Dialect.fieldName */
export function fieldName(field: string): string {
  return NAMES.get(field) ?? field;
}
