import type { IncomingMessage } from 'node:http';
import { GatewayError } from '../errors.ts';
import type { Snapshot } from '../runtime/snapshot.ts';
import type { Exchange } from './exchange.ts';
import { isPreflight, isProbe } from './route.ts';
import type { WholeReply } from './whole-reply.ts';

/** The credentials that clients may show. */
export interface ClientTokens {
  has(token: string): boolean;
}

/**
 * A web page must be on the list: it must not spend the keys through localhost. Browsers name the page in `Origin` on every
 * request that could (all but GET and HEAD of the page's own origin), a page that rebound its own name to this address
 * included. Returns what its browser is told with every reply, names and values in turn. Throws GatewayError: whoever is not
 * on the list learns nothing from headers, not even that there is a list.
 */
export function admitPage({ headers }: IncomingMessage, { origins, config }: Snapshot): readonly string[] {
  const { origin, 'sec-fetch-site': site } = headers;
  if (origin === undefined) {
    // Images, scripts and links of another site: nobody names the page, so no list can allow it.
    if ((site === 'cross-site' || site === 'same-site') && !origins.has('*')) throw originRefused();
    return config.cors.allowOrigins.length > 0 ? vary : noHeaders;
  }
  const isAny = origins.has('*') && origin !== 'null';
  if (!isAny && !origins.has(origin)) throw originRefused();
  const allowed = ['access-control-allow-origin', isAny ? '*' : origin];
  return [...vary, ...allowed, 'access-control-expose-headers', '*'];
}

const vary: readonly string[] = ['vary', 'Origin'];
const noHeaders: readonly string[] = [];

function originRefused(): GatewayError {
  return new GatewayError(
    'origin_refused',
    'requests of web pages (with an Origin header) are refused, but for those in cors.allow_origins',
  );
}

/** Where there are client tokens, everyone but probes and preflights must show one. Throws GatewayError. */
export function admitClient(request: IncomingMessage, tokens: ClientTokens | undefined): void {
  if (tokens === undefined || isProbe(request) || isPreflight(request)) return;
  demandToken(request, tokens);
}

function demandToken({ headers }: IncomingMessage, tokens: ClientTokens): void {
  const bearer = bearerPattern.exec(headers.authorization ?? '')?.[1];
  // As the SDKs of OpenAI, Anthropic and Azure send it.
  const shown = [bearer, headers['x-api-key'], headers['api-key']].filter((one) => typeof one === 'string');
  if (shown.some((token) => tokens.has(token))) return;
  const what = shown.length === 0 ? 'no client token was sent' : 'the client token is not one in force';
  throw new GatewayError(
    'unauthorized',
    `${what}: send "Authorization: Bearer <token>" with a token of this gateway (--client-token-file)`,
  );
}

const bearerPattern = /^bearer +([\x21-\x7e]+) *$/i;

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
