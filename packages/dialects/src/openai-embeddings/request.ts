import { z } from 'zod';
import { checkRequest, modelName } from '../check-request.ts';
import type { ClientRequest, RequestTarget } from '../dialect.ts';
import type { Prompt } from '../prompt.ts';
import { UNPRICED } from '../openai-chat/request.ts';
import { promptOfInput, textInput } from '../text-input.ts';
import { passBody, refuseDearTiers } from '../unpriced.ts';

/** @see https://platform.openai.com/docs/api-reference/embeddings/create */
const requestSchema = z.looseObject({ model: modelName, input: textInput });

/** @throws {WeirError} `invalid_request`, naming the field and what is wrong with it. */
export function parseRequest(json: unknown): ClientRequest {
  const body = checkRequest(requestSchema, json);
  refuseDearTiers(body['service_tier'], 'service_tier');
  return {
    model: body.model,
    stream: false,
    usageWanted: true,
    // Nothing is written, so nothing of it is held for.
    outputTokensMax: 0,
    choices: 1,
    body,
  };
}

/** All of the input. */
export function promptOf({ body }: ClientRequest): Prompt {
  return promptOfInput(body['input']);
}

/**
 * The request as the vendor gets it.
 * @throws {WeirError} `invalid_request`, naming what has no price.
 */
export function passRequest({ body }: ClientRequest, target: RequestTarget): string {
  return passBody(body, { model: target.upstreamModel }, UNPRICED);
}
