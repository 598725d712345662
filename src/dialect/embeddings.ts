import { choicesEvents } from './choices.ts';
import type { Dialect } from './dialect.ts';

/** OpenAI embeddings: https://platform.openai.com/docs/api-reference/embeddings. It has no streams. */
export const embeddings: Dialect = {
  endpoint: 'embeddings',
  path: '/embeddings',
  serves: 'embedding',
  answerKey: 'data',
  hasTextAnswer: false,
  asksUsage: false,
  ...choicesEvents,
};
