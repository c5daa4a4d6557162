/**
 * Runs once at a time for each key: who asks while it runs gets the running one's result. For work that reads a lot and
 * says the same to everyone.
 * @param keyOf what stands for an input that is an object
 */
export function singleFlight<Input, Result>(
  run: (input: Input) => Promise<Result>,
  keyOf: (input: Input) => unknown = (input) => input,
): (input: Input) => Promise<Result> {
  const running = new Map<unknown, Promise<Result>>();
  return (input) => {
    const key = keyOf(input);
    const under = running.get(key);
    if (under) return under;
    const started = run(input).finally(() => running.delete(key));
    running.set(key, started);
    return started;
  };
}
