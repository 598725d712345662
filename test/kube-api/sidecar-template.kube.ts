import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { z } from 'zod';
import { inject } from '../../src/kube/injection/inject.ts';
import { injectionSettingsSchema } from '../../src/kube/injection/injection-settings.ts';
import { temporaryDirectory } from '../support/configmap-volume.ts';
import { helms, runHelm } from './support/helm.ts';

const parts = z.looseObject({
  initContainers: z.array(z.unknown()),
  containers: z.array(z.unknown()),
  volumes: z.array(z.unknown()),
});

const user = `spec:
  initContainers:
    {{- include "kt-sidecar.initContainer" .Values.sidecar | nindent 4 }}
  containers:
    - name: app
      env:
        {{- include "kt-sidecar.appEnv" .Values.sidecar | nindent 8 }}
  volumes:
    {{- include "kt-sidecar.volumes" .Values.sidecar | nindent 4 }}
`;

for (const [what, given] of Object.entries({
  'no settings': {},
  'an image and a Secret': { image: 'registry.example/kt@sha256:abc', secret: 'provider-keys' },
  'other ports': { port: '42002', adminPort: '42003', extraListen: '0.0.0.0:8080' },
  'other resources': { cpu: '1', memory: '128Mi', memoryLimit: '1Gi', cpuLimit: '2' },
  'variables of its own': {
    env: 'HTTPS_PROXY=http://proxy.example:3128\nEMPTY=\nA=b=c "d"',
    configMap: 'shop',
  },
}))
  test(`the named templates give what inject() gives, with ${what}`, async (t) => {
    const folder = await temporaryDirectory(t);
    mkdirSync(join(folder, 'templates'));
    writeFileSync(join(folder, 'Chart.yaml'), 'apiVersion: v2\nname: user\nversion: 0.1.0\n');
    writeFileSync(join(folder, 'values.yaml'), JSON.stringify({ sidecar: given }));
    writeFileSync(join(folder, 'templates/pod.yaml'), user);
    const source = join(import.meta.dirname, '../../helm/templates/_sidecar.tpl');
    copyFileSync(source, join(folder, 'templates/_sidecar.tpl'));
    const result = inject({
      pod: { spec: { containers: [{ name: 'app' }] } },
      settings: injectionSettingsSchema.parse(given),
      by: 'kt',
    });
    assert.ok(result.kind === 'injected');

    const rendered = await Promise.all(helms.map((helm) => runHelm(helm, ['template', 'user', folder])));

    for (const one of rendered) assert.deepEqual(parts.parse(parse(one).spec), parts.parse(result.pod.spec));
  });
