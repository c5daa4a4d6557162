import type { JsonObject } from '../json.ts';
import { malformed } from '../unsupported.ts';
import { RequestObject, type Placed } from './request-object.ts';

/** Deeper than anybody's, and far from what would use up the stack. */
const DEPTH_MAX = 100;

const TYPES: ReadonlySet<string> = new Set([
  'string',
  'number',
  'integer',
  'boolean',
  'array',
  'object',
  'null',
]);

/** Written in the same way in JSON schema. */
const NUMBERS = ['minimum', 'maximum'] as const;
const STRINGS = ['description', 'title', 'pattern'] as const;
/** Given as text, as they are 64 bits wide. */
const COUNTS = ['minItems', 'maxItems', 'minLength', 'maxLength', 'minProperties', 'maxProperties'] as const;

/**
 * Google's `Schema`, which is a part of OpenAPI's, as JSON schema.
 * @throws {WeirError} `invalid_request`, naming what is no part of one.
 * @see https://ai.google.dev/api/caching#Schema
 */
export function jsonSchemaOf(placed: Placed, depth = 0): JsonObject {
  if (depth > DEPTH_MAX) throw malformed(placed.path, 'is nested too deeply');
  const schema = new RequestObject(placed);
  const read: Record<string, unknown> = {};
  const set = (name: string, value: unknown): void => {
    if (value !== undefined) read[name] = value;
  };
  const nested = (item: Placed): JsonObject => jsonSchemaOf(item, depth + 1);

  const nullable = schema.boolean('nullable') === true;
  const type = typeOf(schema);
  set('type', nullable && type !== undefined ? [type, 'null'] : type);
  for (const name of STRINGS) set(name, schema.string(name));
  const format = schema.string('format');
  if (format !== 'enum') set('format', format);
  for (const name of NUMBERS) set(name, schema.number(name));
  for (const name of COUNTS) set(name, schema.integer(name, 0, Number.MAX_SAFE_INTEGER));
  set('default', schema.get('default')?.value);
  const example = schema.get('example');
  if (example) read['examples'] = [example.value];
  if (schema.has('enum')) set('enum', [...schema.strings('enum'), ...(nullable ? [null] : [])]);
  if (schema.has('required')) set('required', schema.strings('required'));
  const items = schema.get('items');
  set('items', items && nested(items));
  if (schema.has('anyOf')) {
    const options = schema.list('anyOf').map(nested);
    set('anyOf', nullable && type === undefined ? [...options, { type: 'null' }] : options);
  }
  set('properties', propertiesOf(schema, nested));
  const additional = schema.get('additionalProperties');
  set('additionalProperties', typeof additional?.value === 'object' ? nested(additional) : additional?.value);
  schema.refuseOthers();
  return read;
}

function typeOf(schema: RequestObject): string | undefined {
  const type = schema.string('type')?.toLowerCase();
  if (type === undefined || type === 'type_unspecified') return undefined;
  if (!TYPES.has(type)) throw malformed(schema.pathOf('type'), 'has to be a type such as STRING or OBJECT');
  return type;
}

/** JSON schema has no field for their order: they are put in it. */
function propertiesOf(schema: RequestObject, nested: (item: Placed) => JsonObject): JsonObject | undefined {
  const ordering = schema.strings('propertyOrdering');
  const properties = schema.json('properties');
  if (!properties) return undefined;
  const read = new Map<string, JsonObject>();
  const path = schema.pathOf('properties');
  const add = (name: string): void => {
    const value = properties[name];
    if (Object.hasOwn(properties, name) && !read.has(name)) {
      read.set(name, nested({ value, path: `${path}.${name}` }));
    }
  };
  for (const name of ordering) add(name);
  for (const name of Object.keys(properties)) add(name);
  return Object.fromEntries(read);
}
