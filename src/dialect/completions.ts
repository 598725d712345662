import { choicesEvents } from './choices.ts';
import type { Dialect } from './dialect.ts';
import { systemInPrompt } from './system-message.ts';

/** OpenAI legacy completions: https://platform.openai.com/docs/api-reference/completions */
export const completions: Dialect = {
  endpoint: 'completions',
  path: '/completions',
  serves: 'completion',
  answerKey: 'choices',
  hasTextAnswer: true,
  asksUsage: true,
  systemPlace: systemInPrompt,
  ...choicesEvents,
};
