/** The colour of each series, written out, as only what stands in the source gets a class. */
export const SERIES_TEXT: Readonly<Record<number | 'other', string>> = {
  0: 'text-series-0',
  1: 'text-series-1',
  2: 'text-series-2',
  3: 'text-series-3',
  4: 'text-series-4',
  5: 'text-series-5',
  6: 'text-series-6',
  7: 'text-series-7',
  other: 'text-series-other',
};
