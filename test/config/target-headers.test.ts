import assert from 'node:assert/strict';
import test from 'node:test';
import { configOf, document, issuesOf } from '../support/config-load.ts';

const credentials = [
  'authorization',
  'Authorization',
  'proxy-authorization',
  'x-amz-authorization',
  'cookie',
  'Cookie2',
  'set-cookie',
  'x-api-key',
  'API-Key',
  'apikey',
  'x_api_key',
  'x-goog-api-key',
  'ocp-apim-subscription-key',
  'x-functions-key',
  'x-access-token',
  'X-Auth-Token',
  'x-amz-security-token',
  'x-csrf-token',
  'private-token',
  'x-auth',
  'x-client-secret',
  'x-password',
  'x-user-jwt',
  'x-signature',
  'x-credentials',
];

const ofTheConnection = [
  'host',
  'content-length',
  'Content-Type',
  'content-encoding',
  'transfer-encoding',
  'connection',
  'keep-alive',
  'upgrade',
  'te',
  'trailer',
  'expect',
  'accept-encoding',
  'proxy-connection',
  'http2-settings',
  'x-request-id',
  'traceparent',
  'tracestate',
];

const ofTheClient = [
  'x-forwarded-for',
  'X-Forwarded-Host',
  'forwarded',
  'via',
  'x-real-ip',
  'true-client-ip',
  'cf-connecting-ip',
  'origin',
  'sec-fetch-site',
  'range',
  'if-none-match',
  'x-keeptrusts-target',
];

const noNames = ['', 'a b', 'x:y', 'é', '*', 'x-*', 'a\\r\\nb', 'x'.repeat(129)];

for (const name of [...credentials, ...ofTheConnection, ...ofTheClient, ...noNames]) {
  test(`the header "${name.slice(0, 40)}" of a client is never passed on`, () => {
    const [issue, ...others] = issuesOf(document(`      forward_headers: [X-Tenant, "${name}"]\n`));

    assert.equal(issue?.code, 'E004');
    assert.equal(issue.path, 'providers.targets[0].forward_headers[1]');
    assert.match(issue.message, /expected a header that is no credential, cookie, address/);
    assert.deepEqual(others, []);
  });
}

for (const name of [
  'X-Tenant',
  'idempotency-key',
  'x-cache-key',
  'x-prompt-cache-isolation-key',
  'referer',
  'x-stainless-lang',
  'x-opencode-session',
  'x-country-code',
  'x-max-tokens',
  'x-author',
  'x-user-id',
  'helicone-session-name',
]) {
  test(`the header ${name} of a client may be passed on`, () => {
    const [target] = configOf(document(`      forward_headers: [${name}]\n`)).targets;

    assert.deepEqual(target?.forwardHeaders, [name.toLowerCase()]);
  });
}

for (const name of [
  'key',
  'api_key',
  'api-key',
  'apiKey',
  'access_token',
  'sig',
  'code',
  'a b',
  '',
  '*',
  'x-amz-signature',
]) {
  test(`the query parameter "${name}" of a client is never passed on`, () => {
    const issues = issuesOf(document(`      forward_query: ["${name}"]\n`));

    assert.deepEqual(
      issues.map(({ code, path }) => [code, path]),
      [['E004', 'providers.targets[0].forward_query[0]']],
    );
  });
}

for (const name of [...ofTheConnection, ...noNames]) {
  test(`a target sends no header "${name.slice(0, 40)}" of its own`, () => {
    const issues = issuesOf(document(`      headers: {X-A: b, "${name}": c}\n`));

    assert.ok(issues.length > 0);
    assert.ok(issues.every(({ code }) => code === 'E004'));
  });
}

const values: Readonly<Record<string, string>> = {
  'an empty text': '""',
  'a line break': '"a\\r\\nx-evil: 1"',
  'a control character': '"a\\x01"',
  'a byte beyond ASCII': '"Café"',
  'spaces around': '" a "',
  'a number': '5',
  'a list': '[a]',
  nothing: '~',
  'more than 4096 characters': 'x'.repeat(4097),
  'a mapping of another key': '{value: a}',
  'two places': '{env: A, file: /b}',
  'a relative file': '{file: key}',
  'a name that leads out of the directory': '{secret_key_ref: {store: ../x}}',
};

for (const [what, value] of Object.entries(values)) {
  test(`a header of a target is refused with ${what}`, () => {
    const issues = issuesOf(document(`      headers: {X-A: ${value}}\n`));

    assert.ok(
      issues.some(({ code, path }) => code === 'E004' && path.startsWith('providers.targets[0].headers.X-A')),
    );
  });
}

test('a header twice in another case is refused', () => {
  const issues = issuesOf(document('      headers: {X-Title: a, x-title: b}\n'));

  assert.match(issues[0]?.message ?? '', /each header once/);
});

test('a header that carries the key already is refused', () => {
  for (const lines of [
    'headers: {authorization: {env: A}}',
    'api_key_header: X-A\n      headers: {x-a: b}',
  ]) {
    const issues = issuesOf(document(`      ${lines}\n`));

    assert.ok(issues.some(({ code, path }) => code === 'E018' && path === 'providers.targets[0].headers'));
  }
});

test('a target without a key may carry one in a header', () => {
  const text = document('      headers: {Authorization: {env: A}}\n').replace(
    'provider: together',
    'provider: ollama',
  );

  assert.deepEqual(configOf(text).targets[0]?.headers, [
    { name: 'authorization', value: 'a-key', isSecret: true, source: 'env A' },
  ]);
});

test('a target that lacks the secret of a header is unavailable, and says which', () => {
  const given = {
    secrets: (ref: { kind: string; name?: string }) => (ref.name === 'ORG' ? undefined : 'a-key'),
    options: { acceptNoTarget: true },
  };
  const text = document('      headers: {X-Org: {env: ORG}}\n');

  assert.equal(configOf(text, given).targets[0]?.available, false);
  const [issue] = issuesOf(text, given);
  assert.equal(issue?.code, 'W101');
  assert.equal(issue.message, 'ORG is not set: target "one" is unavailable');
  assert.equal(issue.path, 'providers.targets[0].headers.X-Org');
});

test('a target that lacks the secret of a header becomes the simulator where that is asked for', () => {
  const given = {
    secrets: (ref: { kind: string; name?: string }) => (ref.name === 'ORG' ? undefined : 'a-key'),
    options: { simulateMissingKeys: true },
  };

  const [target] = configOf(document('      headers: {X-Org: {env: ORG}}\n'), given).targets;

  assert.equal(target?.simulated, true);
});

for (const secret of ['two\nlines', 'Café', ' \n', 'a\u0000b']) {
  test(`the secret ${JSON.stringify(secret)} is sent in no header`, () => {
    const given = {
      secrets: (ref: { kind: string }) => (ref.kind === 'store' ? secret : 'a-key'),
      options: { acceptNoTarget: true },
    };

    const [target] = configOf(document('      headers: {X-Org: {store: org}}\n'), given).targets;

    assert.equal(target?.available, false);
    assert.equal(target.headers[0]?.value, undefined);
  });
}

test('a key written out as a header is advised against, and no excerpt shows it', () => {
  const issues = issuesOf(
    document('      headers: {X-Api-Key: pomegranate, X-Org: pomegranate, X-B: "pome granate "}\n'),
  );

  assert.deepEqual(
    issues.map(({ code, path }) => `${code} ${path}`),
    ['E004 providers.targets[0].headers.X-B'],
  );
  assert.doesNotMatch(JSON.stringify(issues), /pome/);
  const [advice] = issuesOf(document('      headers: {X-Api-Key: pomegranate}\n'));
  assert.equal(advice?.code, 'W103');
  assert.doesNotMatch(JSON.stringify(advice), /pome/);
});

test('an excerpt still shows the name of where a header is', () => {
  const [issue] = issuesOf(document('      headers: {X-Org: {env: ORG_NAME, file: 5}}\n'));

  assert.match(issue?.excerpt ?? '', /ORG_NAME/);
});

test('the secret of a header over plain HTTP is warned of as a key is', () => {
  const text = document(
    '      base_url: http://models.example.com\n      headers: {X-Org: {env: ORG}}\n',
  ).replace('provider: together', 'provider: ollama');

  assert.deepEqual(
    issuesOf(text).map(({ code }) => code),
    ['W109'],
  );
});
