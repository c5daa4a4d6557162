import { show, type Command, type Setting } from './commands.ts';
import { availableTo, dueIn, expire, perform, type State } from './ledger-model.ts';
import type { Answer } from './real-ledger.ts';

/** A command that was sent while others were under way; the times are counted up at every sending and answer. */
export interface Event extends Answer {
  readonly command: Command;
  readonly sentAt: number;
  readonly answeredAt: number;
}

/** What takes effect in an instant between two times. */
interface Operation {
  readonly sentAt: number;
  readonly answeredAt: number;
  /** Taken one after the other. Each @returns the state after it, or undefined where it can't have happened. */
  readonly steps: readonly ((state: State) => State | undefined)[];
}

/**
 * Whether the events can have happened one at a time, in an order that keeps to real time (what was answered before
 * another was sent comes first), such that the model gives every answer, and ends in what was read afterwards.
 * @returns what is wrong, in words; undefined when there is such an order.
 */
export function whyNotInAnyOrder(
  setting: Setting,
  before: State,
  events: readonly Event[],
  after: State,
): string | undefined {
  const sweeps = sweepOperations(setting, before, events, after);
  if (typeof sweeps === 'string') return sweeps;
  const operations = [
    ...events.flatMap((event) => (event.command.does === 'sweep' ? [] : [operationOf(setting, event)])),
    ...sweeps,
  ];
  return hasOrder(before, operations, show(after))
    ? undefined
    : 'there is no order of these commands that explains them';
}

function operationOf(
  setting: Setting,
  { command, outcome, available, sentAt, answeredAt }: Event,
): Operation {
  const act = (state: State) => {
    const step = perform(setting, state, command);
    return step.outcome === outcome ? step.state : undefined;
  };
  if (command.does !== 'hold' || available === undefined) return { sentAt, answeredAt, steps: [act] };
  // What is left is read after the hold, and maybe after others that were granted with it.
  const look = (state: State) =>
    availableTo(setting, state, command.request) === available ? state : undefined;
  return { sentAt, answeredAt, steps: [act, look] };
}

/**
 * A sweep looks for holds first, and then releases each of them if it is still open: not in one instant. So it is an
 * operation for each hold that it released.
 */
function sweepOperations(
  setting: Setting,
  before: State,
  events: readonly Event[],
  after: State,
): Operation[] | string {
  const sweeps = events.filter(({ command }) => command.does === 'sweep');
  if (sweeps.length === 0) return [];
  const isExpired = (state: State, request: number) => state.requests[request]?.state === 'expired';
  const released = after.requests.flatMap((_, request) =>
    isExpired(after, request) && !isExpired(before, request) ? [request] : [],
  );
  const claimed = sweeps.reduce((sum, { outcome }) => sum + Number(/\d+/.exec(outcome)?.[0]), 0);
  if (claimed !== released.length)
    return `sweeps released ${claimed}, and requests ${show(released)} expired`;

  const stillDue = dueIn(after);
  const heldLapsed = events.filter(
    ({ command, outcome }) => command.does === 'hold' && command.lapsed && outcome === 'granted',
  );
  for (const { sentAt } of sweeps) {
    const earlier = heldLapsed.flatMap(({ command, answeredAt }) =>
      command.does === 'hold' && answeredAt < sentAt ? [command.request] : [],
    );
    const missed = [...dueIn(before), ...earlier].filter((request) => stillDue.includes(request));
    if (missed.length > 0) return `a sweep left requests ${show(missed)} held`;
  }
  const sentAt = Math.min(...sweeps.map((sweep) => sweep.sentAt));
  const answeredAt = Math.max(...sweeps.map((sweep) => sweep.answeredAt));
  return released.map((request) => ({
    sentAt,
    answeredAt,
    steps: [
      (state) => (state.requests[request]?.state === 'held' ? expire(setting, state, request) : undefined),
    ],
  }));
}

/** Tries every order, but for those that meet a state that has been tried with the same operations left. */
function hasOrder(before: State, operations: readonly Operation[], after: string): boolean {
  const tried = new Set<string>();
  const search = (state: State, taken: readonly number[]): boolean => {
    const left = operations.flatMap(({ steps }, i) => ((taken[i] ?? 0) < steps.length ? [i] : []));
    const shown = show(state);
    if (left.length === 0) return shown === after;
    const met = `${taken.join()} ${shown}`;
    if (tried.has(met)) return false;
    tried.add(met);
    const deadline = Math.min(...left.map((i) => operations[i]?.answeredAt ?? 0));
    return left.some((i) => {
      const operation = operations[i];
      const step = operation?.steps[taken[i] ?? 0];
      if (!operation || !step || operation.sentAt > deadline) return false;
      const next = step(state);
      return (
        next !== undefined &&
        search(
          next,
          taken.map((count, j) => (j === i ? count + 1 : count)),
        )
      );
    });
  };
  return search(
    before,
    operations.map(() => 0),
  );
}
