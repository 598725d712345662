import assert from 'node:assert/strict';
import test from 'node:test';
import * as fc from 'fast-check';
import { providers } from '../../src/config/provider-table.ts';
import { at, parseBaseUrl } from '../../src/config/target-url.ts';
import { configOf, document, issuesOf } from '../support/config-load.ts';

const bases: readonly (readonly [provider: string, written: string, endpoint: string])[] = [
  ['together', 'https://api.together.xyz/v1', 'https://api.together.xyz/v1/chat/completions'],
  ['together', 'https://api.together.xyz/v1/', 'https://api.together.xyz/v1/chat/completions'],
  ['together', 'https://api.together.xyz', 'https://api.together.xyz/v1/chat/completions'],
  ['together', 'https://api.together.xyz/', 'https://api.together.xyz/v1/chat/completions'],
  ['openai', 'https://proxy.example/openai', 'https://proxy.example/openai/chat/completions'],
  ['groq', 'https://api.groq.com', 'https://api.groq.com/openai/v1/chat/completions'],
  ['groq', 'https://api.groq.com/openai/v1', 'https://api.groq.com/openai/v1/chat/completions'],
  ['perplexity', 'https://api.perplexity.ai', 'https://api.perplexity.ai/chat/completions'],
  ['openrouter', 'https://openrouter.ai/api/v1//', 'https://openrouter.ai/api/v1/chat/completions'],
  ['vllm', 'http://127.0.0.1:8000', 'http://127.0.0.1:8000/v1/chat/completions'],
  ['vllm', 'http://[::1]:8000/v1', 'http://[::1]:8000/v1/chat/completions'],
  ['ollama', 'HTTP://LOCALHOST:11434', 'http://localhost:11434/v1/chat/completions'],
];

for (const [provider, written, expected] of bases) {
  test(`${provider} at ${written} is asked at ${expected}`, () => {
    const text = document(`      base_url: ${written}\n`).replace(
      'provider: together',
      `provider: ${provider}`,
    );

    const [target] = configOf(text).targets;

    assert.ok(target);
    assert.equal(`${target.baseUrl}/chat/completions`, expected);
    assert.equal(target.origin + target.basePath, target.baseUrl);
  });
}

const refused = [
  'api.together.xyz/v1',
  'ftp://example.com/v1',
  'https://user@example.com/v1',
  'https://example.com/v1?api-version=1',
  'https://example.com/v1?',
  'https://example.com/v1#x',
  'https://example.com/v1/chat/completions',
  'https://example.com/v1/embeddings/',
  '" https://example.com/v1"',
  'https://',
  '""',
];

for (const written of refused) {
  test(`the base URL ${written} is refused`, () => {
    const issues = issuesOf(document(`      base_url: ${written}\n`));

    assert.deepEqual(
      issues.map(({ code, path }) => [code, path]),
      [['E004', 'providers.targets[0].base_url']],
    );
  });
}

for (const { id, baseUrl } of providers) {
  test(`the provider ${id} ${baseUrl === undefined ? 'asks for a base_url' : 'has an address'}`, () => {
    const text = document().replace('provider: together', `provider: ${id}`);

    const issues = issuesOf(text);

    assert.deepEqual(
      issues.map(({ code, path }) => [code, path]),
      baseUrl === undefined ? [['E005', 'providers.targets[0].base_url']] : [],
    );
    if (baseUrl !== undefined) assert.equal(configOf(text).targets[0]?.baseUrl, baseUrl);
  });
}

test('a simulated target moves to where the simulator listens', () => {
  const [target] = configOf(document().replace('provider: together', 'provider: simulator')).targets;

  assert.ok(target);
  const moved = at(target, 'http://127.0.0.1:5000/v1');
  assert.equal(moved.baseUrl, 'http://127.0.0.1:5000/v1');
  assert.equal(moved.simulated, true);
});

test('an accepted base URL has no trailing slash and is accepted again as itself', () => {
  fc.assert(
    fc.property(fc.webUrl(), (written) => {
      const parsed = parseBaseUrl(written, undefined);
      if (!parsed.ok) return;

      assert.ok(!parsed.url.baseUrl.endsWith('/'));
      assert.deepEqual(parseBaseUrl(parsed.url.baseUrl, undefined), parsed);
    }),
  );
});
