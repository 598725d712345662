import type { Snapshot } from '../runtime/snapshot.ts';
import type { ServerLimits } from './server.ts';

/** What a configuration says about the sockets of the data port. */
export function serverLimits({ config }: Snapshot): ServerLimits {
  const { headerBytes, headersMs, receiveMs, keepAliveMs } = config.limits;
  return {
    headerBytes,
    headersTimeoutMs: headersMs,
    receiveTimeoutMs: receiveMs,
    keepAliveTimeoutMs: keepAliveMs,
  };
}
