import { answerGuards } from '../../src/policy/answer-guards.ts';
import type { ChainedPolicy } from '../../src/policy/chained-policy.ts';
import type { Evidence } from '../../src/policy/evidence.ts';
import type { FieldGuards } from '../../src/policy/field-guards.ts';
import { dlpFilter, dlpSettings } from '../../src/policy/kinds/dlp-filter.ts';
import { entityListFilter, entityListSettings } from '../../src/policy/kinds/entity-list-filter.ts';
import { responseRewriter, responseRewriterSettings } from '../../src/policy/kinds/response-rewriter.ts';
import { evidence, linked, piiPolicy } from '../support/chains.ts';

const limits = { holdBackLimit: 512 };
export const everything = { healthcare_mode: true, phone_regions: ['SG', 'DK'] };

const patterns = [
  { name: 'invoice', pattern: 'INV-\\d{4}' },
  { name: 'case', pattern: '\\bcase [A-Z]{2,6}\\b' },
  { name: 'note', pattern: '<!--.*?-->', max_length: 40 },
];

const own = [
  linked(piiPolicy({ ...everything, detect_patterns: patterns })),
  linked(
    dlpFilter.create(
      dlpSettings.parse({
        blocked_terms: ['Project Atlas', 'straße'],
        fuzzy_matching: true,
        sensitivity_level: 'high',
      }),
      limits,
    ),
  ),
  linked(
    entityListFilter.create(
      entityListSettings.parse({ blocked_entities: ['Acme Corp', 'Jane Roe'], action: 'redact' }),
      limits,
    ),
  ),
  linked(
    responseRewriter.create(
      responseRewriterSettings.parse({
        rules: [
          { name: 'a', pattern: '(\\w{1,9}) and (\\w{1,9})', replacement: '$2 & $1' },
          { name: 'b', pattern: 'cat', replacement: '' },
          { name: 'c', pattern: '\\[(EMAIL|PHONE)\\]', replacement: '"$1\\' },
        ],
      }),
      limits,
    ),
  ),
];

/** What a chain is made of besides values, near misses and all. */
export const ownFragments = [
  'Project Atlas', 'projct atlas', 'PROJECT\nATLAS', 'Project', 'STRASSE', 'straße', 'strasse', 'INV-1234', 'INV-123', 'case AB', 'case ', '<!-- a -->', '<!--',
  'Acme Corp', 'acme', 'Jane  Roe', 'TOP SECRET//SI', 'TOP SECRET', 'this and that', ' and ', 'cat', 'ca', '[EMAIL]', '[PHONE', '[EMAIL-BCDF', '[', ']', 'email-', '\\_',
] as const; // prettier-ignore

/** The chains that texts go through, each as an answer of its own exchange meets it. */
export const chains = {
  redacting: [linked(piiPolicy(everything))],
  again: [linked(piiPolicy(everything))],
  tokenising: [linked(piiPolicy({ ...everything, action: 'tokenize' }))],
  blocking: [linked(piiPolicy({ ...everything, action: 'block' }))],
  partial: [linked(piiPolicy({ ...everything, redaction: { marker_format: 'partial' } }))],
  asterisks: [linked(piiPolicy({ ...everything, redaction: { marker_format: 'asterisks' } }))],
  'as long': [
    linked(
      piiPolicy({ ...everything, redaction: { preserve_length: true, custom_markers: { EMAIL: '<"m">' } } }),
    ),
  ],
  own,
} as const satisfies Readonly<Record<string, readonly ChainedPolicy[]>>;

/** The guards of a chain, in this exchange. */
export function opened(chain: readonly ChainedPolicy[], exchange: Evidence = evidence()): FieldGuards {
  return answerGuards(chain, exchange);
}
