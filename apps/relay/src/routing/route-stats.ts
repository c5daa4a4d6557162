/** What this relay has seen of its routes lately. */
export interface RouteStats {
  /** From the call to the first byte, in ms; undefined while nothing is known. */
  firstByteMs(routeId: string): number | undefined;
  outputTokensPerSecond(routeId: string): number | undefined;
}

export const NO_ROUTE_STATS: RouteStats = {
  firstByteMs: () => undefined,
  outputTokensPerSecond: () => undefined,
};
