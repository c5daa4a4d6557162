import { z } from 'zod';
import { protoEnum, protoMessage } from './proto-json.ts';

const count = z.union([z.number().int(), z.string().regex(/^\d+$/)]).optional();

/**
 * The subset of OpenAPI's schema that describes a function's parameters; JSON schema's other keywords are refused,
 * `parametersJsonSchema` takes them. See https://ai.google.dev/api/caching#Schema
 */
export const functionSchema: z.ZodType = z.lazy(() =>
  protoMessage({
    type: protoEnum(['STRING', 'NUMBER', 'INTEGER', 'BOOLEAN', 'ARRAY', 'OBJECT', 'NULL']).optional(),
    format: z.string().optional(),
    title: z.string().optional(),
    description: z.string().optional(),
    nullable: z.boolean().optional(),
    enum: z.array(z.string()).optional(),
    properties: z.record(z.string(), functionSchema).optional(),
    required: z.array(z.string()).optional(),
    propertyOrdering: z.array(z.string()).optional(),
    items: functionSchema.optional(),
    anyOf: z.array(functionSchema).optional(),
    minItems: count,
    maxItems: count,
    minProperties: count,
    maxProperties: count,
    minLength: count,
    maxLength: count,
    pattern: z.string().optional(),
    minimum: z.number().optional(),
    maximum: z.number().optional(),
    example: z.unknown().optional(),
    default: z.unknown().optional(),
  }),
);

/** The rule of a function's name, in Google's words. */
const NAME_RULE =
  'Invalid function name. Must start with a letter or an underscore. Must be alphameric (a-z, A-Z, 0-9), underscores (_), dots (.), colons (:), or dashes (-), with a maximum length of 64.';

export const functionDeclaration = protoMessage({
  name: z.string().regex(/^[a-zA-Z_][\w.:-]{0,63}$/, NAME_RULE),
  description: z.string().optional(),
  behavior: z.string().optional(),
  parameters: functionSchema.optional(),
  parametersJsonSchema: z.unknown().optional(),
  response: functionSchema.optional(),
  responseJsonSchema: z.unknown().optional(),
});
