import { fail } from '@sveltejs/kit';
import { apiFailure } from './api.ts';
import { failureText } from './failure-text.ts';
import { ERRORS } from '@weir/core/errors';

export interface FormFailure {
  /** What was typed, but for secrets. */
  values: Record<string, string>;
  /** A message for each field at fault. */
  errors: Record<string, string>;
  /** What is wrong with the whole. */
  message?: string | undefined;
  /** The person has to confirm who they are; then the same form may be sent again. */
  reauthenticate?: true;
}

/** A form that is wrong before the api was asked. */
export function invalidForm(values: Record<string, string>, errors: Record<string, string>) {
  return fail(400, { values, errors, message: undefined } satisfies FormFailure);
}

/**
 * A form that the api refused: its message stands under the field at fault, or above the form.
 * @param known messages in the person's language by field or by error code, where the api's own would be in English.
 * @param fieldOf the form's field by the api's name for it, where they differ.
 */
export function refusedForm(
  thrown: unknown,
  values: Record<string, string>,
  known: Record<string, string> = {},
  fieldOf: Record<string, string> = {},
) {
  const failure = apiFailure(thrown);
  const status = failure.code === 'unreachable' ? 503 : ERRORS[failure.code].status;
  const byField =
    failure.param === undefined
      ? failure.fieldErrors
      : { [failure.param]: failure.message, ...failure.fieldErrors };
  // What is not there has no field in which it could be mended.
  const faults = failure.code === 'not_found' ? [] : Object.entries(byField);
  const errors = Object.fromEntries(
    faults.map(([param, message]) => {
      const field = fieldOf[param] ?? param;
      return [field, known[field] ?? message];
    }),
  );
  const message = Object.keys(errors).length > 0 ? undefined : (known[failure.code] ?? failureText(failure));
  const isAskedFor = failure.code === 'reauthentication_required';
  return fail(status, {
    values,
    errors,
    message,
    ...(isAskedFor && { reauthenticate: true as const }),
  } satisfies FormFailure);
}
