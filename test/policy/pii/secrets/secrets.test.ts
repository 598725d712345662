import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { compileScan } from '../../../../src/policy/guards/scan-guard.ts';
import { enforceWhole } from '../../../../src/policy/guards/whole.ts';
import { detectors } from '../../../../src/policy/pii/entities.ts';
import { nameOfKind, webhookName, webTokenName } from '../../../../src/policy/pii/secrets/secret.ts';
import { tokenForms } from '../../../../src/policy/pii/secrets/token-prefixes.ts';
import { assertInvariant, cuts } from '../../../support/cuts.ts';
import { alphabets, drawn, webToken } from '../../../support/drawn.ts';

/** All detectors; a value shows as its entity in angle brackets. */
const open = compileScan({
  detectors,
  holdBackLimit: 512,
  judge: (entity) => ({ kind: 'rewrite', replacement: `<${entity}>` }),
});

type Alphabet = keyof typeof alphabets;

/** What a key is made of: a prefix, and so many characters drawn from an alphabet. */
type Key = readonly [prefix: string, size: number, alphabet?: Alphabet];

const keys: readonly Key[] = [
  ['EAAM', 150], ['sgp_', 40, 'hex'], ['s-s4t2ud-', 64, 'hex'], ['ABSKQmVkcm9ja0FQSUtleS', 110],
  ['AKIA', 16, 'capitals'], ['ASIA', 16, 'capitals'], ['AIza', 35, 'url'], ['GOCSPX-', 28, 'url'], ['ya29.', 60, 'url'], ['LTAI', 20],
  ['dop_v1_', 64, 'hex'], ['sk-', 48], ['sk-', 32, 'hex'], ['sk-proj-', 156, 'url'], ['sk-svcacct-', 150, 'url'], ['sk-ant-api03-', 95, 'url'],
  ['sk-or-v1-', 64, 'hex'], ['gsk_', 52], ['hf_', 34], ['r8_', 37], ['xai-', 80], ['pplx-', 48], ['tgp_v1_', 43, 'url'], ['csk-', 48],
  ['fw_', 24], ['nvapi-', 64, 'url'], ['tvly-', 32], ['pcsk_', 70], ['lsv2_pt_', 43], ['jina_', 60], ['sk_', 48, 'hex'],
  ['ghp_', 36], ['gho_', 36], ['ghu_', 36], ['ghs_', 36], ['ghr_', 36], ['github_pat_', 82], ['glpat-', 20], ['glrt-', 20],
  ['xoxb-', 50], ['xoxp-', 70], ['xapp-', 90], ['sk_live_', 24], ['rk_live_', 24], ['sk_test_', 24], ['whsec_', 32], ['SG.', 66, 'url'],
  ['key-', 32, 'hex'], ['npm_', 36], ['pypi-', 150, 'url'], ['rubygems_', 48, 'hex'], ['dckr_pat_', 27, 'url'], ['shpat_', 32, 'hex'],
  ['hvs.', 90, 'url'], ['AGE-SECRET-KEY-1', 58, 'capitals'], ['dapi', 32, 'hex'], ['lin_api_', 40], ['ntn_', 46], ['figd_', 40, 'url'],
  ['sntrys_', 60], ['glsa_', 41], ['NRAK-', 27, 'capitals'], ['dp.pt.', 43], ['sbp_', 40, 'hex'], ['ATATT3x', 180, 'url'],
]; // prettier-ignore

describe('a key is found by its prefix', () => {
  for (const [prefix, size, alphabet] of keys) {
    const key = prefix + drawn(size, alphabet);
    test(`${prefix} and ${size} more`, () => {
      for (const [before, after] of [['', ''], ['use ', ' now'], ['"', '",'], ['key is ', '.'], ['a\\n', '\\n']]) {
        const text = `${before}${key}${after}`;
        const whole = enforceWhole(open(), text);

        assert.equal(whole.text, `${before}<SECRET>${after}`);
        for (const pieces of cuts(text)) assertInvariant(open, pieces, whole);
      }
    }); // prettier-ignore

    test(`${prefix} and ${size} more: not when shortened, inside a word, or filled up`, () => {
      const texts = [
        prefix + drawn(Math.min(14, size - 2), alphabet),
        `X${key}`,
        prefix + (alphabet === 'hex' ? '0' : 'X').repeat(size),
      ];
      for (const text of texts) {
        const whole = enforceWhole(compileOnlySecrets(), text);

        assert.equal(whole.text, text);
        for (const pieces of cuts(text)) assertInvariant(compileOnlySecrets, pieces, whole);
      }
    });
  }
});

const secretsOnly = compileScan({
  detectors: detectors.filter(({ entity }) => entity === 'SECRET'),
  holdBackLimit: 512,
  judge: (entity) => ({ kind: 'rewrite', replacement: `<${entity}>` }),
});

function compileOnlySecrets() {
  return secretsOnly();
}

const key = drawn(40, 'base64');
const hex = drawn(32, 'hex');
const word = drawn(24);
const bot = `AA${drawn(33, 'url')}`;

/** A text, and what is left of it. */
type Case = readonly [text: string, left: string];

const tables: Readonly<Record<string, readonly Case[]>> = {
  'what a telling name is given': [
    [`aws_secret_access_key = ${key}`, 'aws_secret_access_key = <SECRET>'],
    [`"secretAccessKey": "${key}"`, '"secretAccessKey": "<SECRET>"'],
    [`export OPENAI_API_KEY=${word}`, 'export OPENAI_API_KEY=<SECRET>'],
    [`api_key: '${hex}',`, "api_key: '<SECRET>',"],
    [`{\\"client_secret\\": \\"${word}\\"}`, '{\\"client_secret\\": \\"<SECRET>\\"}'],
    [`const token = \`${word}\`;`, 'const token = `<SECRET>`;'],
    [`token => "${word}"`, 'token => "<SECRET>"'],
    [`os.environ["API_KEY"] = "${word}"`, 'os.environ["API_KEY"] = "<SECRET>"'],
    [`Authorization: Bearer ${word}`, 'Authorization: Bearer <SECRET>'],
    [`-H "Authorization: Bearer ${word}" -d`, '-H "Authorization: Bearer <SECRET>" -d'],
    [`"Authorization": "Basic ${drawn(24, 'word', 3)}=="`, '"Authorization": "Basic <SECRET>"'],
    [`x-api-key: ${word}\n`, 'x-api-key: <SECRET>\n'],
    ['password=MyHouseIs12', 'password=<SECRET>'],
    ['password=S3cr3tP@ssw0rd!', 'password=<SECRET>'],
    ['password: "Tr0ub4dor&3"', 'password: "<SECRET>"'],
    ['DB_PASSWORD=k9$Lm2#vQx next', 'DB_PASSWORD=<SECRET> next'],
    ['Server=db;Uid=me;Pwd=aB3!xyzQ9;', 'Server=db;Uid=me;Pwd=<SECRET>;'],
    [`AccountName=a;AccountKey=${drawn(86, 'base64')}==;EndpointSuffix=x`, 'AccountName=a;AccountKey=<SECRET>;EndpointSuffix=x'],
    [`SharedAccessKey=${drawn(43, 'base64')}=`, 'SharedAccessKey=<SECRET>'],
    [`?sv=2024&sig=${drawn(43)}%3D&se=x`, '?sv=2024&sig=<SECRET>&se=x'],
    [`?access_token=${word}&x=1`, '?access_token=<SECRET>&x=1'],
    [`bot 123456789:${bot} runs`, 'bot 123456789:<SECRET> runs'],
    [`ｐａｓｓｗｏｒｄ＝${word}`, 'ｐａｓｓｗｏｒｄ＝<SECRET>'],
    [`pass\u200bword\u200b=${word}`, 'pass\u200bword\u200b=<SECRET>'],
    [`api_key=${word.slice(0, 9)}\u200b${word.slice(9)}`, 'api_key=<SECRET>'],
    ...[
      'password=hunter', 'password: string;', 'password = req.body.password', 'password: "Password must have 8 characters"', 'password=<your-password>',
      'token: Syntax.FirstOfManyTokens', 'secret?: V2SecretStoreSource;', '__resolvedApiKey: hasApiKeyProvider,', 'password=${DB_PASSWORD}', 'password: {{ .Values.password }}', 'password=changeme', 'api_key="xxxxxxxxxxxxxxxxxxxxxxxx"', 'api_key: process.env.API_KEY_2',
      'api_key = os.environ["OPENAI_API_KEY"]', 'token = getToken(request, 16)', 'secret = "my_secret_key_value_123"', 'api_key="your-api-key-goes-here-1"',
      'Authorization: Bearer $TOKEN', 'Authorization: Bearer <token>', 'Authorization: Bearer YOUR_API_KEY', 'max_tokens: 4096', `next_page_token: "${word}"`,
      `nextPageToken = "${word}"`, `sha256 = "${hex}"`, `commit: ${hex}`, `integrity: sha512-${key}`, 'token: 1234567890123456', 'sig=12345', 'tokenizer: cl100k_base_2024',
      '10:30:45 and 12345678:abc', 'const secret = await loadSecret("a1b2")', 'The password: it is a secret', 'token_type: bearer', 'keys = {"a": 1}',
    ].map((text): Case => [text, text]),
  ],
  'a JSON Web Token': [
    [webToken(), '<SECRET>'],
    [`Bearer ${webToken()}.`, 'Bearer <SECRET>.'],
    [`"${webToken({ name: 'Jane', scopes: ['a', 'b'] })}"`, '"<SECRET>"'],
    [`token ${webToken().split('.').slice(0, 2).join('.')} cut`, `token ${webToken().split('.').slice(0, 2).join('.')} cut`],
    [`eyJhIjoxMjM0NTY3fQ.eyJhIjoxMjM0NTY3fQ.${drawn(43, 'url')}`, `eyJhIjoxMjM0NTY3fQ.eyJhIjoxMjM0NTY3fQ.${drawn(43, 'url')}`],
    [`eyJhb${drawn(20)}.${drawn(20)}.${drawn(43)}`, `eyJhb${drawn(20)}.${drawn(20)}.${drawn(43)}`],
    [`base64,eyJ2ZXJzaW9uIjoz${'QUJD'.repeat(100)}`, `base64,eyJ2ZXJzaW9uIjoz${'QUJD'.repeat(100)}`],
  ],
  'a token of two kinds of key': [
    [['AKIA', 'QWERTZUIOPASDFGH'].join(''), '<SECRET>'],
    [`twilio: SK${hex}`, 'twilio: <SECRET>'],
    [`SK${hex}`, `SK${hex}`],
    [`${drawn(8)}-sk-learn and sk-learn, task-runner-2, desk-1`, `${drawn(8)}-sk-learn and sk-learn, task-runner-2, desk-1`],
    [`s\u200bk-${drawn(48)}`, '<SECRET>'],
    [`ｓｋ－${drawn(48)}`, '<SECRET>'],
    [`密钥sk-${drawn(48)}。`, '密钥<SECRET>。'],
  ],
  'credentials in a URL': [
    ['postgres://app:s3cret@db:5432/x', 'postgres://<URL_CREDENTIALS>@db:5432/x'],
    ['https://user:pa%24s@example.com/a?b', 'https://<URL_CREDENTIALS>@example.com/a?b'],
    ['redis://:hunter2@cache', 'redis://<URL_CREDENTIALS>@cache'],
    ['mongodb+srv://me:p@ss1@cluster.example.net/', 'mongodb+srv://<URL_CREDENTIALS>@cluster.example.net/'],
    ['"amqp://jane.roe:qwertz@mq"', '"amqp://<URL_CREDENTIALS>@mq"'],
    [`git clone https://oauth2:glpat-${drawn(20)}@git.example.com/x.git`, 'git clone https://<URL_CREDENTIALS>@git.example.com/x.git'],
    ...[
      'http://localhost:8080/a@b', 'https://example.com:443', 'https://host/path:x@y', 'http://<user>:<password>@host', 'postgres://user:password@localhost/db',
      'postgres://${USER}:${PASS}@host/db', 'ftp://u:****@h', '// a:b@c', 'http://[::1]:80/', 'a//b:c@d', 'https://user@host/', 'note: //x:y@z',
    ].map((text): Case => [text, text]),
  ],
}; // prettier-ignore

for (const [subject, table] of Object.entries(tables)) {
  describe(`${subject}, cut at every place`, () => {
    for (const [text, left] of table) {
      test(text.slice(0, 60), () => {
        const whole = enforceWhole(open(), text);

        assert.equal(whole.text, left);
        for (const surrounded of [text, `so ${text}`, `${text}\n`]) {
          const expected = enforceWhole(open(), surrounded);
          for (const pieces of cuts(surrounded)) assertInvariant(open, pieces, expected);
        }
      });
    }
  });
}

test('a token longer than what is held back is taken out whole', () => {
  const token = webToken({ claims: drawn(1500) });
  const text = `see ${token} there`;
  const whole = enforceWhole(open(), text);

  const { mostHeld } = assertInvariant(open, text.split(''), whole);

  assert.equal(whole.text, 'see <SECRET> there');
  assert.ok(mostHeld <= 512);
});

/** A text with one secret, and what the record calls it. */
const ruled: readonly (readonly [text: string, rule: string])[] = [
  [`AKIA${drawn(16, 'capitals')}`, 'aws_access_key'],
  [`sk-${drawn(48)}`, 'sk_key'],
  [`sk-proj-${drawn(156, 'url')}`, 'openai'],
  [`sk-ant-api03-${drawn(95, 'url')}`, 'anthropic'],
  [`sk-or-v1-${drawn(64, 'hex')}`, 'openrouter'],
  [`ghp_${drawn(36)}`, 'github'],
  [`github_pat_${drawn(82)}`, 'github'],
  [`ｓｋ－${drawn(48)}`, 'sk_key'],
  [`token="ghp_${drawn(36)}"`, 'github'],
  [`Bearer ${webToken()}`, 'json_web_token'],
  [`api_key: '${hex}'`, 'named_key'],
  ['password=S3cr3tP@ssw0rd!', 'password'],
  [`Authorization: Bearer ${word}`, 'authorization'],
  [`?sv=2024&sig=${drawn(43)}%3D&se=x`, 'url_signature'],
  [`bot 123456789:${bot}`, 'telegram_bot'],
  [`https://hooks.slack.com/services/T01AB2CD3/B04EF5GH6/${drawn(24)}`, 'webhook'],
];

describe('the record says what sort of secret it was', () => {
  for (const [text, rule] of ruled) {
    test(rule, () => {
      const whole = enforceWhole(compileOnlySecrets(), text);

      assert.deepEqual(
        whole.findings.map((finding) => finding.rule),
        [`secret.${rule}`],
      );
      for (const pieces of cuts(text)) assertInvariant(compileOnlySecrets, pieces, whole);
    });
  }

  test('by names that are documented, each of them', async () => {
    const docs = await readFile(new URL('../../../../docs/detection.md', import.meta.url), 'utf8');
    const named = new Set(Array.from(docs.matchAll(/`(secret\.[a-z_]+)`/gu), ([, name]) => name));
    const sorts = [
      ...tokenForms.map(({ issuer }) => issuer),
      ...Object.values(nameOfKind),
      webTokenName,
      webhookName,
    ];

    assert.deepEqual(named, new Set(sorts.map((sort) => `secret.${sort}`)));
  });
});
