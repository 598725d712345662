/** A call the simulator will not answer: the status, and what the error body says. */
export class SimulatorRefusal extends Error {
  readonly status: number;
  readonly param: string | null;
  readonly code: string | null;

  constructor(message: string, options: { status?: number; param?: string; code?: string } = {}) {
    super(message);
    this.name = 'Refusal';
    this.status = options.status ?? 400;
    this.param = options.param ?? null;
    this.code = options.code ?? null;
  }
}

/** The error object every OpenAI endpoint answers with. */
export function errorJson({ message, status, code, param }: SimulatorRefusal): string {
  return JSON.stringify({ error: { message, type: errorType(status), param, code } });
}

function errorType(status: number): string {
  if (status === 401) return 'authentication_error';
  if (status === 403) return 'permission_error';
  if (status === 429) return 'rate_limit_error';
  return status < 500 ? 'invalid_request_error' : 'server_error';
}
