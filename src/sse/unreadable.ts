import { GatewayError } from '../errors.ts';

/** The fault of a stream that holds something nobody can judge: clients read it differently, or make something else of it. */
export function unreadableStream(what: string): GatewayError {
  return new GatewayError('upstream_invalid', `the provider sent ${what}`);
}
