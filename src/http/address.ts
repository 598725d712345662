/** Where to listen. */
export interface Address {
  readonly host: string;
  /** 0 picks a free one. */
  readonly port: number;
}

/** `127.0.0.1:41002`, `[::1]:41002`, `:41002` (every address). Throws a RangeError that says what is expected. */
export function parseAddress(text: string): Address {
  const colon = text.lastIndexOf(':');
  const digits = text.slice(colon + 1);
  const port = Number(digits);
  if (colon === -1 || !/^\d{1,5}$/.test(digits) || port > 65_535) {
    throw new RangeError(
      `${JSON.stringify(text)}: expected HOST:PORT, for instance 127.0.0.1:41002 or [::1]:41002`,
    );
  }
  const host = text.slice(0, colon);
  return {
    host: host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host === '' ? '::' : host,
    port,
  };
}

export function formatAddress({ host, port }: Address): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** Whether only this machine (in a pod: its containers) can reach the address. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}
