import { z } from 'zod';
import { isSecretKey } from './excerpt.ts';
import { secretKeyRef } from './secret-ref-schema.ts';

/** Without `*`, which a header may have in its name and which would read as a wildcard. */
const headerName = /^[!#$%&'+.^_`|~0-9A-Za-z-]{1,128}$/;

/** What frames a request or belongs to one connection, and what the gateway itself says of a call. */
const reservedHeader =
  /^(?:accept-encoding|connection|content-.*|expect|host|http2-settings|keep-alive|proxy-.*|te|trailer|traceparent|tracestate|transfer-encoding|upgrade|x-request-id)$/i;

const headerExpected = 'expected the name of a request header that is not one of the connection or the body';

/** The name of a header that a target sends. */
export function ownHeaderName(): z.ZodString {
  return z
    .string()
    .regex(headerName, headerExpected)
    .refine((header) => !reservedHeader.test(header), headerExpected);
}

/** Where a client came from and what it keeps: nothing that a provider is to learn, or to answer differently. */
const clientHeader =
  /^(?:cookie2|set-cookie2|forwarded|via|origin|range|if-.*|sec-.*|cf-.*|true-client-ip|x-(?:client|real)-ip|x-forwarded.*|x-keeptrusts-.*)$/i;

/** Whether a header or a parameter of this name is a client's credential, which never crosses. */
export function carriesCredential(name: string): boolean {
  return isSecretKey(name) || /^(?:x-)?(?:code|key|sig)$/i.test(name);
}

const forwardExpected = 'expected a header that is no credential, cookie, address, framing or hop-by-hop one';

function mayCross(header: string): boolean {
  return !reservedHeader.test(header) && !clientHeader.test(header) && !carriesCredential(header);
}

export const forwardHeaders = z
  .array(z.string().regex(headerName, forwardExpected).refine(mayCross, forwardExpected))
  .max(64)
  .default([])
  .describe(
    "Headers of the app's calls that reach this target, besides those that reach every target (docs/http.md). Credentials, cookies and headers of the connection are refused.",
  );

const parameterExpected = 'expected the name of a query parameter that is no credential';

export const forwardQuery = z
  .array(
    z
      .string()
      .regex(/^[\w.$[\]-]{1,128}$/, parameterExpected)
      .refine((parameter) => !carriesCredential(parameter), parameterExpected),
  )
  .max(64)
  .default([])
  .describe(
    "Query parameters of the app's calls that reach this target, besides `api-version` and `beta`, which reach every target. Credentials are refused.",
  );

const valueExpected =
  'expected printable ASCII text without spaces around it, or where a secret is: {env: NAME}, {file: /PATH} or {store: NAME}';

const headerValue = z
  .string()
  .max(4096)
  .regex(/^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/, valueExpected);

export const targetHeadersSchema = z
  .record(
    ownHeaderName(),
    z.union([headerValue, secretKeyRef, z.strictObject({ secret_key_ref: secretKeyRef })], {
      error: valueExpected,
    }),
  )
  .refine((headers) => Object.keys(headers).length <= 64, 'expected at most 64 headers')
  .refine(areDistinct, 'expected each header once, in whatever case')
  .default({})
  .describe(
    'Headers that every call to this target carries, whatever the app sends: text, or where a secret is (`{env: NAME}`, `{file: /PATH}`, `{store: NAME}`).',
  );

function areDistinct(headers: Readonly<Record<string, unknown>>): boolean {
  const names = Object.keys(headers).map((name) => name.toLowerCase());
  return new Set(names).size === names.length;
}
