import assert from 'node:assert/strict';
import { type OpenAI, openai } from '@llamaindex/openai';
import { tool } from 'llamaindex';
import { z } from 'zod';
import { Marker, model } from './stage.ts';

export type Options = Parameters<typeof openai>[0];

export function settings(base: string, marker: Marker) {
  const additionalSessionOptions = { defaultHeaders: marker.headers };
  return { model, apiKey: 'of-the-app', baseURL: `${base}/v1`, additionalSessionOptions };
}

export function llm(base: string, marker = new Marker(), options: Options = {}): OpenAI {
  return openai({ ...settings(base, marker), ...options });
}

export const user = (content: string) => [{ role: 'user' as const, content }];
export const lookup = tool({
  name: 'lookup',
  description: 'The weather of a city',
  parameters: z.object({ city: z.string() }),
  execute: ({ city }) => `sunny in ${city}`,
});
export const sendMail = tool({
  name: 'send_mail',
  description: 'Writes to somebody',
  parameters: z.object({ email: z.string() }),
  execute: ({ email }) => email,
});

export function shown(error: unknown): { status: unknown; code: unknown; kind: string; message: string } {
  assert.ok(error instanceof Error);
  const { message, constructor } = error;
  return {
    status: 'status' in error ? error.status : undefined,
    code: 'code' in error ? error.code : undefined,
    kind: constructor.name,
    message,
  };
}

export async function spell(asking: OpenAI, content: string, pieces: string[]): Promise<string> {
  for await (const { delta } of await asking.chat({ messages: user(content), stream: true }))
    pieces.push(delta);
  return pieces.join('');
}

export function parsed(text: unknown): unknown {
  assert.ok(typeof text === 'string');
  return JSON.parse(text);
}

export function typeOf(raw: unknown): unknown {
  return typeof raw === 'object' && raw !== null && 'type' in raw ? raw.type : undefined;
}
