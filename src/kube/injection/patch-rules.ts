import type { CelRule } from './annotation-rules.ts';
import { setting } from './annotation-rules.ts';
import { celOf, expression, quoted, type Template } from './cel-template.ts';
import { defaultContainerAnnotation, injectedLabel, prefix, secretsDirectory } from './names.ts';
import {
  policyVolumeSource,
  secretsMount,
  secretsVolumeSource,
  sidecarContainer,
} from './sidecar-container.ts';

const add = (path: string, value: Template): string =>
  `{"op": dyn("add"), "path": dyn(${path}), "value": ${celOf(value)}}`;
const one = (path: string, value: Template): string => `[${add(quoted(path), value)}]`;
const when = (condition: string, patches: string): string => `(${condition} ? ${patches} : [])`;
/** Makes a list or map that is not there. */
const ensure = (field: string, path: string, value: Template): string =>
  when(`!${field}.hasValue()`, one(path, value));

const pointer = (key: string): string => key.replaceAll('~', '~0').replaceAll('/', '~1');
const written = (kind: 'annotations' | 'labels', key: string, cel: string): string =>
  one(`/metadata/${kind}/${pointer(key)}`, expression(cel));

/** More than any pod has: `lists.range` is not CEL's own. */
const indices = `[${Array.from({ length: 250 }, (_, index) => index).join(', ')}]`;
const below = (list: string): string => `variables.indices.filter(i, i < size(${list}))`;

/** For the containers at these indices: each name where it is not set, before what the container itself sets. */
function appEnvironment(list: 'containers' | 'initContainers', at: string): string {
  const path = `"/spec/${list}/" + string(i)`;
  const container = `object.spec.${list}[i]`;
  const sets = (...names: readonly string[]): string =>
    `${container}.?env.orValue([]).exists(e, e.name in [${names.map(quoted).join(', ')}])`;
  const each = (condition: string, patch: string): string => `${at}.filter(i, ${condition}).map(i, ${patch})`;
  const put = (condition: string, name: string, cel: string): string =>
    each(condition, add(`${path} + "/env/0"`, { name, value: expression(cel) }));
  // An app that names proxies for one spelling only is left as it is.
  const noProxy = `variables.noProxy == "true" && !${sets('NO_PROXY', 'no_proxy')}`;
  const loopback = quoted('127.0.0.1,localhost,::1');
  // The last that is put in front stands first.
  return [
    each(`!${container}.?env.hasValue()`, add(`${path} + "/env"`, [])),
    put(noProxy, 'no_proxy', loopback),
    put(noProxy, 'NO_PROXY', loopback),
    // What `envFrom` brings cannot be seen: it may be the key that the app uses elsewhere.
    put(
      `size(${container}.?envFrom.orValue([])) == 0 && !${sets('OPENAI_API_KEY')}`,
      'OPENAI_API_KEY',
      '"kt-sidecar"',
    ),
    put(`!${sets('OPENAI_API_BASE')}`, 'OPENAI_API_BASE', 'variables.baseUrl'),
    put(`!${sets('OPENAI_BASE_URL')}`, 'OPENAI_BASE_URL', 'variables.baseUrl'),
  ].join(' + ');
}

/** The sidecar's own variables: only where it differs from what it does by itself. */
const sidecarVariables = [
  when(
    `variables.port != "41002" || ${setting('extraListen')} != ""`,
    `[{"name": "KT_LISTEN", "value": "localhost:" + variables.port + (${setting('extraListen')} == "" ? "" : "," + ${setting('extraListen')})}]`,
  ),
  when(
    `${setting('adminPort')} != "41003"`,
    `[{"name": "KT_ADMIN_LISTEN", "value": "[::]:" + ${setting('adminPort')}}]`,
  ),
  when('variables.secret != ""', `[{"name": "KT_SECRETS_DIR", "value": ${quoted(secretsDirectory)}}]`),
  when(
    `${setting('env')} != ""`,
    `${setting('env')}.split("\\n").map(l, {"name": l.substring(0, l.indexOf("=")), "value": l.substring(l.indexOf("=") + 1)})`,
  ),
].join(' + ');

/** What is there only sometimes, put into our container at this place. */
const sidecarExtras = (at: string): string =>
  [
    when(
      'variables.cpuLimit != ""',
      `[${add(`${at} + "/resources/limits/cpu"`, expression('variables.cpuLimit'))}]`,
    ),
    when('variables.secret != ""', `[${add(`${at} + "/volumeMounts/-"`, secretsMount)}]`),
    when(
      'size(variables.sidecarVariables) > 0',
      `[${add(`${at} + "/env"`, expression('variables.sidecarVariables'))}]`,
    ),
  ].join(' + ');

const behindAll = '"/spec/containers/" + string(size(variables.containers))';

/** The parts of what a pod is given. */
export const patchRules: readonly CelRule[] = [
  { name: 'baseUrl', expression: '"http://127.0.0.1:" + variables.port + "/v1"' },
  { name: 'sidecarVariables', expression: sidecarVariables },
  { name: 'indices', expression: indices },
  { name: 'appIndices', expression: below('variables.containers') },
  {
    // Other sidecars have an environment of their own: they are no part of the app.
    name: 'initIndices',
    expression: `${below('variables.inits')}.filter(i, variables.inits[i].?restartPolicy.orValue("") != "Always")`,
  },
  { name: 'appPatches', expression: appEnvironment('containers', 'variables.appIndices') },
  { name: 'initPatches', expression: appEnvironment('initContainers', 'variables.initIndices') },
  {
    name: 'metadataPatches',
    expression: [
      ensure('object.?metadata', '/metadata', {}),
      ensure('object.?metadata.?annotations', '/metadata/annotations', {}),
      ensure('object.?metadata.?labels', '/metadata/labels', {}),
      written('labels', injectedLabel, '"true"'),
      written('annotations', `${prefix}injected-by`, setting('by')),
      written('annotations', `${prefix}version`, setting('version')),
      written('annotations', `${prefix}spec-hash`, setting('specHash')),
    ].join(' + '),
  },
  {
    // In front: what else is added to a pod, such as its token, stands behind the app's own, whoever adds first.
    name: 'volumePatches',
    expression: [
      ensure('object.spec.?volumes', '/spec/volumes', []),
      when('variables.secret != ""', one('/spec/volumes/0', secretsVolumeSource)),
      one('/spec/volumes/0', policyVolumeSource),
    ].join(' + '),
  },
  {
    name: 'nativePatches',
    expression: [
      ensure('object.spec.?initContainers', '/spec/initContainers', []),
      one('/spec/initContainers/0', sidecarContainer('native')),
      sidecarExtras('"/spec/initContainers/0"'),
    ].join(' + '),
  },
  {
    name: 'classicPatches',
    expression: [
      `[${add(behindAll, sidecarContainer('classic'))}]`,
      sidecarExtras(behindAll),
      when(
        `!(${quoted(defaultContainerAnnotation)} in variables.annotations)`,
        written('annotations', defaultContainerAnnotation, 'object.spec.containers[0].name'),
      ),
    ].join(' + '),
  },
];
