import { newId } from '@weir/core/ids';
import { z } from 'zod';
import { appRouter } from '../router.ts';

/** As much of a JSON schema as inputs are made of. */
export interface InputSchema {
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly format?: string;
  readonly minimum?: number;
  readonly properties?: Readonly<Record<string, InputSchema>>;
  readonly required?: readonly string[];
  readonly items?: InputSchema;
  readonly anyOf?: readonly InputSchema[];
}

export interface ProcedureInput {
  readonly path: string;
  readonly type: string;
  readonly schema: InputSchema;
}

interface Procedure {
  readonly _def: { readonly type: string; readonly inputs: readonly z.ZodType[] };
}

/** Every procedure that takes an input, with what it takes. */
export function procedureInputs(): ProcedureInput[] {
  return Object.entries(appRouter._def.procedures as unknown as Record<string, Procedure>).flatMap(
    ([path, { _def }]) =>
      _def.inputs.map((input) => ({
        path,
        type: _def.type,
        schema: z.toJSONSchema(input, { io: 'input', unrepresentable: 'any' }) as InputSchema,
      })),
  );
}

/** Where a text stands in an input; a number is a place in a list. */
export type TextPath = readonly (string | number)[];

/** Every place where a caller may write what they like. */
export function textPaths(schema: InputSchema, at: TextPath = []): TextPath[] {
  if (schema.const !== undefined || schema.enum) return [];
  if (schema.anyOf) return schema.anyOf.flatMap((one) => textPaths(one, at));
  if (schema.items) return textPaths(schema.items, [...at, 0]);
  if (schema.properties) {
    return Object.entries(schema.properties).flatMap(([name, one]) => textPaths(one, [...at, name]));
  }
  return [schema.type].flat().includes('string') ? [at] : [];
}

/** Texts that fit, by the name of their field, where not just anything does. */
const SAMPLES: Readonly<Record<string, string>> = {
  email: 'nobody@example.com',
  newEmail: 'nobody@example.com',
  username: 'some.one',
  password: 'correct horse battery',
  newPassword: 'correct horse battery',
  code: '12345678',
  signUpId: newId('emailCode'),
  changeId: newId('emailCode'),
  phone: '+49 30 123456',
  reference: '7 O 12/26',
  timeZone: 'UTC',
  lowBalanceNanoUsd: '0',
};

/** An input with what has to be there, and as little else as may be. */
export function sampleInput(schema: InputSchema, name = ''): unknown {
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum[0];
  if (schema.anyOf?.[0]) return sampleInput(schema.anyOf[0], name);
  if (schema.items) return [];
  if (schema.properties) {
    const { properties, required = [] } = schema;
    const needed = Object.entries(properties).filter(([key]) => required.includes(key));
    return Object.fromEntries(needed.map(([key, one]) => [key, sampleInput(one, key)]));
  }
  if (schema.type === 'integer' || schema.type === 'number') return schema.minimum ?? 1;
  if (schema.type === 'boolean') return false;
  return SAMPLES[name] ?? (schema.format === 'uuid' ? crypto.randomUUID() : 'x');
}

/** The input with this text at that place, and what has to be around it. */
export function withText(input: unknown, [step, ...rest]: TextPath, text: string): unknown {
  if (step === undefined) return text;
  if (typeof step === 'number') return [withText(undefined, rest, text)];
  const object = (input ?? {}) as Record<string, unknown>;
  return { ...object, [step]: withText(object[step], rest, text) };
}
