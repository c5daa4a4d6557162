/** A stream of chances that a seed repeats. */
export interface Random {
  /** From 0 up to 1. */
  next(): number;
  /** A whole number from `min` to `max`, both included. */
  whole(min: number, max: number): number;
  chance(probability: number): boolean;
  /** One of the items, drawn by weight. */
  pick<Item>(weighted: readonly (readonly [weight: number, item: Item])[]): Item;
  /** Another stream, which does not depend on how much is drawn from this one. */
  fork(name: string): Random;
}

/** mulberry32 over a hash of the seed (FNV-1a): good enough to draw a schedule, and the same everywhere. */
export function random(seed: string): Random {
  let state = 0x811c9dc5;
  for (const character of seed) state = Math.imul(state ^ (character.codePointAt(0) ?? 0), 0x01000193);
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    next,
    whole: (min, max) => min + Math.floor(next() * (max - min + 1)),
    chance: (probability) => next() < probability,
    pick(weighted) {
      let ticket = next() * weighted.reduce((sum, [weight]) => sum + weight, 0);
      const drawn = weighted.find(([weight]) => (ticket -= weight) < 0) ?? weighted.at(-1);
      if (!drawn) throw new Error('nothing to draw from');
      return drawn[1];
    },
    fork: (name) => random(`${seed}/${name}`),
  };
}
