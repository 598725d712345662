import { Agent, type IncomingMessage, request } from 'node:http';
import type { CallFacts } from './call-facts.ts';
import type { Plan } from './plan.ts';
import type { Providers } from './providers.ts';

export interface CallerParts {
  readonly port: number;
  readonly agent: Agent;
  readonly providers: Providers;
}

const deadlineMs = 20_000;

/** Makes a call as its plan says and tells what the client saw; what no client sees, it takes from the plan. */
export async function makeCall(plan: Plan, parts: CallerParts): Promise<CallFacts> {
  parts.providers.expect(plan);
  const seen = await withDeadline(plan, plan.leaving === 'never' ? stay(plan, parts) : leave(plan, parts));
  return { ...plan.expected, id: plan.id, ...seen };
}

type Seen = Pick<CallFacts, 'status' | 'code' | 'target' | 'replyBytes'>;

async function withDeadline<T>(plan: Plan, work: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`no end of ${JSON.stringify(plan)}`)), deadlineMs);
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}

function open({ id, method, path, headers, body }: Plan, { port, agent }: CallerParts) {
  const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
  const fields = { 'x-request-id': id, 'content-type': 'application/json', ...length, ...headers };
  return request({ agent, port, host: '127.0.0.1', method, path, headers: fields });
}

function stay(plan: Plan, parts: CallerParts): Promise<Seen> {
  return new Promise((resolve, reject) => {
    const call = open(plan, parts);
    call.on('error', (cause) => reject(new Error(`${plan.id} failed`, { cause })));
    call.on('response', (answer) => {
      let body = Buffer.alloc(0);
      answer.on('data', (piece: Buffer) => (body = Buffer.concat([body, piece])));
      answer.on('error', reject);
      answer.on('end', () => resolve(seenOf(answer, body)));
    });
    call.end(plan.body);
  });
}

function seenOf({ statusCode = 0, headers }: IncomingMessage, body: Buffer): Seen {
  const target = headers['x-keeptrusts-target'];
  return {
    status: statusCode,
    code: codeIn(body.toString()),
    target: typeof target === 'string' ? target : 'none',
    replyBytes: body.length,
  };
}

/** The code of our envelope, which alone names the request. An error event without one is the provider's own. */
function codeIn(text: string): string {
  const [, code] = /"code":"(\w+)","policy":[^}]*"request_id"/.exec(text) ?? [];
  return code ?? (text.includes('data: {"error"') ? 'upstream_error_event' : '');
}

async function leave(plan: Plan, parts: CallerParts): Promise<Seen> {
  const { id, leaving, body = '' } = plan;
  const call = open(plan, parts);
  call.on('error', () => undefined); // we are the one who breaks it off
  let replyBytes = 0;
  if (leaving === 'while sending') {
    await new Promise<void>((resolve) => call.write(body.slice(0, body.length / 2), () => resolve()));
  } else {
    call.end(body);
    if (leaving === 'before the answer') await parts.providers.arrived(id);
    else replyBytes = await readEvents(plan, call);
  }
  call.destroy();
  if (leaving !== 'while sending') await parts.providers.left(id);
  return { ...plan.expected, replyBytes };
}

/** Reads until every event that the provider sent has come. */
function readEvents({ acts }: Plan, call: ReturnType<typeof open>): Promise<number> {
  const act = acts.a?.kind === 'stream' ? acts.a : acts.b;
  const last = act?.kind === 'stream' ? (act.events.at(-1) ?? '') : '';
  return new Promise((resolve, reject) => {
    call.on('response', (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (piece: string) => {
        text += piece;
        if (text.endsWith(last)) resolve(Buffer.byteLength(text));
      });
      answer.on('end', () => reject(new Error(`the stream ended: ${text}`)));
      answer.on('error', () => undefined);
    });
  });
}
