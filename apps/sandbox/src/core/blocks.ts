import type { Piece } from './compose-reply.ts';

/** The pieces of a reply that belong together: one stretch of thinking or of text, or one tool call. */
export type Block =
  | { kind: 'thought' | 'text'; text: string; pieces: readonly Piece[] }
  | { kind: 'call'; callIndex: number; name: string; argumentsJson: string; pieces: readonly Piece[] };

/** A reply's blocks in their order. A call's first piece is its name, the others are its arguments. */
export function blocksOf(pieces: readonly Piece[]): Block[] {
  const groups: Piece[][] = [];
  for (const piece of pieces) {
    const group = groups.at(-1);
    if (group !== undefined && continues(piece, group[0])) group.push(piece);
    else groups.push([piece]);
  }
  return groups.map(blockOf);
}

function continues(piece: Piece, first: Piece | undefined): boolean {
  return piece.kind === 'arguments' || (piece.kind !== 'call' && piece.kind === first?.kind);
}

function blockOf(pieces: readonly Piece[]): Block {
  const [first] = pieces;
  const text = pieces.map((piece) => (piece.kind === 'call' ? '' : piece.text)).join('');
  if (first?.kind === 'call') {
    return { kind: 'call', callIndex: first.callIndex, name: first.name, argumentsJson: text, pieces };
  }
  return { kind: first?.kind === 'thought' ? 'thought' : 'text', text, pieces };
}
