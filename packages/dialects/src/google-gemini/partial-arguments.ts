import { DialectError } from '../dialect-error.ts';
import { asArray, asObject, asString, type JsonObject } from '../json.ts';
import { argumentsText } from '../tool-arguments.ts';

type Step = string | number;
type Container = Record<string, unknown> | unknown[];

/** `.name`, `['name']`, `["name"]` or `[0]`. */
const STEP = /\.([^.[\]]+)|\[(\d{1,9})\]|\['((?:[^'\\]|\\.)*)'\]|\["((?:[^"\\]|\\.)*)"\]/y;

/**
 * The arguments of one call that come value by value, each with the JSON path of where it belongs, and texts piece by
 * piece: the vendor streams them so where it was asked for, or where its operator set it so.
 * @see https://cloud.google.com/vertex-ai/generative-ai/docs/multimodal/function-calling#streaming-fc
 */
export class PartialArguments {
  // With no prototype, `__proto__` is a name like any other.
  readonly #root: Record<string, unknown> = Object.create(null) as Record<string, unknown>;

  /** @throws {DialectError} for a path that leads nowhere. */
  add(partialArgs: unknown): void {
    for (const item of asArray(partialArgs)) {
      const partial = asObject(item);
      if (partial) this.#set(stepsOf(asString(partial['jsonPath']) ?? ''), valueOf(partial));
    }
  }

  /** Arguments that came whole. */
  assign(args: JsonObject | undefined): void {
    Object.assign(this.#root, args);
  }

  /** @throws {DialectError} when they are nested too deeply to be written. */
  toJson(): string {
    return argumentsText(this.#root);
  }

  #set(steps: readonly Step[], value: unknown): void {
    if (value === undefined) return;
    const last = steps.at(-1);
    if (last === undefined)
      throw new DialectError('A piece of a call’s arguments does not say where it belongs.');
    let container: Container = this.#root;
    for (const [i, step] of steps.slice(0, -1).entries()) {
      const next = getAt(container, step) ?? (typeof steps[i + 1] === 'number' ? [] : Object.create(null));
      if (typeof next !== 'object' || next === null) throw misplaced();
      setAt(container, step, next);
      container = next as Container;
    }
    const before = getAt(container, last);
    setAt(container, last, typeof before === 'string' && typeof value === 'string' ? before + value : value);
  }
}

function misplaced(): DialectError {
  return new DialectError('A piece of a call’s arguments belongs where another one stands.');
}

function valueOf(partial: JsonObject): unknown {
  const { stringValue, numberValue, boolValue } = partial;
  if (typeof stringValue === 'string') return stringValue;
  if (typeof numberValue === 'number') return numberValue;
  if (typeof boolValue === 'boolean') return boolValue;
  return 'nullValue' in partial ? null : undefined;
}

function stepsOf(path: string): Step[] {
  if (!path.startsWith('$')) throw new DialectError('A piece of a call’s arguments has no JSON path.');
  const steps: Step[] = [];
  let at = 1;
  while (at < path.length) {
    STEP.lastIndex = at;
    const match = STEP.exec(path);
    if (!match) throw new DialectError('A piece of a call’s arguments has a JSON path that can’t be read.');
    const [whole, name, index, quoted] = match;
    at += whole.length;
    if (index !== undefined) steps.push(Number(index));
    else steps.push(name ?? (quoted ?? match[4] ?? '').replaceAll(/\\(.)/g, '$1'));
  }
  return steps;
}

function getAt(container: Container, step: Step): unknown {
  if (Array.isArray(container)) return typeof step === 'number' ? container[step] : undefined;
  return Object.hasOwn(container, step) ? container[step] : undefined;
}

function setAt(container: Container, step: Step, value: unknown): void {
  if (!Array.isArray(container)) {
    container[String(step)] = value;
    return;
  }
  // Items come in their order; one far beyond the end would make a list of holes.
  if (typeof step !== 'number' || step > container.length) throw misplaced();
  container[step] = value;
}
