import { ChatOpenAI } from '@langchain/openai';

const chat = new ChatOpenAI({
  model: 'sim',
  apiKey: 'unused',
  configuration: { baseURL: 'http://127.0.0.1:41002/v1' },
});

const answer = await chat.invoke('How can I contact support?');
console.log(answer.content);
