import { adminOrigin, askAdmin } from '../admin/ask-admin.ts';
import type { CommandIo, ExitCode } from './io.ts';

export interface HealthcheckOptions {
  readonly admin: string;
  readonly timeoutMs: number;
  readonly json?: boolean;
}

/** `kt healthcheck`: 0 when the gateway is ready, 1 when it is not. It is run every few seconds, so it loads nothing more. */
export async function healthcheck(
  { admin, timeoutMs, json }: HealthcheckOptions,
  io: Pick<CommandIo, 'write' | 'error'>,
): Promise<ExitCode> {
  const origin = adminOrigin(admin);
  const answer = await askAdmin(origin, '/readyz', timeoutMs);
  const ready = answer.kind === 'answer' && answer.status === 200;
  const reason = answer.kind === 'answer' ? `HTTP ${answer.status}` : answer.reason;
  const advice = answer.kind === 'answer' ? 'kt status shows why' : 'say where it is with --admin HOST:PORT';
  if (json === true)
    io.write(`${JSON.stringify({ ready, url: origin, ...(ready ? {} : { error: reason }) })}\n`);
  else if (ready) io.write('ready\n');
  else io.error(`not ready: ${origin}/readyz: ${reason}; ${advice}\n`);
  return ready ? 0 : 1;
}
