import { Agent, type RequestOptions, request as requestTls } from 'node:https';
import { type IncomingMessage, request as requestPlain } from 'node:http';
import type { KubeConfig } from '@kubernetes/client-node';
import { parsedJson } from '../../json/parsed.ts';
import { KubeError } from '../kube-error.ts';
import { ApiRefusal } from './api-refusal.ts';

export interface ApiCall {
  readonly method: 'GET' | 'PATCH';
  /** With its query. */
  readonly path: string;
  readonly accept: string;
  readonly body?: { readonly type: string; readonly text: string };
  readonly signal: AbortSignal;
}

interface Access {
  readonly config: KubeConfig;
  readonly server: URL;
  /** Made at the first call; undefined where the kubeconfig's own is used, because it leads through a proxy. */
  agent?: Agent;
}

const answerLimitBytes = 64 * 1024 * 1024;
const lineLimitBytes = 8 * 1024 * 1024;
/** So long may a call take that is no stream, and a stream until its first byte. */
const callMs = 15_000;

/**
 * Calls to the API server as bytes, with connections that are kept and streams that tell when they go quiet: what the
 * package's own classes do not have. Who one is, and whom one trusts, is its KubeConfig's affair.
 */
export class ApiCalls {
  readonly #open: () => KubeConfig;
  #access: Access;

  /** `open` reads the kubeconfig, or the pod's own token: again when the API server no longer accepts what it said. */
  constructor(open: () => KubeConfig) {
    this.#open = open;
    this.#access = accessOf(open());
  }

  async json(call: ApiCall): Promise<unknown> {
    const document = parsedJson(await this.text(call));
    if (document === undefined) throw new KubeError(`${call.method} ${call.path}: the answer is no JSON`);
    return document;
  }

  async text(call: ApiCall): Promise<string> {
    const deadline = AbortSignal.any([call.signal, AbortSignal.timeout(callMs)]);
    const answer = await this.#send({ ...call, signal: deadline });
    const text = await textOf(answer);
    if (answer.statusCode !== 200) throw refusalOf(call, answer, text);
    return text;
  }

  /** The server's clock, as its answers tell it, in whole seconds. */
  async serverTime(signal: AbortSignal): Promise<number | undefined> {
    const answer = await this.#send({ method: 'GET', path: '/version', accept: 'application/json', signal });
    await textOf(answer);
    const at = Date.parse(answer.headers.date ?? '');
    return Number.isNaN(at) ? undefined : at;
  }

  /** The documents of a watch, one a line. A stream without a byte for `idleMs` is an error: it may be dead. */
  async *lines(call: ApiCall, idleMs: number): AsyncGenerator<unknown, void> {
    const answer = await this.#send(call);
    if (answer.statusCode !== 200) throw refusalOf(call, answer, await textOf(answer));
    const timer = setTimeout(() => {
      answer.destroy(new KubeError(`${call.path}: nothing came for ${idleMs / 1000} s`));
    }, idleMs);
    try {
      yield undefined; // it stands: the answer's head came
      for await (const line of linesOf(answer, () => timer.refresh())) {
        const document = parsedJson(line);
        if (document === undefined) throw new KubeError(`${call.path}: a line is no JSON`);
        yield document;
      }
    } finally {
      clearTimeout(timer);
      answer.destroy();
    }
  }

  /** Tokens rotate and are remembered for a while: once refused, they are read again. */
  async #send(call: ApiCall): Promise<IncomingMessage> {
    const answer = await exchange(this.#access, call);
    if (answer.statusCode !== 401) return answer;
    answer.destroy();
    this.#access.agent?.destroy();
    this.#access = accessOf(this.#open());
    return exchange(this.#access, call);
  }
}

function accessOf(config: KubeConfig): Access {
  const cluster = config.getCurrentCluster();
  if (cluster === null) throw new KubeError('the kubeconfig names no current cluster');
  return { config, server: new URL(cluster.server) };
}

async function exchange(access: Access, call: ApiCall): Promise<IncomingMessage> {
  const { server } = access;
  const options: RequestOptions = {
    method: call.method,
    headers: {
      accept: call.accept,
      ...(call.body === undefined
        ? {}
        : { 'content-type': call.body.type, 'content-length': Buffer.byteLength(call.body.text) }),
    },
    signal: call.signal,
  };
  await access.config.applyToHTTPSOptions(options);
  options.agent = keptAgent(access, options.agent);
  const url = new URL(`${server.pathname.replace(/\/$/, '')}${call.path}`, server);
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const request = server.protocol === 'https:' ? requestTls(url, options) : requestPlain(url, options);
  const timer = setTimeout(
    () => request.destroy(new KubeError(`no answer within ${callMs / 1000} s`)),
    callMs,
  );
  request.once('response', resolve);
  request.on('error', reject);
  request.end(call.body?.text);
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
  }
}

/** The kubeconfig's own agent opens a connection for each call: a thousand handshakes for a thousand pods. */
function keptAgent(access: Access, given: RequestOptions['agent']): RequestOptions['agent'] {
  if (!(given instanceof Agent) || given.constructor !== Agent) return given;
  access.agent ??= new Agent({ ...given.options, keepAlive: true });
  return access.agent;
}

function refusalOf(
  { method, path }: ApiCall,
  { statusCode, headers }: IncomingMessage,
  body: string,
): ApiRefusal {
  const retryAfter = headers['retry-after'];
  return new ApiRefusal(`${method} ${path.split('?', 1)[0]}`, statusCode ?? 0, {
    body,
    ...(retryAfter === undefined ? {} : { retryAfter }),
  });
}

async function textOf(answer: AsyncIterable<Buffer>): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of answer) {
    bytes += part.length;
    if (bytes > answerLimitBytes) throw new KubeError('the answer is too large');
    parts.push(part);
  }
  return Buffer.concat(parts).toString();
}

async function* linesOf(stream: AsyncIterable<Buffer>, onBytes: () => void): AsyncGenerator<string, void> {
  let held: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream) {
    onBytes();
    let from = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, from)) {
      yield Buffer.concat([...held, chunk.subarray(from, end)]).toString();
      held = [];
      bytes = 0;
      from = end + 1;
    }
    const rest = chunk.subarray(from);
    bytes += rest.length;
    if (bytes > lineLimitBytes) throw new KubeError('a line of the watch is too long');
    if (rest.length > 0) held.push(rest);
  }
}
