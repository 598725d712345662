import OpenAI from 'openai';

const client = new OpenAI({ baseURL: 'http://127.0.0.1:41002/v1', apiKey: 'unused' });

const answer = await client.chat.completions.create({
  model: 'sim',
  messages: [{ role: 'user', content: 'How can I contact support?' }],
});
console.log(answer.choices[0].message.content);
