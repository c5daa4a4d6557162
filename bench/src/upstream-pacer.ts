import type { ServerResponse } from 'node:http';
import { PACED_ENDING, PACED_EVENTS, PACED_OPENING } from './upstream-replies.ts';

const TICK_MS = 1;

interface Stream {
  readonly response: ServerResponse;
  sent: number;
  /** Ends by itself after so many. */
  readonly eventsMax: number;
}

/** Sends the events of many streams one by one, in turn and evenly spread over time. */
export class Pacer {
  readonly #streams: Stream[] = [];
  readonly #onSent: (events: number, complete: boolean) => void;
  #eventsPerSecond = 50;
  #next = 0;
  #owed = 0;
  #lastMs = performance.now();

  /** @param onSent told of what has been sent, and whether that was a reply's end */
  constructor(onSent: (events: number, complete: boolean) => void) {
    this.#onSent = onSent;
    setInterval(() => this.#tick(), TICK_MS);
  }

  get open(): number {
    return this.#streams.length;
  }

  /** Of each stream. */
  setPace(eventsPerSecond: number): void {
    this.#eventsPerSecond = eventsPerSecond;
  }

  add(response: ServerResponse, eventsMax = Number.POSITIVE_INFINITY): void {
    const stream = { response, sent: 0, eventsMax };
    this.#streams.push(stream);
    response.once('close', () => {
      const at = this.#streams.indexOf(stream);
      if (at !== -1) this.#streams.splice(at, 1);
    });
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
    this.#send(stream);
  }

  finishAll(): void {
    for (const stream of this.#streams.splice(0)) this.#finish(stream);
  }

  /** What can't be sent in time is not made up for by bursts: it shows as a lower pace. */
  #tick(): void {
    const nowMs = performance.now();
    this.#owed += ((nowMs - this.#lastMs) / 1000) * this.#eventsPerSecond * this.#streams.length;
    this.#lastMs = nowMs;
    this.#owed = Math.min(this.#owed, this.#streams.length);
    for (; this.#owed >= 1; this.#owed--) {
      if (this.#next >= this.#streams.length) this.#next = 0;
      const stream = this.#streams[this.#next];
      if (!stream) return;
      if (stream.sent < stream.eventsMax - PACED_ENDING.events) {
        this.#send(stream);
        this.#next++;
      } else {
        this.#streams.splice(this.#next, 1);
        this.#finish(stream);
      }
    }
  }

  #send(stream: Stream): void {
    const bytes = stream.sent === 0 ? PACED_OPENING : PACED_EVENTS[stream.sent % PACED_EVENTS.length];
    if (!bytes) return;
    stream.sent++;
    stream.response.write(bytes);
    this.#onSent(1, false);
  }

  #finish({ response }: Stream): void {
    response.end(PACED_ENDING.bytes);
    this.#onSent(PACED_ENDING.events, true);
  }
}
