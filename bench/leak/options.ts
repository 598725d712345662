import { parseArgs } from 'node:util';
import type { Door } from './client.ts';
import type { ListenAt } from './scripted-upstream.ts';

/** Whose leaks are looked for. */
export type Subject =
  | { readonly kind: 'url'; readonly door: Door }
  | { readonly kind: 'self' }
  | { readonly kind: 'peers' };

export interface Options {
  readonly subject: Subject;
  readonly listen: ListenAt;
  readonly isSmoke: boolean;
  readonly jsonFile: string | undefined;
  /** Words of which a group's name must hold one; undefined: all groups. */
  readonly only: readonly string[] | undefined;
  readonly waitMs: number;
}

export const usage = `npm run leak -- --url http://HOST:PORT/v1 | --self | --peers

  --url URL           any OpenAI-compatible gateway whose provider is the scripted upstream
  --header NAME=VALUE sent to it with every call; may be repeated
  --model NAME        the model it is asked for (default leak-model)
  --listen HOST:PORT  where the scripted upstream listens (default 127.0.0.1:41900)
  --wait SECONDS      how long the gateway may take to answer for the first time (default 600)
  --self              this gateway, built, with bench/leak/peers/kt-sidecar.yaml
  --peers             this one and every gateway that npm run bench:peers -- install has put here, with bench/leak/peers/*
  --only WORD,WORD    only groups whose name holds one of these ("stream", "tool", "call: message", "endings", "delay")
  --smoke             one way of cutting a place, two secrets
  --json FILE         writes the result of every case there
`;

/** Throws an error whose message says what is wrong. */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      url: { type: 'string' },
      header: { type: 'string', multiple: true, default: [] },
      model: { type: 'string', default: 'leak-model' },
      listen: { type: 'string' },
      wait: { type: 'string', default: '600' },
      self: { type: 'boolean', default: false },
      peers: { type: 'boolean', default: false },
      only: { type: 'string' },
      smoke: { type: 'boolean', default: false },
      json: { type: 'string' },
    },
  });
  const { url, self, peers } = values;
  if ([url !== undefined, self, peers].filter(Boolean).length !== 1)
    throw new Error('expected one of --url, --self and --peers');
  const waitSeconds = Number(values.wait);
  if (!(waitSeconds > 0 && waitSeconds <= 86_400)) throw new Error('--wait: expected a number of seconds');
  return {
    subject:
      url === undefined ? { kind: self ? 'self' : 'peers' } : urlSubject(url, values.model, values.header),
    listen: readListen(values.listen ?? (url === undefined ? '127.0.0.1:0' : '127.0.0.1:41900')),
    isSmoke: values.smoke,
    jsonFile: values.json,
    only: values.only?.split(',').map((word) => word.trim()),
    waitMs: waitSeconds * 1000,
  };
}

function urlSubject(url: string, model: string, headers: readonly string[]): Subject {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    throw new Error(`--url: "${url}" is no http URL`);
  return { kind: 'url', door: { url, model, headers: Object.fromEntries(headers.map(readHeader)) } };
}

function readHeader(header: string): readonly [string, string] {
  const at = header.indexOf('=');
  if (at < 1) throw new Error(`--header: "${header}" is not NAME=VALUE`);
  return [header.slice(0, at), header.slice(at + 1)];
}

function readListen(listen: string): ListenAt {
  const [, host = '', port = ''] = /^(.+):(\d{1,5})$/.exec(listen) ?? [];
  if (host === '' || Number(port) > 65_535) throw new Error(`--listen: "${listen}" is not HOST:PORT`);
  return { host: host.replace(/^\[(.*)\]$/, '$1'), port: Number(port) };
}
