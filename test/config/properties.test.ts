import assert from 'node:assert/strict';
import test from 'node:test';
import * as fc from 'fast-check';
import { stringify } from 'yaml';
import { formatSetting, isMapping, type SettingPath } from '../../src/config/path.ts';
import { readYaml } from '../../src/config/yaml-document.ts';
import { document, fixture, issuesOf, loadWith } from '../support/config-load.ts';

const full = document(
  `      base_url: https://example.com/v1
      secret_key_ref: {env: KEY}
      headers: {X-Title: Ours, X-Org: {env: ORG}}
      forward_headers: [X-Tenant]
      forward_query: [version]
      timeout_seconds: 5
      stream_timeout_seconds: 5
      description: words
      weight: 1
      quantizations: [fp8]
      usage_in_stream: true
  strategy: single
  routing: {strategy: single}
  deadline_seconds: 5
`,
  'limits: {json_depth: 100, body_bytes: 4096}\nunknown_fields: judge\nuninspected: allow\ndenial_status: 409\n',
).replace(
  'audit-logger: {}',
  'audit-logger: {enforcement: shadow, applies_to: {roles: [user]}, retention_days: 7}',
);

const valid = readYaml(full).value;

function pathsOf(value: unknown, path: SettingPath = []): readonly SettingPath[] {
  const entries: readonly (readonly [string | number, unknown])[] = Array.isArray(value)
    ? [...value.entries()]
    : Object.entries(isMapping(value) ? value : {});
  const here = entries.map(([part]) => [...path, part]);
  return [...here, ...entries.flatMap(([part, inner]) => pathsOf(inner, [...path, part]))];
}

/** The value with the entry at the path put through `change`, which gives the new key and value. */
function changed(
  value: unknown,
  path: SettingPath,
  change: (key: string, old: unknown) => [string, unknown],
): unknown {
  const [part, ...rest] = path;
  if (Array.isArray(value)) {
    return value.map((item: unknown, index) => (index === part ? next(item, rest, change) : item));
  }
  if (!isMapping(value)) return value;
  const entries = Object.entries(value).map(([key, old]): [string, unknown] => {
    if (key !== part) return [key, old];
    return rest.length === 0 ? change(key, old) : [key, changed(old, rest, change)];
  });
  return Object.fromEntries(entries);
}

function next(
  item: unknown,
  rest: SettingPath,
  change: (key: string, old: unknown) => [string, unknown],
): unknown {
  return rest.length === 0 ? change('', item)[1] : changed(item, rest, change);
}

const allPaths = pathsOf(valid);
const keyPaths = allPaths.filter((path) => typeof path.at(-1) === 'string');

test('the document that is mutated is valid', () => {
  assert.deepEqual(issuesOf(full), []);
});

// Headers have any name.
const fixedPaths = keyPaths.filter((path) => path.at(-2) !== 'headers');

test('a renamed key is named by an issue', () => {
  fc.assert(
    fc.property(fc.constantFrom(...fixedPaths), fc.stringMatching(/^[a-z_]{1,12}$/), (path, suffix) => {
      const renamed = changed(valid, path, (key, old) => [`${key}${suffix}`, old]);
      const wrong = formatSetting([...path.slice(0, -1), `${String(path.at(-1))}${suffix}`]);

      const result = loadWith(stringify(renamed));

      assert.equal(result.ok, false);
      assert.ok(
        result.issues.some((issue) => issue.path === wrong),
        wrong,
      );
    }),
  );
});

test('a value of the wrong type is named by an issue', () => {
  fc.assert(
    fc.property(fc.constantFrom(...allPaths), fc.constantFrom({ odd: true }, [[1]], 1e300), (path, wrong) => {
      const result = loadWith(stringify(changed(valid, path, (key) => [key, wrong])));

      assert.equal(result.ok, false);
      assert.ok(
        result.issues.some((issue) => issue.path.startsWith(formatSetting(path))),
        formatSetting(path),
      );
    }),
    { numRuns: 200 },
  );
});

test('no text makes the loader throw, and every issue has a place in it', () => {
  const pieces = fc.constantFrom(
    ...full.split(/(?<=\n)|(?=[:{}[\],])/),
    '&a ',
    '*a',
    '<<: ',
    '---\n',
    '\t',
    '"',
    "'",
    '!x ',
    '|',
    '? ',
    '\r',
    '%',
  );
  const text = fc.oneof(
    fc.string(),
    fc.array(pieces, { maxLength: 40 }).map((parts) => parts.join('')),
  );
  fc.assert(
    fc.property(text, (content) => {
      for (const { line, column } of loadWith(content).issues) {
        assert.ok(line >= 1 && column >= 1 && line <= content.split('\n').length);
      }
    }),
    { numRuns: 500 },
  );
});

test('no bytes make the loader throw', () => {
  fc.assert(fc.property(fc.uint8Array(), (bytes) => !loadWith(bytes).ok));
});

test('no value that YAML can hold makes the loader throw', () => {
  const odd = fc.dictionary(
    fc.constantFrom(
      'pack',
      'policies',
      'policy',
      'providers',
      'targets',
      'chain',
      'limits',
      '__proto__',
      'constructor',
      'toString',
    ),
    fc.jsonValue(),
  );
  const value = fc.oneof(
    fc.jsonValue(),
    odd,
    fc.record({ pack: odd, policies: odd, policy: odd, providers: odd, limits: odd }),
    fc.record({
      providers: fc.record({ targets: fc.array(odd) }),
      policies: fc.record({ chain: fc.array(fc.jsonValue()) }),
    }),
  );
  fc.assert(
    fc.property(value, (content) => !loadWith(JSON.stringify(content)).ok),
    { numRuns: 300 },
  );
});

test('cut anywhere, a configuration loads or is refused', () => {
  const text = fixture('together-gateway');
  for (let end = 0; end <= text.length; end += 1) {
    const result = loadWith(text.slice(0, end));

    assert.ok(result.ok || result.issues.length > 0);
  }
});
