import Anthropic from '@anthropic-ai/sdk';

const client = new Anthropic({ baseURL: 'http://127.0.0.1:41002', apiKey: 'unused' });

try {
  await client.messages.create({
    model: 'sim',
    max_tokens: 100,
    messages: [{ role: 'user', content: 'How can I contact support?' }],
  });
} catch (error) {
  console.log(error.message); // nothing is served at "/v1/messages"
}
