import type { IssueCode } from '../../src/config/issue.ts';
import { document, type Given } from './config-load.ts';
import { corsCases } from './cors-cases.ts';

const noSecrets: Given = { secrets: () => undefined };
const second = '    - id: two\n      provider: ollama\n      model: m\n';
const large = `${'# '.padEnd(1000, 'x')}\n`;

export interface IssueCase {
  readonly code: IssueCode;
  readonly content: string | Uint8Array;
  readonly given?: Given;
  readonly line: string;
}

/** Every issue code at least once, with the line a person reads. */
export const issueCases: readonly IssueCase[] = [
  {
    code: 'E001',
    content: document().replace('[audit-logger]', '[audit-logger, pii-detecter]'),
    line: 'policies.chain[1]: unknown policy kind "pii-detecter" (policy-config.yaml:5:25)',
  },
  {
    code: 'E001',
    content: document().replace('audit-logger: {}', 'audit-logger: {}\n  pii: {}'),
    line: 'policy.pii: unknown policy kind "pii" (policy-config.yaml:8:3)',
  },
  {
    code: 'E002',
    content: document().replace('audit-logger: {}', 'audit-logger: {retention_day: 3}'),
    line: 'policy.audit-logger.retention_day: unknown key "retention_day" (policy-config.yaml:7:18)',
  },
  {
    code: 'E003',
    content: document().replace('  audit-logger: {}\n', ''),
    line: 'policies.chain[0]: the kind "audit-logger" has no settings: its defaults apply (policy-config.yaml:5:11)',
  },
  {
    code: 'E004',
    content: document('      timeout_seconds: 0\n'),
    line: 'providers.targets[0].timeout_seconds: expected a whole number >= 1 (policy-config.yaml:13:24)',
  },
  {
    code: 'E004',
    content: document('      timeout_seconds: 100000\n'),
    line: 'providers.targets[0].timeout_seconds: expected a whole number from 1 to 86400 (policy-config.yaml:13:24)',
  },
  {
    code: 'E004',
    content: document('      secret_key_ref: TOGETHER_API_KEY\n'),
    line: 'providers.targets[0].secret_key_ref: expected a mapping: write {env: NAME}, {file: /PATH} or {store: NAME} (policy-config.yaml:13:23)',
  },
  {
    code: 'E004',
    content: document('      secret_key_ref: {env: A, file: /b}\n'),
    line: 'providers.targets[0].secret_key_ref: expected exactly one of env, file and store (policy-config.yaml:13:23)',
  },
  {
    code: 'E004',
    content: document().replace('provider: together', 'provider: together:speech:x'),
    line: 'providers.targets[0].provider: unknown endpoint kind "speech" in the shorthand provider:kind:model (policy-config.yaml:11:17)',
  },
  {
    code: 'E004',
    content: document('      base_url: ftp://example.com\n'),
    line: 'providers.targets[0].base_url: expected an http:// or https:// URL (policy-config.yaml:13:17)',
  },
  {
    code: 'E005',
    content: document().replace('  version: 1.0.0\n', ''),
    line: 'pack.version: required and missing: expected text of at most 64 characters (policy-config.yaml:1:1)',
  },
  {
    code: 'E005',
    content: document().replace('      model: some/model\n', ''),
    line: 'providers.targets[0].model: required and missing: expected text of 1 to 512 characters (policy-config.yaml:10:7)',
  },
  {
    code: 'E006',
    content: document('', 'limits: [1\n'),
    line: 'limits[0]: not well-formed YAML: flow sequence in block collection must be sufficiently indented and end with a ] (policy-config.yaml:13:11)',
  },
  {
    code: 'E006',
    content: document('', 'limits:\n\tjson_depth: 9\n'),
    line: 'limits: a tab cannot indent YAML (policy-config.yaml:14:1)',
  },
  {
    code: 'E007',
    content: document('      model: other\n'),
    line: 'providers.targets[0].model: the key "model" is given twice (policy-config.yaml:13:7)',
  },
  {
    code: 'E008',
    content: document(second.replace('two', 'one')),
    line: 'providers.targets[1].id: duplicate target id "one" (policy-config.yaml:13:11)',
  },
  {
    code: 'E009',
    content: document().replace('[audit-logger]', '[audit-logger, audit-logger]'),
    line: 'policies.chain[1]: the kind "audit-logger" is listed twice (policy-config.yaml:5:25)',
  },
  {
    code: 'E010',
    content: document().replace('[audit-logger]', '[audit-logger, rbac]'),
    line: 'policies.chain[1]: the policy kind "rbac" is not supported yet (policy-config.yaml:5:25)',
  },
  {
    code: 'W108',
    content: document().replace('audit-logger: {}', 'audit-logger: {streaming_mode: buffered}'),
    line: 'policy.audit-logger.streaming_mode: no effect: this policy does not look at answers (policy-config.yaml:7:34)',
  },
  {
    code: 'E018',
    content: document()
      .replace('[audit-logger]', '[whole-answer]')
      .replace('audit-logger: {}', 'whole-answer: {streaming_mode: realtime}'),
    line: 'policy.whole-answer.streaming_mode: "realtime" is not possible: with these settings the kind "whole-answer" judges streamed answers as a whole (policy-config.yaml:7:34)',
  },
  {
    code: 'E018',
    content: document()
      .replace('[audit-logger]', '[as-it-comes]')
      .replace('audit-logger: {}', 'as-it-comes: {streaming_mode: buffered}'),
    line: 'policy.as-it-comes.streaming_mode: "buffered" is not possible: with these settings the kind "as-it-comes" judges streamed answers as they arrive (policy-config.yaml:7:33)',
  },
  {
    code: 'E010',
    content: document().replace('provider: together', 'provider: anthropic'),
    line: 'providers.targets[0].provider: the provider "anthropic" is not supported yet (policy-config.yaml:11:17)',
  },
  {
    code: 'E011',
    content: "version: '1'\npolicies:\n  - name: pii\n    type: input\n",
    line: 'version: this is the older "version" shape; write pack: {name, version}, policies: {chain: […]}, policy: {<kind>: …} and providers: {targets: […]} (policy-config.yaml:1:1)',
  },
  {
    code: 'E011',
    content: 'gateway:\n  listen_port: 8080\npolicies: []\n',
    line: 'gateway: this is the older "gateway" shape; write pack: {name, version}, policies: {chain: […]}, policy: {<kind>: …} and providers: {targets: […]} (policy-config.yaml:1:1)',
  },
  {
    code: 'E011',
    content: 'policy:\n  name: prompt-injection\n  version: 1.0.0\n  enabled: true\n',
    line: 'policy: a document of one policy is not supported yet; write pack: {name, version}, policies: {chain: […]}, policy: {<kind>: …} and providers: {targets: […]} (policy-config.yaml:1:1)',
  },
  {
    code: 'E012',
    content: large.repeat(1049),
    line: 'the file has 1050049 bytes; at most 1048576 are read (policy-config.yaml:1:1)',
  },
  {
    code: 'E012',
    content: `limits: ${'['.repeat(80)}${']'.repeat(80)}\n`,
    line: `limits${'[0]'.repeat(63)}: nested deeper than 64 levels (policy-config.yaml:1:72)`,
  },
  { code: 'E012', content: '['.repeat(50_000), line: 'nested too deeply to be read' },
  {
    code: 'E012',
    content: bomb(),
    line: 'more than 250000 values, every alias written out (policy-config.yaml:1:1)',
  },
  { code: 'E013', content: '', line: 'the file holds no settings (policy-config.yaml:1:1)' },
  { code: 'E013', content: '# later\n---\n', line: 'the file holds no settings (policy-config.yaml:1:1)' },
  {
    code: 'E014',
    content: new Uint8Array([0x61, 0x3a, 0x0a, 0x20, 0xff, 0x0a]),
    line: 'not UTF-8 text (policy-config.yaml:2:2)',
  },
  {
    code: 'E015',
    content: document('', '---\npack: {}\n'),
    line: 'a second YAML document begins here; a file holds one (policy-config.yaml:14:1)',
  },
  {
    code: 'E016',
    content: document().replace('name: demo', 'name: !env DEMO'),
    line: 'pack.name: a tag that is not accepted (policy-config.yaml:2:14)',
  },
  {
    code: 'E016',
    content: `%YAML 1.1\n---\n${document()}`,
    line: 'only YAML 1.2 is read (policy-config.yaml:1:1)',
  },
  {
    code: 'E017',
    content: document().replace('name: demo', 'name: *name'),
    line: 'pack.name: no anchor of this name before this place (policy-config.yaml:2:9)',
  },
  {
    code: 'E017',
    content: document('      <<: {timeout_seconds: 5}\n'),
    line: 'providers.targets[0]["<<"]: merge keys are not supported (policy-config.yaml:13:7)',
  },
  {
    code: 'E018',
    content: document('  strategy: single\n  routing: {strategy: ordered}\n'),
    line: 'providers.routing.strategy: contradicts providers.strategy, which is "single" (policy-config.yaml:14:23)',
  },
  {
    code: 'E018',
    content: document().replace('provider: together', 'provider: together:chat:another'),
    line: 'providers.targets[0].model: contradicts the model in provider (policy-config.yaml:12:14)',
  },
  {
    code: 'E019',
    content: document(),
    given: noSecrets,
    line: 'providers.targets: no target is usable: each of them lacks its secret (policy-config.yaml:9:3)',
  },
  {
    code: 'E020',
    content: document().replace('provider: together', 'provider: togehter'),
    line: 'providers.targets[0].provider: unknown provider "togehter" (policy-config.yaml:11:17)',
  },
  {
    code: 'E099',
    content: document('', Array.from({ length: 250 }, (_, index) => `key${index}: 1\n`).join('')),
    line: 'only the first 200 issues are listed (policy-config.yaml:1:1)',
  },
  {
    code: 'W101',
    content: document(second),
    given: noSecrets,
    line: 'providers.targets[0]: TOGETHER_API_KEY is not set: target "one" is unavailable (policy-config.yaml:10:7)',
  },
  {
    code: 'W101',
    content: document(`      secret_key_ref: {file: /run/key}\n${second}`),
    given: { secrets: () => 'two\nlines' },
    line: 'providers.targets[0].secret_key_ref: file /run/key holds a character that cannot be sent in a header: target "one" is unavailable (policy-config.yaml:13:23)',
  },
  {
    code: 'W102',
    content: document(),
    given: { ...noSecrets, options: { simulateMissingKeys: true } },
    line: 'providers.targets[0]: TOGETHER_API_KEY is not set: target "one" is answered by the built-in simulator (policy-config.yaml:10:7)',
  },
  {
    code: 'W103',
    content: document('      api_key: secret-value\n'),
    line: 'providers.targets[0].api_key: the key is written into the file: everyone who can read the file can read it (policy-config.yaml:13:16)',
  },
  {
    code: 'W104',
    content: `\u{FEFF}${document()}`,
    line: 'begins with a byte order mark (policy-config.yaml:1:1)',
  },
  {
    code: 'W105',
    content: document() + large.repeat(930),
    line: `the file has ${document().length + 930 * 1001} bytes; a ConfigMap and the loader end at 1048576 (policy-config.yaml:1:1)`,
  },
  {
    code: 'W106',
    content: document().replace('1.0.0', '"1.0"'),
    line: 'pack.version: expected three numbers, such as 1.0.0; taken as it is (policy-config.yaml:3:12)',
  },
  {
    code: 'W107',
    content: document().replace('audit-logger: {}', 'audit-logger: {}\n  rbac: {anything: 1}'),
    line: 'policy.rbac: no effect: the kind "rbac", which is not supported yet, is not in policies.chain (policy-config.yaml:8:3)',
  },
  {
    code: 'W108',
    content: document('      weight: 2.5\n'),
    line: 'providers.targets[0].weight: no effect: only a weighted strategy uses weights, and there is none yet (policy-config.yaml:13:15)',
  },
  {
    code: 'W108',
    content: document(`${second}  strategy: single\n`),
    line: 'providers.targets[1]: with the strategy "single" only the first target is ever asked (policy-config.yaml:13:7)',
  },
  {
    code: 'W108',
    content: document().replace('audit-logger: {}', 'audit-logger: {immutable: false}'),
    line: 'policy.audit-logger: records can be altered (policy-config.yaml:7:3)',
  },
  {
    code: 'W109',
    content: document('      base_url: http://models.internal/v1\n'),
    line: 'providers.targets[0].base_url: the key of target "one" travels unencrypted to models.internal (policy-config.yaml:13:17)',
  },
  {
    code: 'W110',
    content: document().replace('[audit-logger]', '[]'),
    line: 'policies.chain: the chain is empty: nothing is judged (policy-config.yaml:5:10)',
  },
  ...corsCases,
];

function bomb(): string {
  const levels = ['a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]'];
  for (const [name, before] of ['ba', 'cb', 'dc', 'ed', 'fe', 'gf']) {
    levels.push(`${name}: &${name} [${Array.from({ length: 10 }, () => `*${before}`).join(', ')}]`);
  }
  return `${levels.join('\n')}\n`;
}
