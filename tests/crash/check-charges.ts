import { PROMPT_STEP_TOKENS, type CallRecord } from './calls.ts';
import type { Evidence, Row, Served } from './evidence.ts';
import { PRICE } from './settings.ts';

const PER_MTOK = 1_000_000n;

/** What the tokens cost, rounded up. */
function priceOf(inputTokens: number, outputTokens: number): bigint {
  const { inputNanoUsdPerMtok, outputNanoUsdPerMtok } = PRICE;
  const scaled = BigInt(inputTokens) * inputNanoUsdPerMtok + BigInt(outputTokens) * outputNanoUsdPerMtok;
  return (scaled + PER_MTOK - 1n) / PER_MTOK;
}

/** The journal's name for the charge of a hold that had expired. */
export const lateRef = (requestId: string): string => `late_charge:${requestId}`;

/** A request that was paid for: with its row, or with an entry after its row had expired. */
export interface Charge {
  readonly row: Row;
  readonly amount: bigint;
  readonly late: boolean;
}

export function chargesOf({ rows, entries }: Pick<Evidence, 'rows' | 'entries'>): Charge[] {
  const byRef = new Map(entries.map((entry) => [entry.ref, entry]));
  return rows.flatMap((row) => {
    const late = byRef.get(lateRef(row.id));
    return [
      ...(row.state === 'settled' ? [{ row, amount: row.charge, late: false }] : []),
      ...(late ? [{ row, amount: -late.amount, late: true }] : []),
    ];
  });
}

/**
 * Whoever saw the end of a reply has paid for it, once, what the vendor's own figures come to; whoever was refused has
 * not; and nobody has paid for what the vendor did not serve.
 */
export function checkCharges(evidence: Evidence): string[] {
  const charges = chargesOf(evidence);
  const byRequest = Map.groupBy(charges, ({ row }) => row.id);
  const doubled = [...byRequest.values()].flatMap(([first, second]) =>
    first && second ? [`${first.row.id} was charged twice`] : [],
  );
  return [
    ...doubled,
    ...evidence.records.flatMap((record) => checkRecord(evidence, record, byRequest)),
    ...checkServed(evidence, charges),
    ...evidence.rows.flatMap(checkRow),
  ];
}

function checkRecord(
  { served, rows }: Evidence,
  record: CallRecord,
  byRequest: ReadonlyMap<string, readonly Charge[]>,
): string[] {
  const { call, ending, requestId, code } = record;
  const what = `call ${call.label} (${call.model}${call.stream ? ', stream' : ''}, ${requestId ?? 'no request id'})`;
  if (ending === 'hung') return [`${what} never came to an end`];
  if (code === 'internal_error') return [`${what} was answered with internal_error`];
  const [charge] = byRequest.get(requestId ?? '') ?? [];
  if (ending === 'refused' && charge) return [`${what} was refused (${code}) and charged ${charge.amount}`];
  if (ending !== 'complete') return [];

  const entry = served.get(call.label);
  if (!entry) return [`${what} was complete, and the vendor knows nothing of it`];
  if (entry.outcome !== 'completed') return [`${what} was complete, and the vendor says ${entry.outcome}`];
  const row = rows.find(({ id }) => id === requestId);
  if (!row) return [`${what} was complete and has no row`];
  if (entry.outputTokens === 0) return charge ? [`${what} was empty and was charged ${charge.amount}`] : [];
  if (!charge) return [`${what} was complete, and its row is ${row.state} without a charge`];
  const input =
    call.model === 'sandbox/no-usage' && !charge.late ? (row.inputTokens ?? 0) : entry.inputTokens;
  const due = priceOf(input, entry.outputTokens);
  if (charge.late && call.model === 'sandbox/no-usage') return [];
  return charge.amount === due ? [] : [`${what} was charged ${charge.amount}, not ${due}`];
}

/** Every charge belongs to one call that the vendor served, and is for no more than was served. */
function checkServed({ served, records }: Evidence, charges: readonly Charge[]): string[] {
  const labelOf = new Map(records.map(({ requestId, call }) => [requestId, call.label]));
  const byKey = Map.groupBy(records, ({ call }) => call.key.keyId);
  const charged = new Set<string>();
  return charges.flatMap(({ row, amount, late }) => {
    const label = labelOf.get(row.id) ?? findLabel(row, byKey.get(row.keyId) ?? [], served);
    if (late && amount > row.hold) return [`${row.id} was charged ${amount} late, on a hold of ${row.hold}`];
    // An expired row has no figures to find its call by; one whose client never had its id stays unknown.
    if (late && label === undefined) return [];
    const entry = label === undefined ? undefined : served.get(label);
    if (label === undefined || !entry)
      return [`${row.id} was charged ${amount}, and the vendor served no such call`];
    if (charged.has(label)) return [`${row.id} was charged for ${label}, which was charged already`];
    charged.add(label);
    return late ? checkLate(row, amount, entry) : checkSettled(row, entry);
  });
}

/** No two prompts of a key have the same length: where no client knows the request, its tokens say which call it was. */
function findLabel(
  row: Row,
  records: readonly CallRecord[],
  served: ReadonlyMap<string, Served>,
): string | undefined {
  const near = records.find(({ call }) => isOf(row, served.get(call.label)));
  return near?.call.label;
}

function isOf({ inputTokens }: Row, entry: Served | undefined): boolean {
  return (
    entry !== undefined &&
    inputTokens !== null &&
    Math.abs(entry.inputTokens - inputTokens) < PROMPT_STEP_TOKENS / 2
  );
}

function checkSettled(row: Row, entry: Served): string[] {
  const { inputTokens, outputTokens, usageSource } = row;
  if (inputTokens === null || outputTokens === null) return [`${row.id} is settled without tokens`];
  if (!isOf(row, entry))
    return [`${row.id} was charged for ${inputTokens} tokens, ${entry.requestName} had ${entry.inputTokens}`];
  const asServed = inputTokens === entry.inputTokens && outputTokens === entry.outputTokens;
  if (usageSource === 'vendor' && !asServed) {
    return [
      `${row.id} says ${inputTokens}/${outputTokens} tokens, the vendor ${entry.inputTokens}/${entry.outputTokens}`,
    ];
  }
  return outputTokens > entry.outputTokens
    ? [`${row.id} was charged for ${outputTokens} tokens of ${entry.outputTokens} that were sent`]
    : [];
}

function checkLate(row: Row, amount: bigint, entry: Served): string[] {
  const most = priceOf(entry.inputTokens, entry.outputTokens);
  return amount <= most ? [] : [`${row.id} was charged ${amount} late, for what costs ${most}`];
}

function checkRow(row: Row): string[] {
  const { id, state, charge, hold, overrun, inputTokens, outputTokens } = row;
  if (state !== 'settled') return charge === 0n ? [] : [`${id} is ${state} with a charge of ${charge}`];
  if (overrun !== 0n || charge > hold) return [`${id} was charged ${charge} on a hold of ${hold}`];
  const due = priceOf(inputTokens ?? 0, outputTokens ?? 0);
  return charge === due ? [] : [`${id} was charged ${charge}, and its tokens cost ${due}`];
}
