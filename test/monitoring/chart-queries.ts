import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';

const files = join(import.meta.dirname, '../../helm/files');

const Target = z.object({ expr: z.string(), legendFormat: z.string() });
const Panel = z.object({
  title: z.string(),
  type: z.string(),
  gridPos: z.object({ x: z.number(), y: z.number(), w: z.number(), h: z.number() }),
  fieldConfig: z
    .object({
      defaults: z.object({
        unit: z.string(),
        custom: z.object({ stacking: z.object({ mode: z.string() }) }).optional(),
      }),
    })
    .optional(),
  targets: z.array(Target).default([]),
});
export type Panel = z.infer<typeof Panel>;
const Dashboard = z.object({ panels: z.array(Panel) });

const Rule = z.object({
  alert: z.string().optional(),
  record: z.string().optional(),
  expr: z.string(),
  for: z.string().optional(),
  labels: z.record(z.string(), z.string()).optional(),
  annotations: z.record(z.string(), z.string()).optional(),
});
export type Rule = z.infer<typeof Rule>;
const Rules = z.object({ groups: z.array(z.object({ name: z.string(), rules: z.array(Rule) })) });

export const rulesPath = join(files, 'rules.yaml');
export const dashboardPanels: readonly Panel[] = Dashboard.parse(
  JSON.parse(readFileSync(join(files, 'dashboard.json'), 'utf8')),
).panels;
export const rules: readonly Rule[] = Rules.parse(parse(readFileSync(rulesPath, 'utf8'))).groups.flatMap(
  (group) => group.rules,
);

/** What Grafana puts in the place of its variables. */
export function filledIn(query: string): string {
  return query.replaceAll('$namespace', '.*').replaceAll('$pod', '.*').replaceAll('$__rate_interval', '15s');
}
