import assert from 'node:assert/strict';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { APICallError, RetryError, streamText, tool } from 'ai';
import { z } from 'zod';
import { Marker, model } from './stage.ts';

export function provider(base: string, marker = new Marker(), includeUsage = false) {
  return createOpenAICompatible({
    name: 'gateway',
    baseURL: `${base}/v1`,
    apiKey: 'of-the-app',
    headers: marker.headers,
    includeUsage,
    supportsStructuredOutputs: true,
  });
}

export function chat(base: string, marker = new Marker()) {
  return provider(base, marker)(model);
}

export const quiet = { onError: (): void => undefined };
export const weather = z.object({ city: z.string(), days: z.number() });
export const sampleWeather = { city: 'simulated city', days: 1 };
export const lookup = tool({
  description: 'The weather of a city',
  inputSchema: z.object({ city: z.string() }),
  execute: ({ city }) => `sunny in ${city}`,
});
export const sendMail = tool({
  description: 'Writes to somebody',
  inputSchema: z.object({ email: z.string() }),
});

/** The error of the last of all tries. */
export function lastCall(error: unknown): APICallError {
  const last: unknown = RetryError.isInstance(error) ? error.lastError : error;
  assert.ok(APICallError.isInstance(last), String(error));
  return last;
}

/** The words of a stream, and the error it ends with. */
export async function read(
  prompt: string,
  base: string,
  marker = new Marker(),
): Promise<{ text: string; error: unknown }> {
  let text = '';
  let error: unknown;
  const { fullStream } = streamText({ model: chat(base, marker), prompt, ...quiet });
  for await (const part of fullStream) {
    if (part.type === 'text-delta') text += part.text;
    if (part.type === 'error') error = part.error;
  }
  return { text, error };
}
