import type { Tool, ToolChoice } from '../call.ts';
import { arrayAt, flagAt, objectAt, optional, stringAt, wordAt } from '../strict-fields.ts';
import { refuseUnknown, untranslatable } from './only-here.ts';
import { readCacheMark } from './read-content.ts';

const TOOL = ['type', 'function', 'cache_control'];
const FUNCTION = ['name', 'description', 'parameters', 'strict'];

/** Functions only: custom tools, and those that a vendor carries out itself, are known to no other dialect. */
export function readTools(value: unknown, path: string): Tool[] {
  const tools = optional(value, path, arrayAt) ?? [];
  return tools.map((item, index) => readTool(item, `${path}[${index}]`));
}

function readTool(value: unknown, path: string): Tool {
  const tool = objectAt(value, path);
  if (stringAt(tool['type'], `${path}.type`) !== 'function') {
    throw untranslatable(`${path}.type`, 'this', 'Use tools of the type function.');
  }
  refuseUnknown(tool, TOOL, path);
  const field = `${path}.function`;
  const given = objectAt(tool['function'], field);
  refuseUnknown(given, FUNCTION, field);
  const description = optional(given['description'], `${field}.description`, stringAt);
  const parameters = optional(given['parameters'], `${field}.parameters`, objectAt);
  const strict = optional(given['strict'], `${field}.strict`, flagAt);
  const cache = readCacheMark(tool, path);
  return {
    name: wordAt(given['name'], `${field}.name`),
    ...(description !== undefined && { description }),
    ...(parameters && { parameters }),
    ...(strict !== undefined && { strict }),
    ...(cache && { cache }),
  };
}

const CHOICES: ReadonlyMap<unknown, ToolChoice> = new Map<unknown, ToolChoice>([
  ['auto', { kind: 'auto' }],
  ['none', { kind: 'none' }],
  ['required', { kind: 'required' }],
  // Mistral's word.
  ['any', { kind: 'required' }],
]);

/** @returns undefined where the client leaves it to the vendor. */
export function readToolChoice(value: unknown, path: string): ToolChoice | undefined {
  if (value === undefined || value === null) return undefined;
  const choice = CHOICES.get(value);
  if (choice) return choice;
  if (typeof value === 'string') throw untranslatable(path, 'Send none, auto, required, or a function.');
  const given = objectAt(value, path);
  if (stringAt(given['type'], `${path}.type`) !== 'function') {
    throw untranslatable(
      `${path}.type`,
      'this',
      'Name one function, or send only the tools that may be called.',
    );
  }
  refuseUnknown(given, TOOL, path);
  const called = objectAt(given['function'], `${path}.function`);
  return { kind: 'tool', name: wordAt(called['name'], `${path}.function.name`) };
}
