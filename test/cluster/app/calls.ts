import OpenAI, { APIError } from 'openai';

/** What the app asks of the model, through whatever OPENAI_BASE_URL names. */
export interface Ask {
  readonly content: string;
  readonly stream?: boolean;
}

/** How a call ended, as an app that uses the official SDK sees it. */
export interface Outcome {
  readonly ok: boolean;
  /** Undefined where there was no answer. */
  readonly status: number | undefined;
  /** The `code` of the error body, or of the socket. */
  readonly code: string | undefined;
  readonly text: string;
  /** The configuration that the answer names. */
  readonly config: string | undefined;
  /** Epoch milliseconds. */
  readonly endedAt: number;
}

// No retries: a call that fails must be seen to fail.
const client = new OpenAI({ maxRetries: 0, timeout: 120_000 });

export async function call({ content, stream = false }: Ask): Promise<Outcome> {
  try {
    return await (stream ? streamed(content) : whole(content));
  } catch (error) {
    return failed(error);
  }
}

function messages(content: string) {
  return [{ role: 'user' as const, content }];
}

async function whole(content: string): Promise<Outcome> {
  const { data, response } = await client.chat.completions
    .create({ model: 'any', messages: messages(content) })
    .withResponse();
  return done(response, data.choices[0]?.message.content ?? '');
}

async function streamed(content: string): Promise<Outcome> {
  const { data, response } = await client.chat.completions
    .create({ model: 'any', stream: true, messages: messages(content) })
    .withResponse();
  let text = '';
  let isFinished = false;
  for await (const event of data) {
    text += event.choices[0]?.delta.content ?? '';
    if (typeof event.choices[0]?.finish_reason === 'string') isFinished = true;
  }
  return { ...done(response, text), ok: isFinished, code: isFinished ? undefined : 'stream_cut_short' };
}

function done(response: Response, text: string): Outcome {
  const config = response.headers.get('x-keeptrusts-config') ?? undefined;
  return { ok: true, status: response.status, code: undefined, text, config, endedAt: Date.now() };
}

function failed(error: unknown): Outcome {
  const status = error instanceof APIError ? error.status : undefined;
  const code = error instanceof APIError && typeof error.code === 'string' ? error.code : socketCode(error);
  return { ok: false, status, code, text: String(error), config: undefined, endedAt: Date.now() };
}

/** `ECONNREFUSED` somewhere below the SDK's own error. */
function socketCode(error: unknown): string {
  for (let each = error; each instanceof Error; each = each.cause)
    if ('code' in each && typeof each.code === 'string') return each.code;
  return 'unknown';
}
