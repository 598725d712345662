import * as fc from 'fast-check';
import type { Entity } from '../../src/policy/pii/entities.ts';
import { armoured, drawn, webToken } from './drawn.ts';

/** What each entity is found in, with the words that announce it where it needs some. A new one has a line here. */
export const piiSamples = {
  EMAIL: ['john.doe@example.com', `${'a'.repeat(64)}@example.com`, 'ж@почта.рф', 'user@例子。中国', 'ann%40example.com', 'averyverylongmailboxname.withmanyparts@subdomain.department.example.com'],
  PHONE: ['+44 20 7946 0958', '(555) 123-4567', 'call me at 0811 7785 9983', '+１ 555 123 4567'],
  SSN: ['123-45-6789', 'ssn 123456789'],
  CREDIT_CARD: ['4111 1111 1111 1111', '378282246310005', '4111\u200b1111\u200b1111\u200b1111'],
  IP_ADDRESS: ['93.142.18.77', '2a00:1450::ff00:42:8329', '::ffff:93.142.18.77', '1.1.1.1 answered'],
  SECRET: [`sk-${drawn(48)}`, `ghp_${drawn(36)}`, webToken(), `password = "${drawn(20)}"`, `Authorization: Bearer ${drawn(40)}`],
  PRIVATE_KEY: [armoured('PRIVATE KEY', 2), armoured('RSA PRIVATE KEY', 12), armoured('PRIVATE KEY', 3, '\\n')],
  URL_CREDENTIALS: ['https://ann:S3cr3tPw@example.com/a', 'postgres://user:p4ssw0rd@db:5432/x'],
  MAC_ADDRESS: ['00:1A:2B:3C:4D:5E', 'abcd.efab.c0de'],
  IBAN: ['GB29 NWBK 6016 1331 9268 19', 'NO9386011117947'],
  CRYPTO_ADDRESS: ['1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2', '0x88dA6B6a8D3590e88E0FcadD5CEC56A7C9478319'],
  NATIONAL_ID: ['nhs 943 476 5919', '131052-308T', 'RSSMRA85T10A562S', '85.07.30-033.28'],
  PASSPORT: ['passport no. AB1234567'],
  DATE_OF_BIRTH: ['born 12/05/1980', 'date of birth: 5 May 1980'],
  CVV: ['cvv 123'],
  MEDICAL_RECORD: ['MRN 00123456'],
  NPI: ['npi 1234567893'],
} as const satisfies Readonly<Record<Entity, readonly string[]>>; // prettier-ignore

/**
 * Values, near values and the glue between them: joined at random they make texts dense in candidates. A new entity joins
 * every property test and the long proof by its samples here.
 */
export const piiFragments: readonly string[] = [
  ...Object.values(piiSamples).flat(),
  'john.doe@example.com', 'a@b.co', 'o\'brien@mail.example.org', 'ж@почта.рф', '用户@例子.广告', 'git@github.com', 'ssh ', ':acme/w.git', ':/srv/', 'postgres://app@db.example.com', 'q@k.transpose(', 'x@self.weight.data', '@example.com', '"john doe"@example.com', '"@',
  '@', '.', '。', '中国', 'com', 'example.com', 'john', '%40', '%4', 'a'.repeat(70), 'b'.repeat(63), 'x'.repeat(62), 'é', 'привет', '用户',
  '555-123-4567', '(555) 123-4567', '+1 555 123 4567', '+44 20 7946 0958', '01 84 17 61 18', '0811 7785 9983', '9472 7916', '50-98-28-96', '0351 1234', '+86400000', '00999 20 7946 0958', 'x22', 'ext. 12',
  'phone ', 'call me at ', '-Office', '123-45-6789', '123 45 6789', 'ssn ', '4111 1111 1111 1111', '4111111111111111', '378282246310005', '4111_1111', '4111/1111/1111/1111', '4111  1111', '4222222222222', 'card ', 'order ', ' exp 12/27', '.jpg', '\r\n', '192.168.1.20', '93.142.18.77', '18.203.4.91', '120.0.0.0', '1.2.3.4', 'version ', 'to ', 'ip ', ' answered', ':22', '/24', 'foo==', '300.1.1.1', 'v', 'from ', 'fe80::1', '2001:db8::ff00:42:8329', '::ffff:10.0.0.1', '1:2:3:4:5:6:7:8', 'abc', 'f', ' fax', ' (cell)', ' JPY', 'SKU ', ' 1234567 ', 'f(', ')', '-A', '로 전화', 'Ruf mich an: ',
  '2024-01-15', '1', '0', '00', '12', '123', '4567', '9'.repeat(30), ' ', '  ', '\n', '-', '+', '(', ')', ':', '::', '/', '_',
  '\n00000010: ', '2e66 ', ' 1f0f', ' ec 08', '0084 0000 0000', '[.213C.', '00:1A:2B:3C:4D:5E', 'MAC ', '00 1A 2B 3C 4D 5E', ' 6F', 'ab-cd-ef-ab-cd-e1', 'abcd.efab.c0de', 'ab:', 'ab-', 'c0', 'abcd.', 'GB29 NWBK 6016 1331 9268 19', 'GB29NWBK60161331926819', 'GB29', 'NO93 8601 1117 947', 'GB',
  '1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2', 'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4', '0x88dA6B6a8D3590e88E0FcadD5CEC56A7C9478319', '0x', 'bc1', '1Bv',
  '943 476 5919', 'nhs ', 'AB123456C', '12345678Z', 'X1234567L', 'RSSMRA85T10A562S', '2 55 08 14 168 025 38', 'bsn ', '111222333', '85.07.30-033.28', '811218-9876', '131052-308T', '131052A308T', '11.222.333/0001-81', '11010519491231002X', 'A123456(3)', 'national id ',
  'passport ', 'AB1234567', 'C01X00T47', '12AB34567', 'ＰＡＳＳＰＯＲＴ ', 'born ', '12/05/1980', '5 May 1980', 'May ', '5, 1980', 'Sept. ', 'September', 'mayo 5 de 1980', 'M', '1980-05-12T0', '1980 May 5', 'DOB: ', 'cvv ', '123', ' 12/27 ', '|', 'MRN ', '00123456', 'npi ', '1234567893',
  '\u200b', '\u00ad', '１', '＠', '٣', '😀',
  'sk-', 'sk-', 'ghp_', 'github_pat_', 'AKIA', 'SK', 'twilio ', 'SG.', 'eyJ', 'xox', 'b-', 'ｓｋ－', drawn(16, 'capitals'), drawn(32, 'hex'), drawn(36), drawn(48), webToken(),
  'password', 'api_key', '"token"', 'Authorization', '=', '==', ': ', ' = "', '"', '\\"', 'Bearer ', 'S3cr3t!Pw', '<your-key>', '://', 'https://', 'u:p@', 'my password is ', ' --token ', 'mysql -p', 'curl -u ann:', '| password | ', '<password>', '</password>', 'h:5432:d:u:', 'пароль', '密码是', '\u001b[1m', 'Ab1cd&3x', '&x=1', '(\'DB_PASS\', ', 'hooks.slack.com/services/T1/B2/', '&#64;', '&#6', '&commat;', 'AB 12 34 56 C', 'AB ', ';', '&', '$', '!',
  '-----BEGIN PRIVATE KEY-----\n', '-----END PRIVATE KEY-----', '-----', '\\n', drawn(64, 'base64'), armoured('RSA PRIVATE KEY', 2), armoured('PRIVATE KEY', 9), '12345678:', 'AA',
]; // prettier-ignore

/** Texts dense in personal data, in what almost is some, and in broken pieces of it. */
export const piiTexts: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      { weight: 8, arbitrary: fc.constantFrom(...piiFragments) },
      { weight: 1, arbitrary: fc.string({ maxLength: 3 }) },
    ),
    { maxLength: 14 },
  )
  .map((parts) => parts.join(''));

/** Repeated, each of these makes a text dense in places where something could begin and nothing does, or in what goes on for long. */
export const denseTexts: readonly string[] = [
  '4111 ', '4111_', '4111\n', '4111  1111\t', '4111/', '4111111111111111 ', 'id 4111111111111111,', '4222222222222 exp ', '4111 1111 1111 1111 1', '3782 822463 1000 ', '5511 1111 1111 111 ', '411111111111 ', '1 ', '0 ', '00 1 2 ', '01 ', '06 17 ', '7', '123456 ', '123456\n', '123456789 ',
  '12-34.56 78:9a.1.2.3.4-5 (6) +7', '123 45 678 ', '123.45.6789 ', '123 45 6789 ', '555-123-4567 ', '555 123 456 ', '(555) 123-456 ', '(20) 12 34 56 78 ', '0811 7785 ',
  '+', '+1 ', '+1 2 3 4 5 6 ', '(', '(1', '(12) ', '1()', '1 ( ', '12  34  ', '+99 99 99 99 99 99 99 99 ', 'phone 12345 ', 'call me 1234-12 ', 'order id 1234567 ', 'tel phone call me at 12 3456 7', '1.', '1-', '1.2.3.', '1.2.3.4 ', '1.2.3.4.5.', 'v1.2.3.4 ', '1.2.3.4 a', '18.203.4.91 ', '93.142.18.77 ', 'version 45.1.2.3 ', '10.20.30.40.', '10:30 ', '2024-01-15 ', '00:1A:2B:3C:4D:5E ', '550e8400-e29b-41d4-a716-446655440000 ', '@', '"', 'a"', '"a"@', ':', 'a@', 'a:', '1:', '1::', '%', '%40', 'a%40', 'a%4', 'a@b.', 'a@b-', 'a@b..', 'a@-', 'a.b@c.d@', 'a@x.xx@', 'a@x.xx:', 'a@x.xx:a/', 'a@x.xx/a', 'ssh a@x.xx ', '[a@x.xx ', 'x@self.w(', 'a@1.1.', '用@', `${'a'.repeat(63)}@`, `a@${'b'.repeat(60)}.`, '1234567 fa', '12 345 67 and ', 'order 1234567 of ',
  'MAC 0a ', 'MAC 00 1A 2B 3C 4D ', 'mac 00 1A 2B 3C 4D 5E ', 'ab:', 'ab-', 'ab:cd:ef:ab:cd:', 'ab-1c-', 'abcd.', 'ab1 ', 'GB29 ', 'GB29 NWBK 6016 1331 9268 1 ', 'LC14BOSL1234567890123456789012',
  '1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN ', '1a', '0x', '0x88dA6B6a8D3590e88E0FcadD5CEC56A7C9478318 ', 'bc1', 'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5 ',
  'AB123456', 'AB123456E ', '12345678 ', 'nhs 943 476 5918 ', '85.07.30-033.29 ', '1 85 12 75 116 001 ', '131052-308', 'RSSMRA85T10A562T ', 'bsn 111222334 ', 'abcdef1', 'national id 123456789012345678 ',
  'passport AB12345 ', 'passport 1', 'born 12', 'born 5 May ', 'born May 5, ', 'born May ', 'born S', 'born May 5, 1980 ', 'May ', 'cvv 12 ', 'cvv 12345 ', '4111111111111111|12/27|12 ', 'mrn 1-', 'mrn 12-', 'npi 1234567894 ', '1. ', '12, ', '1/2/3 ',
  'abcd:', '::1.2.3.', '1.2.3.4:5:', '2001:db8::ff00:42:8329 ', '1\u200b', '4\u200b1\u200b1\u200b1\u200b ', '\u200b', '\u200b\u200b\u200b1 ', 'a\u200bb\u200b:', '٣ ', '用', 'a',
  '-', '--- ', '_', 'a-', 'a_', 'sk-', 'sk-sk_', 'ghp_', 'eyJ', 'eyJhbGciOiJIUzI1NiJ9.', 'AKIA', 'g\u200bh', 'ｓｋ－', 'password=', 'password: ', 'key="', 'token="a1', '= ', ': "',
  'Authorization: Bearer ', '12345678:', 'my password is ', '--token a1', '| token | ', '<password>a', 'a:1:b:', '密码是', '\u001b[1m', 'pwd ', '&#64;', 'a&', 'AB 12 ', 'AB 12 34 56 ', 'password=a&b', '://', 'a://b:', 'a://b:c@', '-----BEGIN ', '-----BEGIN PRIVATE KEY-----\n', `-----BEGIN PRIVATE KEY-----\n${'A'.repeat(64)}\n`, '-----BEGIN PRIVATE KEY-----\nA: b\n',
  'ghp_a1B2c3D4e5', 'SK0a1b2c3d4e5f ',
]; // prettier-ignore
