/** An error as OpenAI answers it: an HTTP status and a body `{"error": {message, type, param, code}}`. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly type: string;
  readonly param: string | null;
  readonly code: string | null;

  constructor(
    status: number,
    message: string,
    shape: { type?: string; param?: string | undefined; code?: string } = {},
  ) {
    super(message);
    this.status = status;
    this.type = shape.type ?? 'invalid_request_error';
    this.param = shape.param ?? null;
    this.code = shape.code ?? null;
  }

  toJSON(): { error: { message: string; type: string; param: string | null; code: string | null } } {
    return { error: { message: this.message, type: this.type, param: this.param, code: this.code } };
  }
}
