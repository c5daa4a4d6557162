import { WeirError } from '@weir/core/errors';
import type { DialectName } from './dialect-name.ts';

/** What is wrong with a field. */
export class FieldError extends WeirError {
  readonly field: string;
  readonly #problem: string;

  /** @param problem as one sentence or more. */
  constructor(field: string, problem: string) {
    super('invalid_request', `${field}: ${problem}`, { param: field });
    this.field = field;
    this.#problem = problem;
  }

  /** The same of the field by another name. */
  named(field: string): FieldError {
    return field === this.field ? this : new FieldError(field, this.#problem);
  }
}

/** What the client asks for, the vendor's dialect has no words for: an error that names both. */
export function unsupported(field: string, dialect: DialectName, what?: string): FieldError {
  return new FieldError(
    field,
    `${what ?? 'this'} can’t be expressed in ${dialect}, which the vendor of this model speaks. Leave it out, or use a model whose vendor speaks the format of your request.`,
  );
}

/** A field that is not what it has to be. */
export function malformed(field: string, problem: string): FieldError {
  return new FieldError(field, `${problem}.`);
}
