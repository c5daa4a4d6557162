/** The arguments of a tool call as the object that some protocols carry; empty when they were cut by a limit. */
export function parseArguments(argumentsJson: string): object {
  try {
    const value: unknown = JSON.parse(argumentsJson);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}
