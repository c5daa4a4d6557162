/**
 * Runs once at a time for each key: who asks while it runs gets the running one's result. For work that reads a lot and
 * says the same to everyone.
 */
export function singleFlight<Key, Result>(run: (key: Key) => Promise<Result>): (key: Key) => Promise<Result> {
  const running = new Map<Key, Promise<Result>>();
  return (key) => {
    const under = running.get(key);
    if (under) return under;
    const started = run(key).finally(() => running.delete(key));
    running.set(key, started);
    return started;
  };
}
