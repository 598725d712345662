import { type BodyPlace, noCompanions } from './place.ts';

// Calls, by where in them the app puts the text.

const shared = {
  kind: 'call',
  path: '/chat/completions',
  spelling: 'plain',
  companions: noCompanions,
} as const;
const question = { role: 'user', content: 'What does the note say?' };

function toolCall(text: string): unknown {
  const call = { id: 'call_1', type: 'function', function: { name: 'send_note', arguments: text } };
  return { role: 'assistant', content: null, tool_calls: [call] };
}

function tool(description: string): unknown {
  const parameters = { type: 'object', properties: { note: { type: 'string' } }, required: ['note'] };
  return { type: 'function', function: { name: 'send_note', description, parameters } };
}

export const calls: readonly BodyPlace[] = [
  {
    ...shared,
    id: 'message',
    holders: ['messages[0].content'],
    body: (content) => ({ messages: [{ role: 'user', content }] }),
  },
  {
    ...shared,
    id: 'message in parts',
    holders: ['messages[0].content[0].text'],
    body: (text) => ({ messages: [{ role: 'user', content: [{ type: 'text', text }] }] }),
  },
  {
    ...shared,
    id: 'tool result',
    holders: ['messages[2].content'],
    body: (content) => ({
      messages: [question, toolCall('{}'), { role: 'tool', tool_call_id: 'call_1', content }],
    }),
  },
  {
    ...shared,
    id: 'tool arguments',
    spelling: 'arguments',
    holders: ['messages[1].tool_calls[0].function.arguments'],
    body: (text) => ({
      messages: [question, toolCall(text), { role: 'tool', tool_call_id: 'call_1', content: 'sent' }],
    }),
  },
  {
    ...shared,
    id: 'tool definition',
    holders: ['tools[0].function.description'],
    body: (description) => ({ messages: [question], tools: [tool(description)] }),
  },
  {
    ...shared,
    id: 'completions prompt',
    path: '/completions',
    holders: ['prompt'],
    body: (prompt) => ({ prompt }),
  },
  {
    ...shared,
    id: 'responses input',
    path: '/responses',
    holders: ['input'],
    body: (input) => ({ input }),
  },
];
