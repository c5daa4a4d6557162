import { WeirError } from '@weir/core/errors';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DialectError } from '../dialect-error.ts';
import { openaiResponses as dialect } from './index.ts';
import { CONTEXT, response, TARGET } from './testing/fixtures.ts';

describe('a request of any shape', () => {
  it('is read or refused, with nothing else thrown', () => {
    const types = fc.constantFrom(
      ...'message function_call function_call_output reasoning input_text input_image input_file input_audio output_text refusal function json_schema allowed_tools'.split(
        ' ',
      ),
    );
    const field = fc.constantFrom(
      ...'role content text output summary encrypted_content image_url file_data call_id name arguments annotations tools mode format schema __proto__'.split(
        ' ',
      ),
    );
    const { value } = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { depthSize: 'small' },
        fc.constantFrom<unknown>(null, 'user', 'assistant', 'data:image/png;base64,AA', 5, true, ''),
        fc.array(tie('value'), { maxLength: 3 }),
        fc
          .tuple(fc.dictionary(field, tie('value'), { maxKeys: 4 }), fc.option(types))
          .map(([object, type]) => (type === null ? object : { ...object, type })),
      ),
    }));
    fc.assert(
      fc.property(value, value, value, fc.jsonValue(), (input, tools, other, junk) => {
        for (const body of [
          junk,
          { model: 'm', input, tools },
          { model: 'm', input: [input], text: other, tool_choice: tools },
          { model: 'm', input: [{ role: 'user', content: [input, other] }], metadata: junk, include: tools },
        ]) {
          try {
            const request = dialect.parseRequest(body, {});
            dialect.promptOf(request);
            dialect.passRequest(request, TARGET);
            dialect.renderRequest(dialect.toCall(request), TARGET);
          } catch (error) {
            expect(error).toBeInstanceOf(WeirError);
          }
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('a reply of any shape', () => {
  it('is read or refused, with nothing else thrown', () => {
    const types = fc.constantFrom(
      ...'message function_call reasoning image_generation_call output_text refusal url_citation'.split(' '),
    );
    const field = fc.constantFrom(
      ...'content text summary encrypted_content annotations logprobs top_logprobs bytes call_id id name arguments result token url start_index __proto__'.split(
        ' ',
      ),
    );
    const { value } = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { depthSize: 'small' },
        fc.constantFrom<unknown>(null, 'x', '', 'rs_for_x', 5, -1, true),
        fc.array(tie('value'), { maxLength: 3 }),
        fc
          .tuple(fc.dictionary(field, tie('value'), { maxKeys: 5 }), fc.option(types))
          .map(([object, type]) => (type === null ? object : { ...object, type })),
      ),
    }));
    fc.assert(
      fc.property(value, value, fc.jsonValue(), (output, other, junk) => {
        for (const json of [
          junk,
          response(output),
          response([output, other], { usage: junk, status: other }),
        ]) {
          dialect.readReply(json);
          dialect.readVendorError(json);
          dialect.meter().read(JSON.stringify(json));
          try {
            dialect.renderReply(dialect.parseReply(json), CONTEXT);
          } catch (error) {
            expect(error).toBeInstanceOf(DialectError);
          }
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('a stream of any shape', () => {
  it('is read or refused, with nothing else thrown', () => {
    const types = fc.constantFrom(
      ...'created output_item.added output_item.done content_part.done output_text.delta output_text.done refusal.delta function_call_arguments.delta function_call_arguments.done reasoning_summary_text.delta reasoning_summary_part.done reasoning_text.done output_text.annotation.added completed incomplete failed audio.delta'.split(
        ' ',
      ),
    );
    const small = fc.constantFrom<unknown>(0, 1, 7, -1, 1e300, null, 'x', '', {}, [], undefined);
    const item = fc.record({
      type: fc.constantFrom('message', 'reasoning', 'function_call', 'image_generation_call', 'x'),
      id: small,
      call_id: small,
      name: small,
      arguments: small,
      summary: fc.array(small),
      result: small,
      content: fc.array(fc.record({ type: fc.constantFrom('output_text', 'refusal'), text: small })),
      encrypted_content: fc.constantFrom('x', 'anthropic-messages:x', null),
    });
    const event = fc.record({
      type: types.map((type) => `response.${type}`),
      output_index: small,
      content_index: small,
      summary_index: small,
      annotation_index: small,
      delta: small,
      text: small,
      arguments: small,
      part: small,
      annotation: small,
      name: small,
      item,
      response: fc.record({ output: fc.array(item), usage: small, error: small, status: small }),
    });
    fc.assert(
      fc.property(fc.array(fc.oneof(event, fc.jsonValue()), { maxLength: 6 }), (events) => {
        const decoder = dialect.decoder();
        const encoder = dialect.encoder(CONTEXT);
        const meter = dialect.meter();
        try {
          for (const one of events) {
            const data = JSON.stringify(one);
            meter.read(data);
            for (const read of decoder.read({ data })) encoder.write(read);
          }
        } catch (error) {
          expect(error).toBeInstanceOf(DialectError);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
