import * as fc from 'fast-check';

/** Values, near values and the glue between them: joined at random they make texts dense in candidates. */
const fragments = [
  'john.doe@example.com', 'a@b.co', 'o\'brien@mail.example.org', 'ж@почта.рф', '用户@例子.广告', 'git@github.com', '@example.com',
  '@', '.', 'example.com', 'john', '%40', '%4', 'a'.repeat(70), 'b'.repeat(63), 'x'.repeat(62), 'é', 'привет', '用户',
  '555-123-4567', '(555) 123-4567', '+1 555 123 4567', '+44 20 7946 0958', '01 84 17 61 18', '0811 7785 9983', 'x22', 'ext. 12',
  'phone ', 'call me at ', '-Office', '123-45-6789', '123 45 6789', 'ssn ', '4111 1111 1111 1111', '4111111111111111', '378282246310005',
  '192.168.1.20', '1.2.3.4', '300.1.1.1', 'v', 'from ', 'fe80::1', '2001:db8::ff00:42:8329', '::ffff:10.0.0.1', '1:2:3:4:5:6:7:8', 'abc', 'f',
  '2024-01-15', '1', '0', '00', '12', '123', '4567', '9'.repeat(30), ' ', '  ', '\n', '-', '+', '(', ')', ':', '::', '/', '_',
  '\u200b', '\u00ad', '１', '＠', '٣', '😀',
]; // prettier-ignore

/** Texts dense in personal data, in what almost is some, and in broken pieces of it. */
export const piiTexts: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      { weight: 8, arbitrary: fc.constantFrom(...fragments) },
      { weight: 1, arbitrary: fc.string({ maxLength: 3 }) },
    ),
    { maxLength: 14 },
  )
  .map((parts) => parts.join(''));
