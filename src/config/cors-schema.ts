import { z } from 'zod';

const day = 86_400;

const originSchema = z
  .string()
  .max(300)
  .superRefine((written, context) => {
    const message = originTrouble(written);
    if (message !== undefined) context.addIssue({ code: 'custom', message });
  });

/** Which web pages may call. Nothing about credentials: the gateway has no cookies, and a page never needs them here. */
export const corsSchema = z.strictObject({
  enabled: z.boolean().default(true).describe('`false` refuses every web page, whatever is listed.'),
  allow_origins: z
    .array(originSchema)
    .max(100)
    .default([])
    .describe(
      'Web pages that may call, as exact origins, such as `https://app.example`. Any other request with an `Origin` header is refused with 403. `"*"` lets every web page spend the keys.',
    ),
  max_age_seconds: z
    .int()
    .min(0)
    .max(day)
    .default(day)
    .describe('How long a browser may remember the answer to a preflight.'),
});

/** Why this can never be what a browser sends as `Origin`. */
function originTrouble(written: string): string | undefined {
  if (written === '*') return undefined;
  if (written === 'null')
    return 'the origin "null" names no page: sandboxed frames and files of every site send it';
  const url = URL.parse(written);
  if (url === null || !/^[a-z][a-z\d+.-]*:\/\/[^\s/?#@*]+$/.test(written))
    return 'expected an exact origin without a path, such as https://app.example or http://localhost:3000, or "*"';
  // Origins of other schemes (browser extensions, app shells) have no canonical form to hold them to.
  if (url.origin === 'null' || url.origin === written) return undefined;
  return `browsers write this origin as ${url.origin}`;
}
