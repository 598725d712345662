import type { IncomingMessage } from 'node:http';
import { GatewayError } from '../errors.ts';
import type { Exchange } from './exchange.ts';
import type { WholeReply } from './reply.ts';
import { pathOf } from './request-target.ts';

/** The credentials that clients may show. */
export interface ClientTokens {
  has(token: string): boolean;
}

/**
 * Who may call, decided from the head alone, before a byte of a body is read. A web page must be on the list, and where
 * there are client tokens, everyone but probes and preflights must show one. Throws GatewayError.
 */
export function admitCaller(exchange: Exchange, tokens: ClientTokens | undefined): void {
  admitPage(exchange);
  const { request } = exchange;
  if (tokens === undefined || isProbe(request) || isPreflight(request)) return;
  demandToken(request, tokens);
}

// A web page must not spend the keys through localhost. Browsers name the page in `Origin` on every request that could
// (all but GET and HEAD of the page's own origin), a page that rebound its own name to this address included.
function admitPage(exchange: Exchange): void {
  const { origins, config } = exchange.snapshot;
  const { origin, 'sec-fetch-site': site } = exchange.request.headers;
  if (config.cors.allowOrigins.length > 0) exchange.callerHeaders = vary;
  if (origin === undefined) {
    // Images, scripts and links of another site: nobody names the page, so no list can allow it.
    if ((site === 'cross-site' || site === 'same-site') && !origins.has('*')) throw refused(exchange);
    return;
  }
  const isAny = origins.has('*') && origin !== 'null';
  if (!isAny && !origins.has(origin)) throw refused(exchange);
  const allowed = ['access-control-allow-origin', isAny ? '*' : origin];
  exchange.callerHeaders = [...vary, ...allowed, 'access-control-expose-headers', '*'];
}

const vary = ['vary', 'Origin'];

// Whoever is not on the list learns nothing from headers: not even that there is a list.
function refused(exchange: Exchange): GatewayError {
  exchange.callerHeaders = [];
  return new GatewayError(
    'origin_refused',
    'requests from web pages (with an Origin header) are refused, unless cors.allow_origins lists the page',
  );
}

function demandToken({ headers }: IncomingMessage, tokens: ClientTokens): void {
  const bearer = bearerPattern.exec(headers.authorization ?? '')?.[1];
  // As the SDKs of OpenAI, Anthropic and Azure send it.
  const shown = [bearer, headers['x-api-key'], headers['api-key']].filter((one) => typeof one === 'string');
  if (shown.some((token) => tokens.has(token))) return;
  const what = shown.length === 0 ? 'no client token was sent' : 'the client token is not valid';
  throw new GatewayError(
    'unauthorized',
    `${what}: send "Authorization: Bearer <token>" with a token of this gateway (--client-token-file)`,
  );
}

const bearerPattern = /^bearer +([\x21-\x7e]+) *$/i;

/** A probe that fails because of load or for want of a credential would have the orchestrator restart what is well. */
export function isProbe({ url = '' }: IncomingMessage): boolean {
  const path = pathOf(url);
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

/** The same for every path: which routes there are is nothing to learn here. */
export function preflightReply({ request, snapshot }: Exchange): WholeReply {
  const asked = request.headers['access-control-request-headers'];
  const headers = [
    'access-control-allow-methods',
    'GET, HEAD, POST',
    'access-control-max-age',
    String(snapshot.config.cors.maxAgeSeconds),
    'vary',
    'Access-Control-Request-Method, Access-Control-Request-Headers',
  ];
  // What a page may send decides nothing here: only an allow-list of headers goes any further.
  if (typeof asked === 'string' && fieldNames.test(asked))
    headers.push('access-control-allow-headers', asked);
  if (request.headers['access-control-request-private-network'] === 'true')
    headers.push('access-control-allow-private-network', 'true');
  return { status: 204, headers, body: Buffer.alloc(0) };
}

const fieldNames = /^[\w!#$%&'*+.^`|~, -]{1,4096}$/;
