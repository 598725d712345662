import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { Evidence } from '../../../../src/policy/evidence.ts';
import { fingerprintWith } from '../../../../src/policy/fingerprint.ts';
import type { Guard } from '../../../../src/policy/guard.ts';
import { insideJson } from '../../../../src/policy/guards/json-text.ts';
import { enforceWhole } from '../../../../src/policy/guards/whole.ts';
import { piiDetector } from '../../../../src/policy/kinds/pii-detector.ts';
import { entities } from '../../../../src/policy/pii/entities.ts';
import { piiSettings } from '../../../../src/policy/pii/pii-settings.ts';
import { codeLength, codeLetters } from '../../../../src/policy/placeholders.ts';
import { type Direction, directions } from '../../../../src/policy/policy.ts';
import { assertInvariant, cuts, cutTexts } from '../../../support/cuts.ts';
import { armoured, drawn } from '../../../support/drawn.ts';
import { piiTexts } from '../../../support/pii-texts.ts';

interface Given {
  readonly key?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly direction?: Direction;
  readonly redaction?: object;
  readonly settings?: object;
}

/** A guard of an exchange of its own. */
function open({ key = 'test', headers = {}, direction = 'answer', redaction, settings }: Given = {}): Guard {
  const chosen = piiSettings.parse({
    healthcare_mode: true,
    ...settings,
    redaction: { marker_format: 'hash', ...redaction },
  });
  const policy = piiDetector.create(chosen, { holdBackLimit: 512 });
  const exchange = new Evidence(fingerprintWith(key), () => 0, headers);
  const guard = policy.guard?.({ direction, role: 'user' }, exchange);
  assert.ok(guard);
  return guard;
}

function left(text: string, given: Given = {}): string {
  return enforceWhole(open(given), text).text;
}

const mail = 'john@example.com';

function codeIn(marker: string): string {
  return marker.slice(marker.indexOf(':'));
}

test('a value shows as its entity and twelve letters', () => {
  assert.match(left(`to ${mail}.`), new RegExp(`^to \\[EMAIL:[${codeLetters}]{12}\\]\\.$`, 'u'));
});

test('the same value has the same marker in calls and answers of all exchanges', () => {
  const [call, answer] = directions.map((direction) => left(mail, { direction }));

  assert.equal(call, answer);
  assert.equal(left(`${mail} ${mail}`), `${call} ${call}`);
  assert.notEqual(left('jon@example.com'), call);
});

test('another key makes another marker of it', () => {
  assert.notEqual(left(mail, { key: 'a' }), left(mail, { key: 'b' }));
});

test('the fingerprint in the record does not show which marker it was', () => {
  const digest = fingerprintWith('test')(mail);
  const code = Array.from({ length: codeLength }, (_, at) =>
    codeLetters.charAt(Number.parseInt(digest.slice(2 * at, 2 * at + 2), 16) % codeLetters.length),
  ).join('');

  assert.notEqual(left(mail), `[EMAIL:${code}]`);
});

test('a value that is found as something else has another code', () => {
  const text = 'SSN 123456789';
  const asPattern = left(text, { settings: { detect_patterns: ['\\d{9}'] } });

  assert.match(asPattern, /^SSN \[PATTERN:/u);
  assert.match(left(text), /^SSN \[SSN:/u);
  assert.notEqual(codeIn(asPattern), codeIn(left(text)));
});

const scoped = { redaction: { hash_scope: 'conversation' } };

test('a scope of one conversation', () => {
  const inOne = left(mail, { ...scoped, headers: { 'x-conversation-id': '1' } });
  const inOther = left(mail, { ...scoped, headers: { 'x-conversation-id': '2' } });
  const again = left(mail, { ...scoped, headers: { 'x-conversation-id': '1' } });
  const inNone = left(mail, scoped);

  assert.equal(again, inOne);
  assert.notEqual(inOther, inOne);
  assert.equal(inNone, left(mail));
});

/** What is one value, and what is another. */
const spellings: Readonly<Record<string, readonly [same: readonly string[], other: string]>> = {
  EMAIL: [[mail, 'John@Example.COM', 'john%40example.com', 'jo\u200bhn＠example．com'], 'john@example.org'],
  PHONE: [['+1 (555) 123-4567', '+15551234567', '1-555-123-4567', '+1.555.123.4567'], '+1 555 123 4568'],
  CREDIT_CARD: [['4111 1111 1111 1111', '4111-1111-1111-1111', '4111111111111111', '４１１１１１１１１１１１１１１１'], '5555555555554444'],
  SSN: [['123-45-6789', 'ssn 123 45 6789'], '123-45-6780'],
  IBAN: [['GB29 NWBK 6016 1331 9268 19', 'GB29NWBK60161331926819', 'gb29nwbk60161331926819'], 'NO93 8601 1117 947'],
  MAC_ADDRESS: [['00:1a:2b:3c:4d:5e', '00-1A-2B-3C-4D-5E', '001a.2b3c.4d5e'], '00:1a:2b:3c:4d:5f'],
  IP_ADDRESS: [['2a00:1450::FF00:42:8329', '2a00:1450::ff00:42:8329'], '93.142.18.77'],
  DATE_OF_BIRTH: [['born 12/05/1980', 'born 12.05.1980', 'DOB: 12-05-1980'], 'born 1/20/51980'],
}; // prettier-ignore

describe('one value, however it is written', () => {
  for (const [entity, [same, other]] of Object.entries(spellings)) {
    const marker = (text: string): string | undefined =>
      new RegExp(`\\[${entity}:[A-Z]{12}\\]`, 'u').exec(left(text))?.[0];

    test(entity, () => {
      const [first] = same.map(marker);

      assert.ok(first);
      for (const text of same) assert.equal(marker(text), first, text);
      assert.notEqual(marker(other), first);
    });
  }

  test('days that differ by their separators alone are two', () => {
    assert.notEqual(left('born 1/12/1980').slice(5), left('born 11/2/1980').slice(5));
  });

  test('secrets that differ by the case of a letter are two', () => {
    const token = `ghp_${drawn(36)}`;
    const other = token.slice(0, -1) + (token.endsWith('a') ? 'A' : 'a');

    assert.match(left(token), /^\[SECRET:/u);
    assert.notEqual(left(other), left(token));
  });
});

/** What is left of a value of some length, where the length is kept. */
const lengths: readonly (readonly [text: string, left: RegExp])[] = [
  ['averyveryverylongmailbox@example.com', /^\[EMAIL:[A-Z]{12}\]\*{16}$/u],
  ['4111 1111 1111 1111', /^\[[A-Z]{12}\]\*{5}$/u],
  ['123-45-6789', /^\[[A-Z]{9}\]$/u],
  ['a@b.co', /^\*{6}$/u],
];

for (const [text, expected] of lengths) {
  test(`the length of "${text}" can be kept`, () => {
    const kept = left(text, { redaction: { preserve_length: true } });

    assert.match(kept, expected);
    assert.equal(kept.length, text.length);
  });
}

test("a marker of one's own stands instead of a hash", () => {
  const redaction = { custom_markers: { email: '<mail>' } };

  assert.match(left(`${mail} 123-45-6789`, { redaction }), /^<mail> \[SSN:[A-Z]{12}\]$/u);
});

test('tokenize shows by a hash what it does not give back', () => {
  const key = armoured('PRIVATE KEY', 30);
  const given = { settings: { action: 'tokenize' }, direction: 'request' } as const;

  assert.match(left(key, given), /^\[PRIVATE_KEY:[A-Z]{12}\]$/u);
  assert.match(left(mail, given), /^\[EMAIL-[A-Z]{12}\]$/u);
  assert.equal(left(mail, { ...given, direction: 'answer' }), left(mail));
});

const code = fc.oneof(
  fc.string({
    unit: fc.constantFrom(...Array.from(codeLetters)),
    minLength: codeLength,
    maxLength: codeLength,
  }),
  // All that could be hexadecimal, Roman, or the beginning of a key.
  fc.constantFrom('BCDFBCDFBCDF', 'SKBCDFBCDFBC', 'XXXXXXXXXXXX', 'MDCLXVMDCLXV'.replaceAll('V', 'X')),
);
const named = fc
  .tuple(fc.constantFrom(...entities), code)
  .map(([entity, letters]) => `[${entity}:${letters}]`);
const bare = code.map((letters) => `[${letters}]**`);
const markers = fc.oneof(named, bare);

test('a marker is never part of a finding, whatever stands around it', () => {
  fc.assert(
    fc.property(piiTexts, markers, piiTexts, (before, marker, after) => {
      // The fields above a key go with it, whatever they hold.
      fc.pre(!before.includes('PRIVATE KEY-----'));
      const { findings } = enforceWhole(open(), `${before}${marker}${after}`);

      for (const { start, end } of findings)
        assert.ok(end <= before.length || start >= before.length + marker.length);
    }),
    { numRuns: 2000 },
  );
});

const around: readonly (readonly [before: string, after: string])[] = [
  ['password: ', ''], ['password=', '&x=1'], ['"api_key": "', '"'], ['token => "', '",'], ['Authorization: Bearer ', '\n'], ['12345678:', ''],
  ['passport ', ''], ['cvv ', ''], ['born ', ''], ['MRN: ', ''], ['phone ', ' 12'], ['nhs ', ''], ['twilio ', ''], ['https://', '@host/'], ['a@', '.com'],
  ['4111 1111 1111 1111|12/27|', ''], ['GB29 ', ''], ['0x', ''], ['00:', ':5E'], ['sk-', ''], ['AKIA', ''], ['eyJ', ''],
]; // prettier-ignore

test('a marker stays where a value was expected, also in JSON, cut anywhere', () => {
  for (const [before, after] of around) {
    for (const entity of entities) {
      const marker = `[${entity}:BCDFGHJKLMNP]`;
      const text = before + marker + after;
      const whole = enforceWhole(open(), text);
      const inJson = JSON.stringify({ password: marker, list: [{ [marker]: text }] });
      const wholeJson = enforceWhole(insideJson(open()), inJson);

      assert.ok(whole.text.includes(marker), whole.text);
      assert.equal(wholeJson.text.split(marker).length - 1, 3, wholeJson.text);
      if (entity === 'SECRET') for (const pieces of cuts(text)) assertInvariant(() => open(), pieces, whole);
    }
  }
});

test('what is shown by hashes is not found again', () => {
  fc.assert(
    fc.property(cutTexts(piiTexts), (pieces) => {
      const once = enforceWhole(open(), pieces.join(''));
      assertInvariant(() => open(), pieces, once);

      const again = enforceWhole(open(), once.text);

      assert.deepEqual(
        again.findings.filter(({ sample }) => /:[B-Z]{12}\]/u.test(sample)),
        [],
      );
    }),
    { numRuns: 1000 },
  );
});
