import assert from 'node:assert/strict';
import test from 'node:test';
import { configOf, document, fixture } from '../support/config-load.ts';

test('one target without its secret leaves the others in use', () => {
  const config = configOf(fixture('cross-provider-fallback'), {
    secrets: (ref) => (ref.kind === 'env' && ref.name === 'OPENAI_API_KEY' ? 'set' : undefined),
  });

  assert.deepEqual(
    config.targets.map(({ id, available, credential }) => [id, available, credential?.value]),
    [
      ['together-primary', false, undefined],
      ['openai-fallback', true, 'set'],
    ],
  );
});

test('a target without its secret becomes the simulator only when that is asked for', () => {
  const [target] = configOf(document(), {
    secrets: () => undefined,
    options: { simulateMissingKeys: true },
  }).targets;

  assert.equal(target?.simulated, true);
  assert.equal(target.available, true);
  assert.equal(target.baseUrl, 'simulator:');
  assert.equal(target.provider, 'together');
});

test('a document without usable targets passes where keys are not expected', () => {
  const config = configOf(document(), { secrets: () => undefined, options: { acceptNoTarget: true } });

  assert.equal(config.targets[0]?.available, false);
});

test('providers that need no key ask for none', () => {
  const text = document().replace('provider: together', 'provider: ollama');

  const [target] = configOf(text, { secrets: () => assert.fail('no secret is needed') }).targets;

  assert.equal(target?.credential, undefined);
  assert.equal(target?.baseUrl, 'http://localhost:11434/v1');
});

test('the simulator is a provider of its own', () => {
  const [target] = configOf(document().replace('provider: together', 'provider: simulator')).targets;

  assert.equal(target?.simulated, true);
  assert.equal(target.provider, 'simulator');
  assert.equal(target.credential, undefined);
});

test('a line break at the end of a secret is not part of it', () => {
  const [target] = configOf(document(), { secrets: () => 'key\r\n' }).targets;

  assert.equal(target?.credential?.value, 'key');
});
