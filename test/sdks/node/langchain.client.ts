import assert from 'node:assert/strict';
import { tool } from '@langchain/core/tools';
import { ChatOpenAI, type ChatOpenAIFields } from '@langchain/openai';
import { z } from 'zod';
import { Marker, model } from './stage.ts';

export function chat(base: string, marker = new Marker(), options: ChatOpenAIFields = {}): ChatOpenAI {
  const configuration = { baseURL: `${base}/v1`, defaultHeaders: marker.headers };
  return new ChatOpenAI({ model, apiKey: 'of-the-app', configuration, ...options });
}

export const weather = z.object({ city: z.string(), days: z.number() });
export const sampleWeather = { city: 'simulated city', days: 1 };
export const lookup = tool(({ city }) => `sunny in ${city}`, {
  name: 'lookup',
  description: 'The weather of a city',
  schema: z.object({ city: z.string() }),
});
export const sendMail = tool(({ email }) => email, {
  name: 'send_mail',
  description: 'Writes to somebody',
  schema: z.object({ email: z.string() }),
});

/** What went wrong, as an app would look at it. */
export function shown(error: unknown): { status: unknown; code: unknown; name: string; message: string } {
  assert.ok(error instanceof Error);
  const { name, message } = error;
  return {
    status: 'status' in error ? error.status : undefined,
    code: 'code' in error ? error.code : undefined,
    name,
    message,
  };
}
