import { describe, expect, it } from 'vitest';
import { JSON_REPLY, readStamp, stamped, STREAM_20, STREAM_200 } from './upstream-replies.ts';

describe('the upstream’s streams', () => {
  it.each([
    [200, STREAM_200],
    [20, STREAM_20],
  ])('of %d events have so many, the terminator last', (events, stream) => {
    const text = Buffer.concat([...stream.writes]).toString();
    expect(stream.events).toBe(events);
    expect(text.match(/^data: .+\n\n/gm)).toHaveLength(events);
    expect(text.endsWith('data: [DONE]\n\n')).toBe(true);
  });
});

describe('the upstream’s stamp', () => {
  it('is read back from a reply that is no longer for it', () => {
    for (const reply of [JSON_REPLY, STREAM_20.writes[0] ?? Buffer.of()]) {
      const copy = stamped(reply, 50.1234);
      expect(readStamp(copy)).toBe(50.123);
      expect(copy).toHaveLength(reply.length);
      expect(readStamp(reply)).toBe(0);
    }
    expect(() => JSON.parse(stamped(JSON_REPLY, 51).toString()) as unknown).not.toThrow();
  });

  it('is not found where it is cut off or missing', () => {
    expect(readStamp(Buffer.from('nothing'))).toBeUndefined();
    expect(readStamp(Buffer.from('"fp_00512'))).toBeUndefined();
  });
});
