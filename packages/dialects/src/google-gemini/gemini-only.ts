import { WeirError } from '@weir/core/errors';

/** What a request asks for, no other dialect has words for: an error that names the field as the client wrote it. */
export function geminiOnly(field: string, what = 'this'): WeirError {
  return new WeirError(
    'invalid_request',
    `${field}: only google-gemini has ${what}, and the vendor of this model speaks another format. Leave it out, or use a model whose vendor speaks google-gemini.`,
    { param: field },
  );
}
