import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Document, parseAllDocuments } from 'yaml';
import type { Settings } from './settings.ts';

const examples = join(import.meta.dirname, '../../../deploy/examples');

/** A change of a manifest: the value at this path becomes this one. */
export type Change = readonly [path: readonly (string | number)[], value: unknown];

/** The text of an example, as a user has it. */
export function exampleText(name: string): string {
  return readFileSync(join(examples, name), 'utf8');
}

/** The Deployment of the example, with the images and the app of the test, and these changes of its pods. */
export function deployment(settings: Settings, changes: readonly Change[] = []): string {
  const document = example('sidecar.yaml', 'Deployment');
  placeApp(document, settings, []);
  return changed(document, changes);
}

/** The Job of the example; its app calls the model once with each prompt. */
export function job(settings: Settings, prompts: readonly string[]): string {
  const document = example('job.yaml', 'Job');
  document.set('metadata', document.createNode({ name: 'job' }));
  placeApp(document, settings, prompts);
  document.deleteIn([...template, 'containers', 0, 'readinessProbe']);
  return String(document);
}

/** A ConfigMap with this policy. */
export function policyMap(policy: string): string {
  const data = { 'policy-config.yaml': policy };
  return JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'policy-config' }, data });
}

/** The ConfigMap of the example. */
export function examplePolicyMap(): string {
  return String(example('sidecar.yaml', 'ConfigMap'));
}

const template = ['spec', 'template', 'spec'] as const;

function example(name: string, kind: string): Document {
  const document = parseAllDocuments(exampleText(name)).find((each) => each.get('kind') === kind);
  if (document === undefined) throw new Error(`${name} has no ${kind}`);
  return document;
}

function placeApp(document: Document, settings: Settings, prompts: readonly string[]): void {
  const set = (path: readonly (string | number)[], value: unknown): void =>
    document.setIn([...template, ...path], document.createNode(value));
  set(['initContainers', 0, 'image'], settings.image);
  set(['containers', 0, 'image'], settings.appImage);
  set(['containers', 0, 'command'], [settings.appNode, '/test/app.mjs', ...prompts]);
  set(['containers', 0, 'readinessProbe'], { httpGet: { path: '/ready', port: 8080 }, periodSeconds: 1 });
  set(['containers', 0, 'volumeMounts'], [{ name: 'test-app', mountPath: '/test' }]);
  document.addIn([...template, 'volumes'], { name: 'test-app', configMap: { name: 'test-app' } });
}

function changed(document: Document, changes: readonly Change[]): string {
  for (const [path, value] of changes) document.setIn([...template, ...path], document.createNode(value));
  return String(document);
}
