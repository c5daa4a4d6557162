import { getContext, onMount, setContext } from 'svelte';
import type { BrandView } from './brand-view.ts';
import type { Locale } from './locales.ts';

const KEY = Symbol('ui');
const TICK_MS = 30_000;

/** What every figure and time on a page is written with. */
export interface Ui {
  readonly locale: Locale;
  readonly timeZone: string;
  /** The server's clock at first, so that both render the same; then this device's, every half minute. */
  readonly now: Date;
  readonly brand: string;
  readonly brandView: BrandView;
}

/** Called once, by the root layout. */
export function provideUi(
  read: () => { locale: Locale; timeZone: string; now: string; brand: string; brandView: BrandView },
): void {
  let now = $state(new Date(read().now));
  onMount(() => {
    const timer = setInterval(() => (now = new Date()), TICK_MS);
    return () => clearInterval(timer);
  });
  setContext<Ui>(KEY, {
    get locale() {
      return read().locale;
    },
    get timeZone() {
      return read().timeZone;
    },
    get brand() {
      return read().brand;
    },
    get brandView() {
      return read().brandView;
    },
    get now() {
      return now;
    },
  });
}

export function useUi(): Ui {
  return getContext<Ui>(KEY);
}
