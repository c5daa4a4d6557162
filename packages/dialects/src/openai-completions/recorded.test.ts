import { describe, expect, it } from 'vitest';
import { sseReader } from '../sse.ts';
import { RECORDED_DIR, recordings } from '../testing/recorded.ts';
import { openaiCompletions } from './index.ts';

describe.skipIf(RECORDED_DIR === undefined)('a recorded completion', () => {
  it('has the usage that the vendor says, and all of its text', () => {
    const recording = recordings('openai').find(({ file }) => file.includes('openai-completion-text'));
    const sse = recording && 'sse' in recording.body ? recording.body.sse : Buffer.alloc(0);
    const meter = openaiCompletions.meter();
    const reader = sseReader(meter);
    reader.push(sse);
    reader.end();
    expect(meter.usage).toEqual({ inputTokens: 14, outputTokens: 16 });
    expect(meter.finishReason).toBe('length');
    expect(meter.text()).toMatch(/ day dedicated to$/);
  });
});
