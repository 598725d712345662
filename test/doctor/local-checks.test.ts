import assert from 'node:assert/strict';
import test from 'node:test';
import { readStatus } from '../../src/record/status-document.ts';
import type { Check } from '../../src/doctor/check.ts';
import {
  adviserChecks,
  configChecks,
  gatewayChecks,
  keyChecks,
  nodeCheck,
  noteCheck,
  portCheck,
  proxyChecks,
  reachChecks,
} from '../../src/doctor/local-checks.ts';
import type { StatusParts } from '../../src/admin/status.ts';
import { type Standing, statusOf, wellParts } from '../support/status-documents.ts';

const direct = [
  'warn',
  /HTTP_PROXY set, and the gateway uses no outbound proxy: it connects to providers itself.*egress/,
] as const;

type Case = readonly [
  what: string,
  found: readonly Check[],
  expected: readonly (readonly [string, RegExp])[],
];

const target = {
  id: 'a',
  origin: 'https://a.example',
  simulated: false,
  keys: [{ source: 'env KEY', isThere: true }],
};
const issue = { code: 'E001', severity: 'error', path: 'x', message: 'no', line: 1, column: 2 } as const;

function read(more: object) {
  return { kind: 'read', path: 'p.yaml', issues: [], notes: [], targets: [], advisers: [], ...more } as const;
}

function gateway(
  standing: Standing,
  aheadSeconds?: number,
  more: Partial<StatusParts> = {},
): readonly Check[] {
  const status = readStatus(statusOf(standing, more));
  assert.ok(status !== undefined);
  return gatewayChecks({ status, aheadSeconds });
}

function reached(code: string): readonly Check[] {
  return reachChecks([{ origin: 'https://a.example', failure: { code, message: 'why' } }]);
}

function advised(trouble?: string): readonly Check[] {
  return adviserChecks([{ url: 'http://a/analyze', trouble }]);
}

const http = ['HTTP_PROXY'];

const cases: readonly Case[] = [
  ['Node 26', [nodeCheck('v26.10.0')], [['ok', /^v26/]]],
  ['Node 24', [nodeCheck('v24.0.0')], [['ok', /^v24/]]],
  ['Node 22', [nodeCheck('v22.12.0')], [['fail', /too old.*Node 24/]]],
  ['no file', configChecks({ kind: 'none', path: 'p.yaml' }), [['skip', /--policy-config/]]],
  [
    'an unreadable file',
    configChecks({ kind: 'unreadable', path: 'p', reason: 'EACCES' }),
    [['fail', /EACCES/]],
  ],
  ['a valid file', configChecks(read({})), [['ok', /p\.yaml is valid/]]],
  [
    'an error',
    configChecks(read({ issues: [issue] })),
    [['fail', /E001 x: no \(p\.yaml:1:2\).*kt policy lint/]],
  ],
  [
    'a warning with its own advice',
    configChecks(read({ issues: [{ ...issue, code: 'W103', severity: 'warning', suggestion: 'do that' }] })),
    [['warn', /W103.*do that/]],
  ],
  [
    'a missing key, which is said once',
    configChecks(
      read({
        issues: [{ ...issue, code: 'W101', severity: 'warning' }],
        targets: [{ ...target, keys: [{ source: 'env KEY', isThere: false }] }],
      }),
    ),
    [
      ['ok', /valid/],
      ['fail', /env KEY is missing/],
    ],
  ],
  ['a key', keyChecks(target), [['ok', /a: env KEY is there/]]],
  ['no key needed', keyChecks({ ...target, keys: [] }), [['ok', /takes none/]]],
  [
    'a key, and a header without its own',
    keyChecks({ ...target, keys: [...target.keys, { source: 'file /run/org', isThere: false }] }),
    [
      ['ok', /env KEY is there/],
      ['fail', /a: file \/run\/org is missing.*provide file \/run\/org/],
    ],
  ],
  ['the simulator', keyChecks({ ...target, simulated: true }), [['ok', /simulated/]]],
  [
    'subPath',
    [noteCheck({ kind: 'file_mount', path: 'p', message: 'alone' })],
    [['warn', /alone.*without subPath/]],
  ],
  ['a free port', [portCheck({ use: 'data', address: 'a:1', found: 'free' })], [['ok', /free/]]],
  ['our port', [portCheck({ use: 'data', address: 'a:1', found: 'ours' })], [['ok', /a gateway answers/]]],
  [
    'a taken data port',
    [portCheck({ use: 'data', address: 'a:1', found: 'other' })],
    [['fail', /another --listen/]],
  ],
  [
    'a taken admin port',
    [portCheck({ use: 'admin', address: 'a:1', found: 'other' })],
    [['fail', /--admin-listen/]],
  ],
  ['no proxy', proxyChecks({ variables: [], noProxy: '' }), [['ok', /no HTTP proxy/]]],
  [
    'a proxy for everything',
    proxyChecks({ variables: http, noProxy: '' }),
    [
      ['warn', /HTTP_PROXY set.*lacks 127\.0\.0\.1, localhost, ::1.*NO_PROXY=127\.0\.0\.1,localhost,::1$/],
      direct,
    ],
  ],
  [
    'a proxy that spares a part',
    proxyChecks({ variables: http, noProxy: 'corp.example, localhost' }),
    [['warn', /lacks 127\.0\.0\.1, ::1.*NO_PROXY=corp\.example,localhost,127\.0\.0\.1,::1$/], direct],
  ],
  [
    'a proxy that spares us',
    proxyChecks({ variables: http, noProxy: 'localhost,127.0.0.1,[::1]' }),
    [['ok', /spares/], direct],
  ],
  ['a proxy that spares all', proxyChecks({ variables: http, noProxy: '*' }), [['ok', /spares/], direct]],
  ['offline', reachChecks(undefined), [['skip', /--offline/]]],
  [
    'a provider',
    reachChecks([{ origin: 'https://a.example', failure: undefined }]),
    [['ok', /can be reached/]],
  ],
  ['a recogniser that will do', advised(), [['ok', /http:\/\/a\/analyze answers/]]],
  ['a recogniser that will not', advised('gone'), [['fail', /analyze: gone.*entities/]]],
  ['a recogniser that nobody asked', adviserChecks(undefined), []],
  ['an unknown name', reached('ENOTFOUND'), [['fail', /name server/]]],
  ['a refused connection', reached('ECONNREFUSED'), [['fail', /firewall/]]],
  ['an unknown CA', reached('SELF_SIGNED_CERT_IN_CHAIN'), [['fail', /NODE_EXTRA_CA_CERTS/]]],
  ['a certificate of tomorrow', reached('CERT_NOT_YET_VALID'), [['fail', /clock first/]]],
  ['no gateway', gatewayChecks(undefined), []],
  [
    'a gateway that is well',
    gateway('SYNCED', 0),
    [
      ['ok', /generation 3, SYNCED, serving/],
      ['ok', /agrees/],
    ],
  ],
  [
    'a gateway that refused',
    gateway('REJECTED'),
    [['fail', /REJECTED.*degraded: config_not_applied.*kt status/]],
  ],
  [
    'a target that refuses its key',
    gateway('SYNCED', undefined, {
      targets: wellParts.targets.map((one) => ({ ...one, misconfigured: 401 })),
    }),
    [
      ['fail', /degraded: target_misconfigured/],
      ['fail', /primary refuses .*\(401\).*key/],
    ],
  ],
  [
    'a gateway ahead of its time',
    gateway('SYNCED', 300),
    [
      ['ok', /SYNCED/],
      ['warn', /300 s off/],
    ],
  ],
];

for (const [what, found, expected] of cases) {
  test(`${what}: ${expected.map(([state]) => state).join(', ') || 'nothing to say'}`, () => {
    assert.deepEqual(
      found.map(({ state }) => state),
      expected.map(([state]) => state),
    );
    for (const [at, [state, said]] of expected.entries()) {
      const { message, fix } = found[at] ?? assert.fail();
      assert.match(`${message} ${fix ?? ''}`.trim(), said);
      assert.equal(fix !== undefined, state === 'warn' || state === 'fail', 'a fix where it is needed');
    }
  });
}
