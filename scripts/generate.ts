import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { chartReadme } from './chart-values.ts';
import { commandReference } from './command-reference.ts';
import { dashboard } from './dashboard.ts';
import { injectionFile } from './injection-file.ts';
import { kustomizeComponent } from './kustomize-component.ts';
import { jsonSchema } from './json-schema.ts';
import { plainRules } from './plain-rules.ts';
import { referenceTable } from './reference-table.ts';
import { policyKinds } from '../src/policy/kinds.ts';
import { sidecarTemplate } from './sidecar-template.ts';
import { phoneTable } from './phone-table.ts';

const root = resolve(import.meta.dirname, '..');
const isCheck = process.argv.includes('--check');

const files: Readonly<Record<string, string>> = {
  'deploy/policy-config.schema.json': `${JSON.stringify(jsonSchema(policyKinds), undefined, 2)}\n`,
  'docs/kt.md': commandReference(),
  'docs/configuration.md': referenceTable(policyKinds),
  'helm/files/dashboard.json': dashboard(),
  'deploy/monitoring/dashboard.json': dashboard(),
  'deploy/monitoring/rules.yaml': plainRules(resolve(root, 'helm/files/rules.yaml')),
  'helm/README.md': chartReadme(resolve(root, 'helm/values.yaml'), resolve(root, 'helm/values.schema.json')),
  'helm/files/injection.yaml': injectionFile(),
  'helm/templates/_sidecar.tpl': sidecarTemplate(),
  ...Object.fromEntries(
    Object.entries(kustomizeComponent()).map(([name, content]) => [`deploy/kustomize/${name}`, content]),
  ),
  'src/policy/pii/phone/phone-table.ts': phoneTable(),
};

for (const [name, content] of Object.entries(files)) {
  const path = resolve(root, name);
  if (existsSync(path) && readFileSync(path, 'utf8') === content) continue;
  if (isCheck) {
    process.stderr.write(`${name} is out of step with the sources: run npm run generate\n`);
    process.exitCode = 1;
    continue;
  }
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  process.stdout.write(`${name} written\n`);
}
