import { invalidate } from '$app/navigation';

const REFRESH_MS = 10_000;

/**
 * Loads anew what depends on `dependency`, every ten seconds while the page is looked at: for figures that move.
 * @returns ends it.
 */
export function refreshWhileVisible(dependency: `weir:${string}`): () => void {
  const timer = setInterval(() => {
    if (document.visibilityState === 'visible') void invalidate(dependency);
  }, REFRESH_MS);
  return () => clearInterval(timer);
}
