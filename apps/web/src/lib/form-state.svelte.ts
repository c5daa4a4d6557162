import type { ActionResult, SubmitFunction } from '$app/forms';
import type { Attachment } from 'svelte/attachments';
import { m } from '#lib/paraglide/messages.js';
import { reauthentication } from './reauthentication.svelte.ts';
import type { Validator } from './validators.ts';

/** What a refused form comes back with; see `server/form-failure.ts`. */
interface Refused {
  errors?: Record<string, string> | undefined;
  message?: string | undefined;
  reauthenticate?: true | undefined;
}

interface FormOptions {
  validators: Readonly<Record<string, Validator>>;
  /** What the server said of the form when the page was rendered. */
  initial?: Refused | null | undefined;
  /** After success, before the page's data is loaded anew. */
  onsuccess?: (result: Extract<ActionResult, { type: 'success' }>) => void;
  /** For a form that another page answers: this page stays, where that one would lead elsewhere or say what is wrong. */
  onredirect?: () => void;
  /** Adds to what is sent, once the fields are right. @returns what keeps it from being sent, for the person. */
  prepare?: (formData: FormData) => Promise<string | undefined>;
  /** Whether the fields are emptied on success. */
  reset?: boolean;
}

/**
 * A form with JavaScript: each field is checked when it is left and all when it is sent, a wrong one gets the focus,
 * what was typed stays, and the button is busy meanwhile. Without JavaScript the same form is checked by the server.
 */
export class FormState {
  errors = $state<Record<string, string>>({});
  message = $state<string>();
  busy = $state(false);
  readonly #options: FormOptions;

  /** @param options read once: what the page was rendered with. */
  constructor(options: () => FormOptions) {
    this.#options = options();
    this.#show(this.#options.initial ?? {});
  }

  /** When a field is left. An empty one is not complained about before the form is sent. */
  blur(name: string, value: string): void {
    if (value !== '') this.#check(name, value);
  }

  /** While typing, a message goes as soon as it is no longer true. */
  input(name: string, value: string): void {
    if (this.errors[name] !== undefined) this.#check(name, value);
  }

  /** The browser's own bubbles give way to the messages under the fields; a form that came back has its error focused. */
  readonly attach: Attachment<HTMLFormElement> = (form) => {
    form.noValidate = true;
    focusFirstError(form);
  };

  readonly submit: SubmitFunction = async ({ formElement, formData, submitter, cancel }) => {
    if (this.busy) return cancel();
    this.message = undefined;
    this.errors = {};
    for (const name of Object.keys(this.#options.validators)) {
      const value = formData.get(name);
      this.#check(name, typeof value === 'string' ? value : '');
    }
    if (Object.keys(this.errors).length > 0) {
      cancel();
      requestAnimationFrame(() => focusFirstError(formElement));
      return;
    }
    this.busy = true;
    const hindrance = await this.#options.prepare?.(formData);
    if (hindrance !== undefined) {
      this.message = hindrance;
      this.busy = false;
      cancel();
      return;
    }
    return async ({ result, update }) => {
      // No answer, or a failed one, would put an error page in the place of what was typed.
      if (result.type === 'error') {
        const isAway = result.status === undefined || result.status === 503;
        this.message = isAway ? m.failure_unreachable() : m.failure_internal();
        this.busy = false;
        return;
      }
      if (result.type === 'redirect' && this.#options.onredirect) {
        this.busy = false;
        this.#options.onredirect();
        return;
      }
      // What was typed is still in its fields: sent again when the person has confirmed who they are.
      if (result.type === 'failure' && result.data?.['reauthenticate'] === true) {
        const isConfirmed = await reauthentication.ask();
        this.busy = false;
        if (isConfirmed) formElement.requestSubmit(submitter);
        return;
      }
      if (result.type === 'failure') this.#show(result.data ?? {});
      // The page beneath stays as it is, with what was typed there.
      if (result.type === 'failure' && this.#options.onredirect) {
        this.busy = false;
        requestAnimationFrame(() => focusFirstError(formElement));
        return;
      }
      if (result.type === 'success') this.#options.onsuccess?.(result);
      await update({ reset: this.#options.reset ?? false });
      this.busy = false;
      if (result.type === 'failure') requestAnimationFrame(() => focusFirstError(formElement));
    };
  };

  #check(name: string, value: string): void {
    const error = this.#options.validators[name]?.(value);
    if (error === undefined) delete this.errors[name];
    else this.errors[name] = error;
  }

  #show({ errors, message }: Refused): void {
    this.errors = { ...errors };
    this.message = message;
  }
}

function focusFirstError(form: HTMLFormElement): void {
  form.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
}
