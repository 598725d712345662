import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import {
  type InjectionSettings,
  injectionSettingsSchema,
} from '../../src/kube/injection/injection-settings.ts';

const folder = join(import.meta.dirname, '../kube/injection/pods');

const podSchema = z.looseObject({
  metadata: z.looseObject({
    name: z.string().optional(),
    labels: z.record(z.string(), z.string()).nullish(),
    annotations: z.record(z.string(), z.string()).nullish(),
  }),
  spec: z.looseObject({
    containers: z.array(z.looseObject({ name: z.string() })),
    initContainers: z.array(z.looseObject({ name: z.string() })).nullish(),
  }),
});

export interface InjectionCase {
  readonly name: string;
  readonly pod: z.output<typeof podSchema>;
}

/** Pods of every shape, each a file: the same go through inject(), the webhook and the API server's policy. */
export const injectionCases: readonly InjectionCase[] = globSync('*.yaml', { cwd: folder })
  .toSorted()
  .map((file) => ({
    name: basename(file, '.yaml'),
    pod: podSchema.parse(parse(readFileSync(join(folder, file), 'utf8'))),
  }));

/** Those of no release, so that what they give stays the same. */
export const caseSettings: InjectionSettings = injectionSettingsSchema.parse({
  image: 'kt-sidecar:test',
  version: '0.0.0-test',
});
