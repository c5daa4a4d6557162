/** Ways in which a vendor fails. Each can be had by a model's name or, on any model, by the header `x-sandbox-fault`. */
export const FAULTS = ['stall', 'cut', '429', '500', 'garbage', 'no-usage', 'empty'] as const;

export type Fault = (typeof FAULTS)[number];

export interface SandboxModel {
  /** What the reply is made of: the caller's last message, generated prose, or what the tools gave back. */
  source: 'echo' | 'story' | 'report';
  fault?: Fault;
  /** Whether it thinks before it answers, unless the request says that it shall not. */
  thinks?: true;
  /** Milliseconds before the first byte of the reply. */
  firstByteMs: number;
  /** Milliseconds between the events of a stream; a JSON reply is not paced. */
  eventMs: number;
}

/** Every model's name begins with `sandbox/`, so that nobody takes a reply for a real model's. */
export const MODELS: Readonly<Record<string, SandboxModel>> = {
  'sandbox/echo': { source: 'echo', firstByteMs: 0, eventMs: 0 },
  'sandbox/story': { source: 'story', firstByteMs: 0, eventMs: 20 },
  'sandbox/think': { source: 'echo', firstByteMs: 0, eventMs: 0, thinks: true },
  'sandbox/report': { source: 'report', firstByteMs: 0, eventMs: 0 },
  'sandbox/slow': { source: 'echo', firstByteMs: 3000, eventMs: 0 },
  'sandbox/stall': { source: 'story', firstByteMs: 0, eventMs: 20, fault: 'stall' },
  'sandbox/cut': { source: 'story', firstByteMs: 0, eventMs: 20, fault: 'cut' },
  'sandbox/error-429': { source: 'echo', firstByteMs: 0, eventMs: 0, fault: '429' },
  'sandbox/error-500': { source: 'echo', firstByteMs: 0, eventMs: 0, fault: '500' },
  'sandbox/garbage': { source: 'echo', firstByteMs: 0, eventMs: 0, fault: 'garbage' },
  'sandbox/no-usage': { source: 'echo', firstByteMs: 0, eventMs: 0, fault: 'no-usage' },
  'sandbox/empty': { source: 'echo', firstByteMs: 0, eventMs: 0, fault: 'empty' },
};

/** `owned_by` of every model. */
export const OWNED_BY = 'sandbox (simulated)';

export function findModel(modelId: string): SandboxModel | undefined {
  return Object.hasOwn(MODELS, modelId) ? MODELS[modelId] : undefined;
}
