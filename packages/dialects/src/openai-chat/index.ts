export { readVendorError, renderError, type OpenAiError } from './errors.ts';
export { readReply, type ReplyReading } from './reply.ts';
export { parseRequest, promptOf, renderRequest, type ChatCall, type RequestTarget } from './request.ts';
export { StreamMeter, TERMINATOR, type StreamEvent } from './stream-meter.ts';
export { markOutputLimit, type OutputLimitMark } from './output-limit.ts';
