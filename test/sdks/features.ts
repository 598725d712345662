/** What a client library may offer. Every test is named `<feature>: <fact>`, and every library answers for every feature. */
export const features = {
  example: 'the example below, as written',
  chat: 'chat',
  stream: 'streamed chat',
  'stream helper': "the library's own stream helper",
  'stream usage': 'token counts of a stream, when asked',
  tools: 'tool calls, whole and streamed, with their results',
  'structured output': 'structured output by a schema',
  embeddings: 'embeddings',
  responses: 'the Responses API, whole and streamed',
  completions: 'text completions',
  models: 'the list of models',
  redaction: 'addresses redacted in streams and in tool arguments',
  denial: "a policy's denial",
  'upstream errors': "a provider's error as the library's class",
  'gateway errors': "the gateway's own refusals",
  retries: 'retries as the library sets them',
  'mid-stream error': 'an error within a stream',
  abort: 'an abort reaches the provider',
  timeout: "the library's timeout reaches the provider",
  async: 'the asynchronous client',
} as const;

export type Feature = keyof typeof features;

export function isFeature(name: string): name is Feature {
  return Object.hasOwn(features, name);
}

export const featureNames: readonly Feature[] = Object.keys(features).filter(isFeature);
