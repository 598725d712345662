import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { temporaryDirectory } from '../support/configmap-volume.ts';
import { runKt } from '../support/kt-process.ts';

const examples = join(import.meta.dirname, '../../deploy/examples');

function documents(name: string): readonly unknown[] {
  return parseAllDocuments(readFileSync(join(examples, name), 'utf8')).map((document) => {
    assert.deepEqual(document.errors, []);
    return document.toJS();
  });
}

const ConfigMap = z.object({ kind: z.literal('ConfigMap'), data: z.record(z.string(), z.string()) });
const Workload = z.object({
  kind: z.enum(['Deployment', 'Job']),
  spec: z.object({ template: z.object({ spec: z.record(z.string(), z.unknown()) }) }),
});

test('the policy of the example passes the validator', async (t) => {
  const file = join(await temporaryDirectory(t), 'policy-config.yaml');
  const found = documents('sidecar.yaml').map((document) => ConfigMap.safeParse(document).data);
  const configMap = found.find((document) => document !== undefined);
  writeFileSync(file, configMap?.data['policy-config.yaml'] ?? '');

  const { code, stdout } = await runKt(t, ['policy', 'lint', '--file', file]);

  assert.equal(code, 0, stdout);
});

test('the Job runs the very sidecar of the Deployment', () => {
  const [deployment, job] = ['sidecar.yaml', 'job.yaml'].map((name) => {
    const workloads = documents(name).map((document) => Workload.safeParse(document).data);
    return workloads.find((workload) => workload !== undefined)?.spec.template.spec;
  });

  assert.ok(deployment);
  assert.deepEqual({ ...job, restartPolicy: undefined }, { ...deployment, restartPolicy: undefined });
  assert.equal(job?.['restartPolicy'], 'Never');
});
