import type { Cost } from '@weir/dialects/openrouter';
import type { Framing } from '../http/framing.ts';
import type { Candidate } from './choose-route.ts';

/** A reply that says what it cost, which is known with its last bytes. */
export interface PricedReply {
  /** Of a stream, where it is another one than the endpoint's. */
  readonly framing?: Framing;
  /** Before anything of the reply is written. */
  servedBy?(candidate: Candidate): void;
  /** The last bytes, which are all of it where it is not streamed, with what it cost. */
  finish(lastBytes: Buffer, cost: Cost): Buffer;
}
