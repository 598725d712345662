import { ignorable } from '../../guards/characters.ts';
import {
  type CharacterSet,
  characterSet,
  edge,
  isIn,
  none,
  undecided,
  type View,
} from '../../guards/detector.ts';

const digits = '0123456789';
const upper = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const lower = upper.toLowerCase();

const alphabets = {
  hex: characterSet(digits, 'abcdef', ignorable),
  upper: characterSet(digits, upper, ignorable),
  word: characterSet(digits, upper, lower, ignorable),
  name: characterSet(digits, upper, lower, '_', ignorable),
  hyphened: characterSet(digits, upper, lower, '-', ignorable),
  url: characterSet(digits, upper, lower, '-_', ignorable),
  dotted: characterSet(digits, upper, lower, '-_.', ignorable),
  base64: characterSet(digits, upper, lower, '+/=', ignorable),
} as const;

/** What follows a prefix: so many characters of an alphabet. */
export interface TokenForm {
  /** What the record calls it: whose key it is. Keep it, people search for it. */
  readonly issuer: string;
  readonly alphabet: CharacterSet;
  readonly least: number;
  readonly most: number;
  /** What must stand before it, where the form alone proves too little. */
  readonly context?: RegExp;
}

type Row = readonly [
  issuer: string,
  prefixes: string,
  alphabet: keyof typeof alphabets,
  least: number,
  most?: number,
  context?: RegExp,
];

const twilio = /twilio/iu;

/** Tokens of clouds, model providers and the tools around them, as their issuers document them. */
const rows: readonly Row[] = [
  ['aws_access_key', 'AKIA ASIA ABIA ACCA', 'upper', 16, 16],
  // `BedrockAPIKey` in Base64 is the beginning of each.
  ['aws_bedrock', 'ABSKQmVkcm9ja0FQSUtleS', 'base64', 90],
  ['google_api_key', 'AIza', 'url', 35, 35],
  ['google_client_secret', 'GOCSPX-', 'url', 28, 28],
  ['google_access_token', 'ya29.', 'dotted', 30],
  ['alibaba_access_key', 'LTAI', 'word', 16, 20],
  ['digitalocean', 'dop_v1_ doo_v1_ dor_v1_', 'hex', 64, 64],
  ['sk_key', 'sk-', 'word', 32, 128],
  ['openai', 'sk-proj- sk-svcacct- sk-admin- sk-None-', 'url', 32],
  ['anthropic', 'sk-ant-', 'url', 24],
  ['openrouter', 'sk-or-', 'url', 24],
  ['langfuse', 'sk-lf-', 'url', 24],
  ['groq', 'gsk_', 'word', 40, 80],
  // No longer: `hf_` begins names of programs too.
  ['huggingface', 'hf_ api_org_', 'word', 30, 40],
  ['replicate', 'r8_', 'word', 32, 60],
  ['xai', 'xai-', 'word', 40, 120],
  ['perplexity', 'pplx-', 'word', 32, 80],
  ['together', 'tgp_v1_', 'url', 40, 64],
  ['cerebras', 'csk-', 'word', 40, 64],
  ['fireworks', 'fw_', 'word', 22, 40],
  ['nvidia', 'nvapi-', 'url', 40, 100],
  ['tavily', 'tvly-', 'hyphened', 20, 60],
  ['pinecone', 'pcsk_', 'name', 40, 100],
  ['langsmith', 'lsv2_pt_ lsv2_sk_', 'name', 40, 60],
  ['jina', 'jina_', 'url', 40, 80],
  ['elevenlabs', 'sk_', 'hex', 48, 48],
  ['github', 'ghp_ gho_ ghu_ ghs_ ghr_', 'word', 36],
  ['github', 'github_pat_', 'name', 70],
  ['gitlab', 'glpat- gldt- glrt- glptt- glft- glcbt- glsoat- glagent-', 'dotted', 20],
  ['slack', 'xoxb- xoxp- xoxa- xoxr- xoxs- xoxe- xoxe. xoxc- xapp-', 'hyphened', 20],
  ['stripe', 'sk_live_ rk_live_ sk_test_ rk_test_ whsec_', 'word', 16],
  ['facebook', 'EAAB EAAC EAAG EAAM', 'word', 100],
  ['sendgrid', 'SG.', 'dotted', 60, 80],
  ['twilio', 'AC SK', 'hex', 32, 32, twilio],
  ['mailgun', 'key-', 'hex', 32, 32],
  ['npm', 'npm_', 'word', 36, 64],
  ['pypi', 'pypi-', 'url', 50],
  ['rubygems', 'rubygems_', 'hex', 48, 48],
  ['docker', 'dckr_pat_ dckr_oat_', 'url', 20, 60],
  ['shopify', 'shpat_ shpca_ shppa_ shpss_', 'hex', 32, 32],
  ['vault', 'hvs. hvb. hvr.', 'url', 20],
  ['age', 'AGE-SECRET-KEY-1', 'upper', 58, 58],
  ['databricks', 'dapi', 'hex', 32, 32],
  ['sourcegraph', 'sgp_', 'name', 40, 64],
  ['intra', 's-s4t2ud- s-s4t2af-', 'hex', 64, 64],
  ['linear', 'lin_api_', 'word', 32, 64],
  ['notion', 'ntn_', 'word', 40, 64],
  ['figma', 'figd_', 'url', 36, 64],
  ['sentry', 'sntrys_ sntryu_', 'name', 40],
  ['grafana', 'glsa_ glc_', 'name', 32],
  ['new_relic', 'NRAK-', 'upper', 27, 27],
  ['postman', 'PMAK-', 'hyphened', 58, 60],
  ['doppler', 'dp.pt.', 'word', 40, 60],
  ['planetscale', 'pscale_tkn_ pscale_pw_', 'dotted', 32, 64],
  ['supabase', 'sbp_', 'hex', 40, 40],
  ['atlassian', 'ATATT3x', 'url', 100],
];

/** No form without a length of its own is longer: it must stay below the hold-back limit. */
const longest = 400;

export const tokenForms: readonly TokenForm[] = rows.flatMap(
  ([issuer, prefixes, name, least, most, context]) =>
    prefixes.split(' ').map(() => ({
      issuer,
      alphabet: alphabets[name],
      least,
      most: most ?? longest,
      ...(context === undefined ? {} : { context }),
    })),
);

const spellings: readonly string[] = [...rows.flatMap(([, prefixes]) => prefixes.split(' ')), 'eyJ'];
export const prefixWidth = Math.max(...spellings.map(({ length }) => length));

const width = 0x80;

const bareInitials = characterSet(
  ...spellings.filter((one) => !/[-_]/.test(one)).map((one) => one.slice(0, 1)),
);

/** Whether a prefix without a hyphen or underscore starts with this letter. */
export function isBareInitial(code: number): boolean {
  return isIn(bareInitials, code);
}

/** All prefixes as one tree: for each node and character the next node, 0 where there is none. */
const { edges, forms } = grow();

function grow() {
  const next: number[][] = [[]];
  const accepted: number[] = [none];
  for (const [form, spelling] of spellings.entries()) {
    let node = 0;
    for (let index = 0; index < spelling.length; index += 1) {
      const code = spelling.charCodeAt(index);
      const row = next[node] ?? [];
      let child = row[code];
      if (child === undefined) {
        child = next.push([]) - 1;
        accepted.push(none);
        row[code] = child;
      }
      node = child;
    }
    accepted[node] = form;
  }
  const table = new Uint16Array(next.length * width);
  for (const [node, row] of next.entries())
    for (const [code, child] of row.entries()) if (child !== undefined) table[node * width + code] = child;
  return { edges: table, forms: Int16Array.from(accepted) };
}

const formUnit = 2 ** 32;

/**
 * The longest prefix that stands at `at`, for `formOf` and `bodyOf`; `none`, or `undecided` where the text stops
 * before one is known.
 */
export function prefixAt({ codes, end, final }: View, at: number): number {
  let node = 0;
  let found = none;
  for (let index = at; index < end; index += 1) {
    const code = codes[index] ?? edge;
    if (code === ignorable && index > at) continue;
    node = code < width ? (edges[node * width + code] ?? 0) : 0;
    if (node === 0) return found;
    const form = forms[node] ?? none;
    if (form >= 0) found = form * formUnit + index + 1;
  }
  return final ? found : undecided;
}

/** The index in `tokenForms`; the one behind them is a JSON Web Token: `eyJ` is `{"` in Base64. */
export function formOf(prefix: number): number {
  return Math.floor(prefix / formUnit);
}

/** The index behind the prefix. */
export function bodyOf(prefix: number): number {
  return prefix % formUnit;
}
