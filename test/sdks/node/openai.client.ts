import OpenAI from 'openai';
import { z } from 'zod';
import { Marker, stage } from './stage.ts';

export type Options = ConstructorParameters<typeof OpenAI>[0];

export function sdk(base: string, marker = new Marker(), options: Options = {}): OpenAI {
  return new OpenAI({
    baseURL: `${base}/v1`,
    apiKey: 'of-the-app',
    defaultHeaders: marker.headers,
    ...options,
  });
}

export const main = sdk(stage.main);
export const user = (content: string) => [{ role: 'user' as const, content }];
export const lookup = {
  type: 'function' as const,
  function: {
    name: 'lookup',
    parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  },
};
export const mailTool = {
  type: 'function' as const,
  function: {
    name: 'send_mail',
    parameters: { type: 'object', properties: { email: { type: 'string' } }, required: ['email'] },
  },
};
export const weather = z.object({ city: z.string(), days: z.number() });
export const readCity = (text: string): string => z.object({ city: z.string() }).parse(JSON.parse(text)).city;
export const sampleWeather = { city: 'simulated city', days: 1 };
