import { openai } from '@llamaindex/openai';

const llm = openai({ model: 'sim', apiKey: 'unused', baseURL: 'http://127.0.0.1:41002/v1' });

const answer = await llm.chat({ messages: [{ role: 'user', content: 'How can I contact support?' }] });
console.log(answer.message.content);
