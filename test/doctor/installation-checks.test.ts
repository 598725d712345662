import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import test from 'node:test';
import { installationChecks } from '../../src/doctor/installation-checks.ts';
import type { InstallationFacts } from '../../src/kube/installation.ts';
import { makeAuthority } from '../../src/kube/certificates/authority.ts';
import { nothingInstalled } from '../support/installations.ts';

const now = Date.parse('2026-06-01T00:00:00Z');
const { cert: ca } = await makeAuthority(now);
const { cert: another } = await makeAuthority(now);
const lifeMs = new X509Certificate(ca).validToDate.getTime() - now;
const dayMs = 86_400_000;

const hook = (caBundle: string, name = 'pods.injection.kt-sidecar.dev') => ({
  configuration: 'kt.injection',
  name,
  failurePolicy: 'Ignore',
  caBundle,
});
const controller = { namespace: 'kt', name: 'kt-controller', ready: 1, version: '0.1.0' };
const known = <T>(value: T) => ({ kind: 'known', value }) as const;
const refused = { kind: 'unknown', reason: 'HTTP 403 (forbidden)' } as const;

const cases: readonly (readonly [string, Partial<InstallationFacts>, number, readonly RegExp[]])[] = [
  ['nothing of ours', {}, now, [/^warn injector nothing .*kt inject/]],
  ['a policy', { policies: known(['kt.injection']) }, now, []],
  ['a webhook with its CA', { webhooks: known([hook(ca)]) }, now, []],
  [
    'a webhook without a CA',
    { webhooks: known([hook('')]) },
    now,
    [/^fail certificate webhook .* has no caBundle/],
  ],
  ['a CA that is none', { webhooks: known([hook('x')]) }, now, [/^fail certificate .* is no certificate/]],
  [
    'a CA that ends soon',
    { webhooks: known([hook(ca)]) },
    now + lifeMs - dayMs,
    [/^warn certificate .* expires at/],
  ],
  [
    'a CA that has ended',
    { webhooks: known([hook(ca)]) },
    now + lifeMs + dayMs,
    [/^fail certificate .* expired at/],
  ],
  ['an old CA beside a new one', { webhooks: known([hook(`x${ca}\n${another}`)]) }, now, []],
  [
    'webhooks that trust different CAs',
    { webhooks: known([hook(ca), hook(another, 'policies.validation.kt-sidecar.dev')]) },
    now,
    [/^warn certificate .* trust different CAs/],
  ],
  ['a controller', { policies: known(['p']), controllers: known([controller]) }, now, []],
  [
    'a dead controller',
    { policies: known(['p']), controllers: known([{ ...controller, ready: 0 }]) },
    now,
    [/^fail controller kt\/kt-controller has no ready replica.* kubectl -n kt describe/],
  ],
  [
    'a clock that is off',
    { policies: known(['p']), aheadSeconds: known(-300) },
    now,
    [/^warn clock .* -300 s off/],
  ],
  [
    'no rights at all',
    { webhooks: refused, policies: refused, controllers: refused, aheadSeconds: refused },
    now,
    [/^skip injector .*403/, /^skip controller .*403/, /^skip certificate .*403/, /^skip clock .*403/],
  ],
];

for (const [what, facts, at, expected] of cases) {
  test(`what is installed: ${what}`, () => {
    const found = installationChecks({ ...nothingInstalled, ...facts }, at)
      .filter(({ state }) => state !== 'ok')
      .map(({ state, name, message, fix }) => `${state} ${name} ${message} ${fix ?? ''}`);

    assert.equal(found.length, expected.length, found.join('\n'));
    for (const [index, pattern] of expected.entries()) assert.match(found[index] ?? '', pattern);
  });
}
