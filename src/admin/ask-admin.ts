import { request } from 'node:http';
import { formatAddress, parseAddress } from '../http/address.ts';

/** What an admin port answered, or why it did not. */
export type AdminAnswer =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly body: string;
      /** The answering machine's clock, as its Date header says. */
      readonly date: string | undefined;
    }
  | { readonly kind: 'unreachable'; readonly reason: string; readonly isRefused: boolean };

const mostBytes = 4 * 1024 * 1024;

/** Asks an admin port for a page. It gives up after the deadline, and where the answer is too large to be one of ours. */
export async function askAdmin(origin: string, path: string, deadlineMs: number): Promise<AdminAnswer> {
  const { promise, resolve } = Promise.withResolvers<AdminAnswer>();
  const signal = AbortSignal.timeout(deadlineMs);
  const fail = (error: Error): void => {
    const reason = signal.aborted ? `no answer within ${deadlineMs / 1000} s` : reasonOf(error);
    const isRefused = 'code' in error && error.code === 'ECONNREFUSED';
    resolve({ kind: 'unreachable', reason, isRefused });
  };
  const call = request(new URL(path, origin), { signal, agent: false }, (answer) => {
    const parts: string[] = [];
    let bytes = 0;
    answer.setEncoding('utf8').on('data', (part: string) => {
      bytes += part.length;
      if (bytes > mostBytes) answer.destroy(new Error('the answer is too large'));
      else parts.push(part);
    });
    answer.on('error', fail).on('end', () => {
      const { statusCode = 0, headers } = answer;
      resolve({ kind: 'answer', status: statusCode, body: parts.join(''), date: headers.date });
    });
  });
  call.on('error', fail).end();
  return promise;
}

function reasonOf(error: Error): string {
  if ('code' in error && error.code === 'ECONNREFUSED') return 'nothing listens there';
  if ('code' in error && error.code === 'ENOTFOUND') return 'there is no such host';
  return error.message;
}

/** The origin of an admin address; an unspecified host, which is good for listening only, becomes loopback. */
export function adminOrigin(address: string): string {
  const { host, port } = parseAddress(address);
  const isUnspecified = host === '::' || host === '0.0.0.0';
  return `http://${formatAddress({ host: isUnspecified ? '127.0.0.1' : host, port })}`;
}
