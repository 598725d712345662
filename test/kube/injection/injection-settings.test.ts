import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import {
  defaultInjectionSettings,
  injectionSettingsSchema,
  specHash,
} from '../../../src/kube/injection/injection-settings.ts';
import { caseSettings } from '../../support/injection-cases.ts';

test('the hash is that of the lines name=value, in the order of the names', () => {
  const lines =
    'adminPort=41003\nconfigMap=policy-config\ncpu=25m\ncpuLimit=\nenv=\nextraListen=\nimage=kt-sidecar:test\nmemory=96Mi\nmemoryLimit=256Mi\nnative=true\nport=41002\npullPolicy=IfNotPresent\nsecret=\nversion=0.0.0-test';

  assert.equal(specHash(caseSettings), createHash('sha256').update(lines).digest('hex').slice(0, 16));
});

test('every setting changes the hash, their order does not', () => {
  const turned = Object.fromEntries(Object.entries(defaultInjectionSettings).toReversed());
  const hashes = Object.keys(defaultInjectionSettings).map((name) =>
    specHash({ ...defaultInjectionSettings, [name]: 'other' }),
  );

  assert.equal(specHash(injectionSettingsSchema.parse(turned)), specHash(defaultInjectionSettings));
  assert.equal(new Set([...hashes, specHash(defaultInjectionSettings)]).size, hashes.length + 1);
});

for (const [name, given] of Object.entries({
  'an unknown name': { imag: 'x' },
  'no string': { port: 41_002 },
  'a port out of range': { port: '80' },
  'one port twice': { port: '41003' },
  'a quantity in a form that the rules do not take': { memory: '1e9' },
  'a line feed': { image: 'a\nb' },
  'a variable without a name': { env: '=x' },
  'an empty line among the variables': { env: 'A=1\n\nB=2' },
}))
  test(`settings with ${name} are refused`, () => {
    assert.equal(injectionSettingsSchema.safeParse(given).success, false);
  });

test('variables are lines of NAME=value, whose value may be empty', () => {
  assert.equal(injectionSettingsSchema.safeParse({ env: 'A=1\nB=\nC=x=y' }).success, true);
});
