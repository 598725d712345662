import { type Address, formatAddress } from './address.ts';

interface Listener {
  listen(host: string, port: number): Promise<Address>;
}

const defaultPort = 41_002;

// Codes of a machine without IPv6.
const noFamily = new Set(['EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EINVAL']);

/** Binds the data port, by default that of `localhost`. Resolves with the addresses really bound. */
export async function bindData(
  listener: Listener,
  listen: readonly Address[] = [{ host: 'localhost', port: defaultPort }],
): Promise<readonly Address[]> {
  const bound: Address[] = [];
  // One after the other: after a failure nothing is still being bound.
  for (const address of listen) {
    if (address.host === 'localhost') bound.push(...(await bindLoopback(listener, address.port)));
    else bound.push(await bind(listener, address));
  }
  return bound;
}

/** Both loopback addresses, since many clients resolve `localhost` to ::1 first; a machine without IPv6 is tolerated. */
async function bindLoopback(listener: Listener, port: number): Promise<readonly Address[]> {
  const first = await bind(listener, { host: '127.0.0.1', port });
  try {
    return [first, await bind(listener, { host: '::1', port: first.port })];
  } catch (error) {
    if (noFamily.has(codeOf(error))) return [first];
    throw error;
  }
}

/** Binds one address; `::` falls back to every IPv4 address where there is no IPv6. */
export async function bind(listener: Listener, { host, port }: Address): Promise<Address> {
  try {
    return await listener.listen(host, port);
  } catch (error) {
    if (host === '::' && noFamily.has(codeOf(error))) return bind(listener, { host: '0.0.0.0', port });
    throw new BindError(bindMessage({ host, port }, codeOf(error)), error);
  }
}

/** An address that cannot be bound, in words that say what to do. */
export class BindError extends Error {
  readonly code: string;

  constructor(message: string, cause: unknown) {
    super(message, { cause });
    this.name = 'BindError';
    this.code = codeOf(cause);
  }
}

function bindMessage(address: Address, code: string): string {
  const where = formatAddress(address);
  if (code === 'EADDRINUSE')
    return `${where} is in use by another process; stop it or choose another address (--listen)`;
  if (code === 'EACCES') return `${where}: not allowed; choose a port above 1023`;
  return `${where} cannot be bound (${code})`;
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error) || !('code' in error)) return '';
  return typeof error.code === 'string' ? error.code : '';
}
