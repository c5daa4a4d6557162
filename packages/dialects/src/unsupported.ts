import { WeirError } from '@weir/core/errors';
import type { DialectName } from './dialect-name.ts';

/** What the client asks for, the vendor's dialect has no words for: an error that names both. */
export function unsupported(field: string, dialect: DialectName, what?: string): WeirError {
  return new WeirError(
    'invalid_request',
    `${field}: ${what ?? 'this'} can’t be expressed in ${dialect}, which the vendor of this model speaks. Leave it out, or use a model whose vendor speaks the format of your request.`,
    { param: field },
  );
}

/** A field that is not what it has to be. */
export function malformed(field: string, problem: string): WeirError {
  return new WeirError('invalid_request', `${field}: ${problem}.`, { param: field });
}
