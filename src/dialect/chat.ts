import { choicesEvents } from './choices.ts';
import type { Dialect } from './dialect.ts';
import { systemInMessages } from './system-message.ts';

/** OpenAI chat completions: https://platform.openai.com/docs/api-reference/chat */
export const chat: Dialect = {
  endpoint: 'chat_completions',
  path: '/chat/completions',
  serves: 'chat',
  answerKey: 'choices',
  hasTextAnswer: true,
  asksUsage: true,
  systemPlace: systemInMessages,
  ...choicesEvents,
};
