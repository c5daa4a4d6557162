import type { ServerResponse } from 'node:http';

/** A signal that aborts as soon as the client's connection is gone before the reply was whole. */
export interface ClientGone extends Disposable {
  readonly signal: AbortSignal;
}

export function watchClient(res: ServerResponse): ClientGone {
  const controller = new AbortController();
  const onClose = () => controller.abort();
  res.once('close', onClose);
  if (res.destroyed) controller.abort();
  return { signal: controller.signal, [Symbol.dispose]: () => void res.off('close', onClose) };
}
