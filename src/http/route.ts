import type { IncomingMessage } from 'node:http';
import type { Dialect } from '../dialect/dialect.ts';
import { dialectAt } from '../dialect/dialects.ts';
import { GatewayError } from '../errors.ts';
import { requestPath } from './request-target.ts';

/** What a request asks for, by its head. */
export type Route =
  | { readonly kind: 'preflight' }
  | { readonly kind: 'call'; readonly dialect: Dialect }
  | { readonly kind: 'models'; readonly id: string | undefined }
  | { readonly kind: 'health'; readonly path: '/healthz' | '/readyz' };

/** Resolves a request. An unknown path is refused: a route that nobody inspects is a hole. Throws GatewayError. */
export function pickRoute(request: IncomingMessage): Route {
  if (isPreflight(request)) return { kind: 'preflight' };
  const { method = '', url = '' } = request;
  if (!url.startsWith('/')) throw new GatewayError('request_malformed', 'the request target must be a path');
  const path = requestPath(url);
  const dialect = dialectAt(path);
  if (dialect !== undefined) return allow(method, ['POST'], { kind: 'call', dialect });
  if (path === '/health' || path === '/healthz')
    return allow(method, ['GET', 'HEAD'], { kind: 'health', path: '/healthz' });
  if (path === '/readyz') return allow(method, ['GET', 'HEAD'], { kind: 'health', path });
  const models = modelsPattern.exec(path);
  if (models !== null) return allow(method, ['GET', 'HEAD'], { kind: 'models', id: decodeId(models[1]) });
  throw new GatewayError('no_route', `nothing is served at ${JSON.stringify(path.slice(0, 200))}`);
}

const modelsPattern = /^(?:\/v1)?\/models(?:\/(.+))?$/;

function allow(method: string, methods: readonly string[], route: Route): Route {
  if (methods.includes(method)) return route;
  throw new GatewayError('method_not_allowed', `use ${methods.join(' or ')} here`);
}

// Model ids hold slashes, written as they are or escaped.
function decodeId(id: string | undefined): string | undefined {
  if (id === undefined) return undefined;
  try {
    return decodeURIComponent(id);
  } catch {
    throw new GatewayError('request_malformed', 'the model id in the path is not valid percent-encoding');
  }
}

/** A probe that fails because of load or for want of a credential would have the orchestrator restart what is well. */
export function isProbe({ url = '' }: IncomingMessage): boolean {
  const path = requestPath(url);
  return path === '/healthz' || path === '/readyz' || path === '/health';
}

/** A browser's question before a page's call. Never passed on. */
export function isPreflight({ method, headers }: IncomingMessage): boolean {
  return (
    method === 'OPTIONS' &&
    headers.origin !== undefined &&
    headers['access-control-request-method'] !== undefined
  );
}
