/** The parts of a price that may be left out; the other two are the input's and the output's. */
export const OPTIONAL_COMPONENTS = [
  'cachedInputNanoUsdPerMtok',
  'cacheWrite5mNanoUsdPerMtok',
  'cacheWrite1hNanoUsdPerMtok',
  'reasoningNanoUsdPerMtok',
  'audioInputNanoUsdPerMtok',
  'audioOutputNanoUsdPerMtok',
  'imageNanoUsd',
  'requestNanoUsd',
] as const;
