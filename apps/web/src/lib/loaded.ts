/** The outcome of a load that a page shows by itself: its rows, or why there are none. */
export type Loaded<T> = { ok: true; value: T } | { ok: false; message: string };

/** Known already when the page was rendered on the server, or on its way when the page was reached by a link. */
export type Loadable<T> = Loaded<T> | Promise<Loaded<T>>;

type Outcomes<T extends readonly unknown[]> = { [Index in keyof T]: Awaited<T[Index]> };

/** Several loads as one: known at once where each of them is, so that the server renders what depends on them. */
export function together<const T extends readonly unknown[]>(
  ...loads: T
): Outcomes<T> | Promise<Outcomes<T>> {
  return areKnown(loads) ? loads : Promise.all(loads);
}

function areKnown<T extends readonly unknown[]>(loads: T | Outcomes<T>): loads is Outcomes<T> {
  return !loads.some((load) => load instanceof Promise);
}
