import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import type { Guard } from '../../../src/policy/guard.ts';
import { insideProse } from '../../../src/policy/guards/prose.ts';
import { restoring } from '../../../src/policy/guards/restore.ts';
import { enforceWhole } from '../../../src/policy/guards/whole.ts';
import { piiDetector } from '../../../src/policy/kinds/pii-detector.ts';
import { piiSettings } from '../../../src/policy/pii/pii-settings.ts';
import { entities } from '../../../src/policy/pii/entities.ts';
import { directions, roles } from '../../../src/policy/policy.ts';
import { evidence } from '../../support/chains.ts';
import { assertInvariant, cuts, cutTexts } from '../../support/cuts.ts';
import { armoured, drawn } from '../../support/drawn.ts';
import { piiTexts } from '../../support/pii-texts.ts';

const field = { direction: 'answer', role: 'assistant' } as const;

function guardOf(settings: object): () => Guard {
  const policy = piiDetector.create(piiSettings.parse(settings), { holdBackLimit: 512 });
  return () => {
    const guard = policy.guard?.(field, evidence());
    assert.ok(guard);
    return guard;
  };
}

function left(settings: object, text: string): string {
  return enforceWhole(guardOf(settings)(), text).text;
}

const token = `ghp_${drawn(36)}`;
const secrets = `${token} https://app:S3cret@db.example.com ${armoured('PRIVATE KEY', 30)}`;
const everything = 'john@example.com +1 555 123 4567 123-45-6789 4111 1111 1111 1111, 93.142.18.77';
/** What `everything` does not hold. */
const others =
  '00:1a:2b:3c:4d:5e, GB29 NWBK 6016 1331 9268 19, 1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2, BSN 111222333, born 12/05/1980, passport AB1234567, cvv 123';

interface Refusal {
  readonly fact: string;
  readonly settings: object;
  readonly path: string;
  readonly message: RegExp;
}

const refusals: readonly Refusal[] = [
  { fact: 'an unknown action', settings: { action: 'encrypt' }, path: 'action', message: /redact/u },
  { fact: 'a header name that is none', settings: { tokenize: { conversation_header: 'X Y' } }, path: 'tokenize.conversation_header', message: /header name/u },
  { fact: 'an unknown entity', settings: { entities: ['EMAIL', 'PERSON'] }, path: 'entities.1', message: /expected one of \[EMAIL, PHONE, SSN, CREDIT_CARD, IP_ADDRESS, SECRET, PRIVATE_KEY, URL_CREDENTIALS, MAC_ADDRESS, IBAN, CRYPTO_ADDRESS, NATIONAL_ID, PASSPORT, DATE_OF_BIRTH, CVV, MEDICAL_RECORD, NPI\]/u },
  { fact: 'an unknown region', settings: { phone_regions: ['US', 'XX'] }, path: 'phone_regions.1', message: /unknown region/u },
  { fact: 'a region that is none', settings: { phone_regions: ['U.'] }, path: 'phone_regions.0', message: /two letters/u },
  { fact: 'cards asked for and turned off', settings: { entities: ['card'], pci_mode: false }, path: 'pci_mode', message: /CREDIT_CARD/u },
  { fact: 'security codes asked for and cards turned off', settings: { entities: ['cvv'], pci_mode: false }, path: 'pci_mode', message: /CVV/u },
  { fact: 'the name of an entity as a pattern', settings: { detect_patterns: ['SSN'] }, path: 'detect_patterns.0', message: /name it in `entities`/u },
  { fact: 'a marker of nothing', settings: { redaction: { custom_markers: { BADGE: 'x' } } }, path: 'redaction.custom_markers.BADGE', message: /unknown entity/u },
  { fact: 'an unknown marker format', settings: { redaction: { marker_format: 'md5' } }, path: 'redaction.marker_format', message: /"label"\|"asterisks"\|"partial"\|"hash"/u },
  { fact: 'a marker for an unknown entity', settings: { redaction: { custom_markers: { PERSON: 'x' } } }, path: 'redaction.custom_markers.PERSON', message: /./u },
  { fact: 'a marker that holds personal data', settings: { redaction: { custom_markers: { EMAIL: 'a@b.com' } } }, path: 'redaction.custom_markers', message: /personal data/u },
  { fact: 'an unknown key', settings: { entity: [] }, path: '', message: /entity/u },
]; // prettier-ignore

test('numbers of the regions asked for are found without words around them', () => {
  const text = 'Ann 9472 7916, Bo 50-98-28-96';

  assert.equal(left({}, text), text);
  assert.equal(left({ phone_regions: ['sg'] }, text), 'Ann [PHONE], Bo 50-98-28-96');
  assert.equal(left({ phone_regions: ['SG', 'DK'], entities: ['PHONE'] }, text), 'Ann [PHONE], Bo [PHONE]');
  assert.equal(left({ phone_regions: ['SG'], entities: ['EMAIL'] }, text), text);
});

describe('settings that are refused', () => {
  for (const { fact, settings, path, message } of refusals) {
    test(fact, () => {
      const result = piiSettings.safeParse(settings);

      assert.deepEqual(
        result.error?.issues.map((issue) => issue.path.join('.')),
        [path],
      );
      assert.match(result.error?.issues[0]?.message ?? '', message);
    });
  }
});

interface Setting {
  readonly fact: string;
  readonly settings: object;
  readonly text: string;
  readonly left: string;
}

const effects: readonly Setting[] = [
  { fact: 'all entities are looked for by default', settings: {}, text: everything, left: '[EMAIL] [PHONE] [SSN] [CREDIT_CARD], [IP_ADDRESS]' },
  { fact: 'without pci_mode cards stay', settings: { pci_mode: false }, text: everything, left: '[EMAIL] [PHONE] [SSN] 4111 1111 1111 1111, [IP_ADDRESS]' },
  { fact: 'without pci_mode security codes stay', settings: { pci_mode: false }, text: 'cvv 123', left: 'cvv 123' },
  { fact: 'patients and providers are not looked for by default', settings: {}, text: 'MRN 00123456, NPI 1234567893', left: 'MRN 00123456, NPI 1234567893' },
  { fact: 'healthcare_mode looks for patients and providers', settings: { healthcare_mode: true }, text: 'MRN 00123456, NPI 1234567893, a@b.co', left: 'MRN [MEDICAL_RECORD], NPI [NPI], [EMAIL]' },
  { fact: 'healthcare_mode adds to the entities named', settings: { healthcare_mode: true, entities: ['SSN'] }, text: 'MRN 00123456, a@b.co', left: 'MRN [MEDICAL_RECORD], a@b.co' },
  { fact: 'a health entity that is named needs no mode', settings: { entities: ['mrn'] }, text: 'MRN 00123456, NPI 1234567893', left: 'MRN [MEDICAL_RECORD], NPI 1234567893' },
  { fact: 'only the entities named are looked for', settings: { entities: ['e-mail', 'US_SSN'] }, text: everything, left: '[EMAIL] +1 555 123 4567 [SSN] 4111 1111 1111 1111, 93.142.18.77' },
  { fact: 'asterisks tell nothing', settings: { redaction: { marker_format: 'asterisks' } }, text: 'john@example.com!', left: '********!' },
  { fact: 'partial keeps a rest to recognise', settings: { redaction: { marker_format: 'partial' } }, text: everything, left: 'j***@example.com +* *** *** 4567 ***-**-6789 **** **** **** 1111, *.*.*.*' },
  { fact: 'partial keeps little of the others', settings: { redaction: { marker_format: 'partial' } }, text: others, left: '*:*:*:*:*:*, **** **** **** **** **68 19, ******************************NVN2, BSN *****2333, born **/**/****, passport *****4567, cvv ***' },
  { fact: 'a marker can keep the length of the value', settings: { redaction: { preserve_length: true } }, text: 'a@b.co, john@example.com', left: '******, [EMAIL]*********' },
  { fact: 'a marker of one\'s own replaces the format', settings: { redaction: { custom_markers: { email: '<mail>' } } }, text: 'john@example.com 123-45-6789', left: '<mail> [SSN]' },
  { fact: 'partial keeps nothing of secrets', settings: { redaction: { marker_format: 'partial' } }, text: `${secrets} and`, left: '******** https://********@db.example.com ******** and' },
  { fact: 'secrets are looked for by default', settings: {}, text: secrets, left: '[SECRET] https://[URL_CREDENTIALS]@db.example.com [PRIVATE_KEY]' },
  { fact: 'secrets alone', settings: { entities: ['secrets', 'private keys'] }, text: secrets, left: '[SECRET] https://app:S3cret@db.example.com [PRIVATE_KEY]' },
  { fact: 'without credentials of URLs an address is one', settings: { entities: ['email'] }, text: 'https://app:S3cret@db.example.com', left: 'https://app:[EMAIL]' },
  { fact: 'an allowed secret stays', settings: { allow_list: [token] }, text: `${token} ghp_${drawn(36, 'word', 9)}`, left: `${token} [SECRET]` },
  { fact: 'an allowed value stays, in any case', settings: { allow_list: ['Help@Example.com', '93.142.18.77'] }, text: 'help@example.COM john@example.com 93.142.18.77', left: 'help@example.COM [EMAIL] 93.142.18.77' },
  { fact: 'an allowed domain stays, its subdomains do not', settings: { allow_list: ['@example.com'] }, text: 'john@example.com john@eu.example.com', left: 'john@example.com [EMAIL]' },
]; // prettier-ignore

describe('settings that have an effect', () => {
  for (const effect of effects) {
    test(effect.fact, () => {
      assert.equal(left(effect.settings, effect.text), effect.left);
    });
  }
});

test('block denies without repeating the value', () => {
  const { denied, text, findings } = enforceWhole(
    guardOf({ action: 'block' })(),
    'mail john@example.com now',
  );

  assert.equal(denied, 'personal data (EMAIL) is not allowed here');
  assert.equal(text, 'mail ');
  assert.deepEqual(findings, [{ rule: 'email', start: 5, end: 21, sample: 'john@example.com' }]);
});

test('tokenize gives a key of one line back, and redacts one with lines or longer than what is held', () => {
  const policy = piiDetector.create(piiSettings.parse({ action: 'tokenize' }), { holdBackLimit: 512 });
  const occasion = evidence();
  const leaves = (text: string): string => {
    const guard = policy.guard?.({ direction: 'request', role: 'user' }, occasion);
    assert.ok(guard);
    return enforceWhole(guard, text).text;
  };

  const taken = leaves(`a ${token} z`);

  assert.match(taken, /^a \[SECRET-[A-Z]{12}\] z$/);
  assert.equal(occasion.placeholders.valueOf(taken.slice(3, -3)), token);
  assert.equal(leaves(`a ${armoured('EC PRIVATE KEY', 2)} z`), 'a [PRIVATE_KEY] z');
  assert.equal(leaves(`a ${armoured('PRIVATE KEY', 30)} z`), 'a [PRIVATE_KEY] z');
});

test('every role is guarded in both directions', () => {
  const policy = piiDetector.create(piiSettings.parse({}), { holdBackLimit: 512 });

  for (const direction of directions) {
    for (const role of roles) assert.ok(policy.guard?.({ direction, role }, evidence()));
  }
});

test('a setting without effect is noticed at load', () => {
  assert.deepEqual(piiDetector.notices?.(piiSettings.parse({})), []);
  assert.equal(
    piiDetector.notices?.(piiSettings.parse({ redaction: { include_metadata: false } })).length,
    1,
  );
});

for (const settings of [
  {},
  { action: 'block' },
  { allow_list: ['@example.com', '192.168.1.20'] },
  { redaction: { marker_format: 'partial', preserve_length: true } },
  { redaction: { marker_format: 'hash' } },
  { redaction: { marker_format: 'hash', preserve_length: true } },
]) {
  test(`a cut text is enforced like a whole one with ${JSON.stringify(settings)}`, () => {
    const open = guardOf(settings);

    fc.assert(
      fc.property(cutTexts(piiTexts), (pieces) => {
        assertInvariant(open, pieces, enforceWhole(open(), pieces.join('')));
      }),
      { numRuns: 1000 },
    );
  });
}

for (const format of ['label', 'asterisks', 'partial', 'hash']) {
  test(`what was redacted once is not redacted again (${format})`, () => {
    const settings = { redaction: { marker_format: format } };
    const once = left(settings, `${everything}; ${others}`);

    assert.equal(left(settings, once), once);
  });
}

test('a label is never part of a finding, whatever stands around it', () => {
  const labels = fc.constantFrom(...entities.map((entity) => `[${entity}]`));

  fc.assert(
    fc.property(piiTexts, labels, piiTexts, (before, label, after) => {
      // The fields above a key go with it, whatever they hold.
      fc.pre(!before.includes('PRIVATE KEY-----'));
      const text = `${before}${label}${after}`;
      const { findings } = enforceWhole(guardOf({})(), text);

      assert.ok(
        findings.every(({ start, end }) => end <= before.length || start >= before.length + label.length),
      );
    }),
    { numRuns: 1000 },
  );
});

/** As it is judged where nobody said that it is JSON. */
const numbersInJson: readonly (readonly [text: string, left: string])[] = [
  ['{"card": 4111111111111111}', '{"card": "[CREDIT_CARD]"}'],
  ['Here: {"card":4111111111111111,"b":1}', 'Here: {"card":"[CREDIT_CARD]","b":1}'],
  ['[{"card":4111111111111111}]', '[{"card":"[CREDIT_CARD]"}]'],
  ['[4111111111111111, 5555555555554444]', '["[CREDIT_CARD]", "[CREDIT_CARD]"]'],
  ['{"a": "{\\"card\\": 4111111111111111}"}', '{"a": "{\\"card\\": \\"[CREDIT_CARD]\\"}"}'],
  ['{"id": 4111111111111111}', '{"id": 4111111111111111}'],
  ['{"card": "4111111111111111"}', '{"card": "[CREDIT_CARD]"}'],
  ['card: 4111111111111111, or so', 'card: [CREDIT_CARD], or so'],
  ['{"note": "card: 4111111111111111"}', '{"note": "card: [CREDIT_CARD]"}'],
]; // prettier-ignore

const inProse = () => insideProse(guardOf({})());

for (const [text, expected] of numbersInJson) {
  test(`a number in JSON leaves JSON behind, in prose as well: ${text}`, () => {
    const whole = enforceWhole(inProse(), text);

    assert.equal(whole.text, expected);
    for (const pieces of cuts(text)) assertInvariant(inProse, pieces, whole);
  });
}

const badges = { detect_patterns: ['EMP-\\d{6}', { name: 'badge', pattern: '\\bB\\d+', max_length: 8 }] };

const userPatterns: readonly (readonly [settings: object, text: string, left: string])[] = [
  [badges, 'EMP-123456 wears B1234, not b1', '[PATTERN] wears [BADGE], not b1'],
  [badges, 'B123456789', '[BADGE]89'],
  [{ ...badges, redaction: { custom_markers: { Badge: '<b>' } } }, 'B1234', '<b>'],
  [{ ...badges, redaction: { marker_format: 'asterisks' } }, 'B1234', '********'],
  [{ ...badges, redaction: { preserve_length: true } }, 'B1234', '*****'],
  [{ ...badges, allow_list: ['b1234'] }, 'B1234 B1235', 'B1234 [BADGE]'],
  // What begins first is believed, the pattern where both begin at one place.
  [{ detect_patterns: ['\\d{3}-\\d{2}'] }, '123-45-6789', '[PATTERN]-6789'],
  [{ detect_patterns: ['-\\d{2}-'] }, '123-45-6789', '[SSN]'],
];

for (const [settings, text, expected] of userPatterns) {
  test(`patterns of one's own: ${JSON.stringify(settings)} in "${text}"`, () => {
    const open = guardOf(settings);
    const whole = enforceWhole(open(), text);

    assert.equal(whole.text, expected);
    for (const pieces of cuts(text)) assertInvariant(open, pieces, whole);
  });
}

test("a pattern of one's own blocks where that is the action, and its name is in the record", () => {
  const { denied, findings } = enforceWhole(guardOf({ ...badges, action: 'block' })(), 'my B1234');

  assert.equal(denied, 'personal data (BADGE) is not allowed here');
  assert.deepEqual(findings, [{ rule: 'badge', start: 3, end: 8, sample: 'B1234' }]);
});

test('what a pattern took out of a call is put back into its answer', () => {
  const policy = piiDetector.create(
    piiSettings.parse({ action: 'tokenize', detect_patterns: [{ name: 'case_file', pattern: 'F-\\d{4}' }] }),
    { holdBackLimit: 512 },
  );
  const exchange = evidence();
  const guard = policy.guard?.({ direction: 'request', role: 'user' }, exchange);
  assert.ok(guard);
  const { text } = enforceWhole(guard, 'see F-1234');

  assert.match(text, /^see \[CASE_FILE-[A-Z]{12}\]$/u);
  assert.equal(enforceWhole(restoring(exchange.placeholders), text).text, 'see F-1234');
});

test('a command is seen from behind a match within the name, however long ago the text began', () => {
  const inside = guardOf({ detect_patterns: ['EMP-\\d{16}'] });
  const text = `${'word '.repeat(92)}rsync -az --delete /srv/data/b/ EMP-1234567890123456.box@nas.example.com`;
  const whole = enforceWhole(inside(), text);

  assert.match(whole.text, /\[PATTERN\]\.box@nas\.example\.com$/u);
  assertInvariant(inside, text.split(''), whole);
});
