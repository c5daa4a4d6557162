/** What the activity can be filtered by. */
export const OUTCOMES = ['ok', 'client_closed', 'failed'] as const;

export type Outcome = (typeof OUTCOMES)[number];

export function isOutcome(text: string | null): text is Outcome {
  return OUTCOMES.some((outcome) => outcome === text);
}
