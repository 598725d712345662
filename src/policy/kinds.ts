import { auditLogger } from './kinds/audit-logger.ts';
import { dlpFilter } from './kinds/dlp-filter.ts';
import { entityListFilter } from './kinds/entity-list-filter.ts';
import { piiDetector } from './kinds/pii-detector.ts';
import { promptInjection } from './kinds/prompt-injection.ts';
import { requestRewriter } from './kinds/request-rewriter.ts';
import { responseRewriter } from './kinds/response-rewriter.ts';
import { safetyFilter } from './kinds/safety-filter.ts';
import type { PolicyKind } from './policy.ts';

/** Every policy kind that is enforced. A new kind is one file in kinds/ and one line here. */
export const policyKinds: readonly PolicyKind[] = [
  promptInjection,
  piiDetector,
  dlpFilter,
  entityListFilter,
  safetyFilter,
  requestRewriter,
  responseRewriter,
  auditLogger,
];

/** Kinds of the public vocabulary that are refused at load until they are enforced here. */
export const kindsNotYetSupported = [
  'agent-firewall',
  'bias-monitor',
  'budget',
  'case-privacy',
  'citation-verifier',
  'cjis-mode',
  'code-sanitation',
  'data-routing-policy',
  'document-analyzer',
  'dual-use-filter',
  'embedding-detector',
  'external-moderation',
  'financial-compliance',
  'flagged-review',
  'healthcare-compliance',
  'hipaa-phi-detector',
  'human-oversight',
  'itar-ear-filter',
  'mnpi-filter',
  'quality-scorer',
  'rbac',
  'student-privacy',
  'tool-budget',
  'tool-security',
  'tool-validation',
  'upl-filter',
] as const;
