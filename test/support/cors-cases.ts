import { document } from './config-load.ts';

const exact =
  'expected an exact origin without a path, such as https://app.example or http://localhost:3000, or "*"';

const badOrigins = [
  ['"null"', 'the origin "null" names no page: sandboxed frames and files of every site send it'],
  ['https://a.example/', exact],
  ['https://*.a.example', exact],
  ['https://me@a.example', exact],
  ['a.example', exact],
  ['HTTPS://a.example', exact],
  ['https://A.example', 'browsers write this origin as https://a.example'],
  ['https://a.example:443', 'browsers write this origin as https://a.example'],
  ['http://127.1:80', 'browsers write this origin as http://127.0.0.1'],
] as const;

/** What can be wrong with `cors`, with the line a person reads. */
export const corsCases = [
  {
    code: 'W120' as const,
    content: `${document()}cors: {allow_origins: [https://a.example, "*"]}\n`,
    line: 'cors.allow_origins[1]: every web page in a browser that reaches this gateway can spend its keys (policy-config.yaml:13:43)',
  },
  ...badOrigins.map(([written, line]) => ({
    code: 'E004' as const,
    content: `${document()}cors: {allow_origins: [${written}]}\n`,
    line: `cors.allow_origins[0]: ${line} (policy-config.yaml:13:24)`,
  })),
  {
    code: 'E010' as const,
    content: `${document()}cors: {credentials: true}\n`,
    line: 'cors.credentials',
  },
];
