import { formText } from './form-text.ts';

/** The answer of a browser that a passkey was made or used in. Whether it is one, the api looks at. */
export function formPasskey<Passkey>(form: FormData): Passkey | undefined {
  try {
    return JSON.parse(formText(form, 'passkey'));
  } catch {
    return undefined;
  }
}
