import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { generateText } from 'ai';

const gateway = createOpenAICompatible({ name: 'gateway', baseURL: 'http://127.0.0.1:41002/v1' });

const { text } = await generateText({ model: gateway('sim'), prompt: 'How can I contact support?' });
console.log(text);
