import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { TestContext } from 'node:test';
import { temporaryDirectory } from './configmap-volume.ts';

/** What an API server answers: by path, query left out. */
export type Answers = Readonly<Record<string, Answer | ((url: URL) => Answer)>>;

export interface Answer {
  readonly status?: number;
  readonly body: unknown;
  /** Default: JSON. */
  readonly type?: string;
}

export interface ApiServer {
  readonly kubeconfig: string;
  /** Every call, as `path?query`; one that changes something as `METHOD path BODY`. */
  readonly calls: readonly string[];
}

const token = 'token-of-the-user';

/** An API server that says what a test tells it to, to the one user it knows. */
export async function startApiServer(
  t: TestContext,
  answers: Answers,
  userToken = token,
): Promise<ApiServer> {
  const calls: string[] = [];
  const server = createServer((request, response) => void answer(request, response, answers, calls));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('no TCP address');
  const kubeconfig = join(await temporaryDirectory(t), 'kubeconfig');
  writeFileSync(kubeconfig, kubeconfigText(`http://127.0.0.1:${bound.port}`, userToken));
  return { kubeconfig, calls };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  answers: Answers,
  calls: string[],
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://api');
  const called = decodeURIComponent(`${url.pathname}${url.search}`);
  calls.push(request.method === 'GET' ? called : `${request.method} ${called} ${await text(request)}`);
  const found = answers[decodeURIComponent(url.pathname)];
  const told = typeof found === 'function' ? found(url) : found;
  const refused = refusal(request, told !== undefined);
  const { status = 200, body, type = 'application/json' } = refused ?? told ?? { body: {} };
  response.writeHead(status, { 'content-type': type });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
}

function refusal(request: IncomingMessage, isKnown: boolean): Answer | undefined {
  if (request.headers.authorization !== `Bearer ${token}`)
    return { status: 401, body: apiStatus(401, 'Unauthorized') };
  return isKnown ? undefined : { status: 404, body: apiStatus(404, `no ${request.url}`) };
}

/** What the API server says in place of an object. */
export function apiStatus(code: number, message: string): object {
  return { kind: 'Status', apiVersion: 'v1', status: 'Failure', message, code };
}

function kubeconfigText(server: string, userToken: string): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'here',
    contexts: [
      { name: 'here', context: { cluster: 'c', user: 'u', namespace: 'shop' } },
      { name: 'other', context: { cluster: 'c', user: 'u', namespace: 'other' } },
    ],
    clusters: [{ name: 'c', cluster: { server, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'u', user: { token: userToken } }],
  });
}
