import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { inject } from '../../../src/kube/injection/inject.ts';
import { defaultInjectionSettings } from '../../../src/kube/injection/injection-settings.ts';

const container = z.looseObject({ name: z.string() });
const deployment = z.object({
  kind: z.literal('Deployment'),
  spec: z.object({
    template: z.looseObject({
      spec: z.looseObject({
        containers: z.array(container),
        initContainers: z.array(container).optional(),
        volumes: z.array(z.unknown()).optional(),
      }),
    }),
  }),
});

test('the example to be pasted has what a pod is given', () => {
  const text = readFileSync(join(import.meta.dirname, '../../../deploy/examples/sidecar.yaml'), 'utf8');
  const found = parseAllDocuments(text)
    .map((one) => deployment.safeParse(one.toJS()))
    .find((one) => one.success);
  assert.ok(found);
  const { initContainers, volumes, containers, ...spec } = found.data.spec.template.spec;
  const [app] = containers;
  assert.ok(app);
  const { env, ...bare } = app;

  const result = inject({
    pod: { spec: { ...spec, containers: [bare] } },
    settings: { ...defaultInjectionSettings, image: 'kt-sidecar:dev' },
    by: 'kt',
  });

  assert.ok(result.kind === 'injected');
  const made = deployment.shape.spec.shape.template.parse(result.pod).spec;
  assert.deepEqual(initContainers, made.initContainers);
  assert.deepEqual(volumes, made.volumes);
  assert.deepEqual(env, made.containers[0]?.['env']);
});
