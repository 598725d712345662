import { once } from 'node:events';
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Reached } from './local-facts.ts';

/** Whether an origin takes connections, and shows a certificate that holds. Nothing is sent: no call, no key. */
export async function reach(origin: string, deadlineMs: number): Promise<Reached> {
  const signal = AbortSignal.timeout(deadlineMs);
  const socket = open(new URL(origin));
  try {
    await once(socket, origin.startsWith('https:') ? 'secureConnect' : 'connect', { signal });
    return { origin, failure: undefined };
  } catch (error) {
    if (signal.aborted)
      return {
        origin,
        failure: { code: 'ETIMEDOUT', message: `no connection within ${deadlineMs / 1000} s` },
      };
    return { origin, failure: describe(error) };
  } finally {
    socket.on('error', () => undefined).destroy();
  }
}

function open({ hostname, port, protocol }: URL): Socket {
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  if (protocol === 'https:')
    return connectTls({
      host,
      port: Number(port || 443),
      ...(/^[\d.]+$|:/.test(host) ? {} : { servername: host }),
    });
  return connectTcp({ host, port: Number(port || 80) });
}

/** Where a name has several addresses the error is one of many, each with its own reason. */
export function describe(error: unknown): { readonly code: string; readonly message: string } {
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
  if (!(first instanceof Error)) return { code: '', message: String(first) };
  return { code: 'code' in first ? String(first.code) : '', message: first.message };
}
