import { celOf, expression, quoted, type Template } from './cel.ts';
import {
  adminPortName,
  injectedLabel,
  injectLabel,
  noWords,
  type PodAnnotation,
  policyVolume,
  prefix,
  secretsDirectory,
  secretsVolume,
  sidecarName,
  skippedAnnotation,
  type SkipReason,
} from './names.ts';
import {
  policyMount,
  policyVolumeSource,
  secretsMount,
  secretsVolumeSource,
  sidecarContainer,
} from './sidecar-container.ts';

/** A named piece of CEL. Those behind it may say `variables.NAME`. */
export interface Rule {
  readonly name: string;
  readonly expression: string;
}

/** Reads in a pod; each is false or gives a default where nothing is said. */
const annotation = (name: PodAnnotation, otherwise: string): string =>
  `variables.annotations[?${quoted(prefix + name)}].orValue(${otherwise})`;
const settings = (name: string): string => `variables.settings.${name}`;
const among = (what: string, words: readonly string[]): string =>
  `${what} in [${words.map(quoted).join(', ')}]`;

const dnsName = String.raw`^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$`;
const truth = ['true', 'false'];

/** What is wrong with the annotations, in words; empty where nothing is. In the order in which it is told. */
const invalid: readonly (readonly [wrong: string, says: string])[] = [
  ...(['config', 'secret'] as const).map(
    (name) =>
      [
        `!(${annotation(name, '"a"')}.matches(${quoted(dnsName)}))`,
        `${prefix}${name}: expected the name of ${name === 'config' ? 'a ConfigMap' : 'a Secret'} in the namespace of the pod`,
      ] as const,
  ),
  [
    `!(variables.port.matches("^[1-9][0-9]{3,4}$") ? int(variables.port) >= 1024 && int(variables.port) <= 65535 && variables.port != ${settings('adminPort')} : false)`,
    `${prefix}port: expected a port from 1024 to 65535 that is not the admin port`,
  ],
  ...(['cpu', 'memory', 'memory-limit'] as const).map(
    (name) =>
      [
        `!(isQuantity(${annotation(name, '"1"')}) && ${annotation(name, '"1"')}.matches("^[1-9]|^0[.]"))`,
        `${prefix}${name}: expected a quantity above zero, such as ${name === 'cpu' ? '50m' : '128Mi'}`,
      ] as const,
  ),
  [
    `isQuantity(variables.memory) && isQuantity(variables.memoryLimit) && quantity(variables.memory).isGreaterThan(quantity(variables.memoryLimit))`,
    `${prefix}memory: more than the limit; set ${prefix}memory-limit too`,
  ],
  ...(['native', 'no-proxy'] as const).map(
    (name) =>
      [
        `!(${among(annotation(name, '"true"'), truth)})`,
        `${prefix}${name}: expected "true" or "false"`,
      ] as const,
  ),
];

const containersOf = 'variables.inits + variables.containers';

const skips: readonly (readonly [SkipReason, string])[] = [
  [
    'already_injected',
    `(${containersOf}).exists(c, c.name == ${quoted(sidecarName)} || c.?ports.orValue([]).exists(p, p.?name.orValue("") == ${quoted(adminPortName)})) || variables.volumes.exists(v, ${among('v.name', [policyVolume, secretsVolume])})`,
  ],
  ['opted_out', among(`object.?metadata.?labels[?${quoted(injectLabel)}].orValue("")`, noWords)],
  ['host_network', 'object.spec.?hostNetwork.orValue(false)'],
  [
    'unsupported_os',
    'object.spec.?os.?name.orValue("") == "windows" || object.spec.?nodeSelector[?"kubernetes.io/os"].orValue("") == "windows"',
  ],
  ['annotation_invalid', 'variables.invalid != ""'],
  [
    'port_in_use',
    `(${containersOf}).exists(c, c.?ports.orValue([]).exists(p, p.containerPort == int(variables.port) || p.containerPort == int(${settings('adminPort')})))`,
  ],
];

/** The first that is so, else nothing. */
function firstOf(cases: readonly (readonly [when: string, value: string])[]): string {
  return cases.reduceRight((rest, [when, value]) => `(${when}) ? ${quoted(value)} : ${rest}`, '""');
}

const add = (path: string, value: Template): string =>
  `{"op": dyn("add"), "path": dyn(${path}), "value": ${celOf(value)}}`;
const one = (path: string, value: Template): string => `[${add(quoted(path), value)}]`;
/** Makes a list or map that is not there. */
const ensure = (field: string, path: string, value: Template): string =>
  `(${field}.hasValue() ? [] : ${one(path, value)})`;

const pointer = (key: string): string => key.replaceAll('~', '~0').replaceAll('/', '~1');
const written = (kind: 'annotations' | 'labels', key: string, cel: string): string =>
  one(`/metadata/${kind}/${pointer(key)}`, expression(cel));

/** Of each container of a list: the name where it is not set, put before the others. */
function environment(list: 'containers' | 'initContainers', apps: string): string {
  const at = `"/spec/${list}/" + string(i)`;
  const container = `object.spec.${list}[i]`;
  const lacks = (name: string): string =>
    `!${container}.?env.orValue([]).exists(e, e.name == ${quoted(name)})`;
  const each = (when: string, patch: string): string => `${apps}.filter(i, ${when}).map(i, ${patch})`;
  const set = (name: string, cel: string, more = 'true'): string =>
    each(`${more} && ${lacks(name)}`, add(`${at} + "/env/0"`, { name, value: expression(cel) }));
  // The last that is put in front stands first.
  return [
    each(`!${container}.?env.hasValue()`, add(`${at} + "/env"`, [])),
    set('no_proxy', '"127.0.0.1,localhost,::1"', 'variables.noProxy'),
    set('NO_PROXY', '"127.0.0.1,localhost,::1"', 'variables.noProxy'),
    // What `envFrom` brings cannot be seen: it may be a key that the app uses elsewhere.
    set('OPENAI_API_KEY', `"kt-sidecar"`, `!${container}.?envFrom.hasValue()`),
    set('OPENAI_API_BASE', 'variables.baseUrl'),
    set('OPENAI_BASE_URL', 'variables.baseUrl'),
  ].join(' + ');
}

/** No pod has more containers. */
const indices = `[${Array.from({ length: 100 }, (_, index) => index).join(', ')}]`;
const isApp = (container: string): string => `${container}.?restartPolicy.orValue("") != "Always"`;

const withMetadata = [
  ensure('object.?metadata.?annotations', '/metadata/annotations', {}),
  ensure('object.?metadata.?labels', '/metadata/labels', {}),
];

const defaultContainer = 'kubectl.kubernetes.io/default-container';

/** The parts of what a pod is given. Containers of the app come first: our own moves the others on by one. */
const parts: readonly Rule[] = [
  { name: 'appPatches', expression: environment('containers', 'variables.appIndices') },
  { name: 'initPatches', expression: environment('initContainers', 'variables.initIndices') },
  {
    name: 'metadataPatches',
    expression: [
      ...withMetadata,
      written('annotations', `${prefix}injected-by`, settings('by')),
      written('annotations', `${prefix}version`, settings('version')),
      written('annotations', `${prefix}spec-hash`, settings('specHash')),
      written('labels', injectedLabel, '"true"'),
    ].join(' + '),
  },
  {
    name: 'volumePatches',
    expression: [
      ensure('object.spec.?volumes', '/spec/volumes', []),
      one('/spec/volumes/-', policyVolumeSource),
      `(variables.secret == "" ? [] : ${one('/spec/volumes/-', secretsVolumeSource)})`,
    ].join(' + '),
  },
  {
    name: 'nativePatches',
    expression: [
      ensure('object.spec.?initContainers', '/spec/initContainers', []),
      one('/spec/initContainers/0', { ...sidecarContainer, restartPolicy: 'Always' }),
    ].join(' + '),
  },
  {
    name: 'classicPatches',
    expression: [
      one('/spec/containers/-', sidecarContainer),
      `(${quoted(defaultContainer)} in variables.annotations ? [] : ${written('annotations', defaultContainer, 'object.spec.containers[0].name')})`,
    ].join(' + '),
  },
  {
    // A pod that asked for the sidecar and cannot have it says so itself: who looks at it learns why.
    name: 'skippedPatches',
    expression: [
      ...withMetadata,
      written('annotations', skippedAnnotation, 'variables.skip'),
      written('labels', injectedLabel, '"false"'),
    ].join(' + '),
  },
];

const injectedParts =
  'variables.appPatches + variables.initPatches + variables.metadataPatches + variables.volumePatches + (variables.isNative ? variables.nativePatches : variables.classicPatches)';

/**
 * What a pod is given, in the language of Kubernetes' admission policies: the API server runs it, and so do our webhook and
 * `kt inject`. `object` is the pod; `variables.settings` (strings) and `variables.extraEnv` (a list of names and values)
 * come first. The last is `patches`: a list of `add` operations of JSON Patch.
 */
export const injectionRules: readonly Rule[] = [
  { name: 'annotations', expression: 'object.?metadata.?annotations.orValue({})' },
  { name: 'containers', expression: 'object.spec.containers' },
  { name: 'inits', expression: 'object.spec.?initContainers.orValue([])' },
  { name: 'volumes', expression: 'object.spec.?volumes.orValue([])' },
  { name: 'configMap', expression: annotation('config', settings('configMap')) },
  { name: 'secret', expression: annotation('secret', settings('secret')) },
  { name: 'port', expression: annotation('port', settings('port')) },
  { name: 'cpu', expression: annotation('cpu', settings('cpu')) },
  { name: 'memory', expression: annotation('memory', settings('memory')) },
  { name: 'memoryLimit', expression: annotation('memory-limit', settings('memoryLimit')) },
  { name: 'isNative', expression: `${annotation('native', settings('native'))} != "false"` },
  { name: 'noProxy', expression: `${annotation('no-proxy', '"false"')} == "true"` },
  { name: 'invalid', expression: firstOf(invalid) },
  { name: 'skip', expression: firstOf(skips.map(([reason, when]) => [when, reason])) },
  { name: 'baseUrl', expression: '"http://127.0.0.1:" + variables.port + "/v1"' },
  {
    name: 'limits',
    expression: `${settings('cpuLimit')} == "" ? {"memory": variables.memoryLimit} : {"memory": variables.memoryLimit, "cpu": ${settings('cpuLimit')}}`,
  },
  {
    name: 'sidecarEnv',
    expression: [
      `[{"name": "KT_LISTEN", "value": "localhost:" + variables.port + (${settings('extraListen')} == "" ? "" : "," + ${settings('extraListen')})}, {"name": "KT_ADMIN_LISTEN", "value": "[::]:" + ${settings('adminPort')}}]`,
      `(variables.secret == "" ? [] : [{"name": "KT_SECRETS_DIR", "value": ${quoted(secretsDirectory)}}])`,
      'variables.extraEnv',
    ].join(' + '),
  },
  {
    name: 'mounts',
    expression: `[${celOf(policyMount)}] + (variables.secret == "" ? [] : [${celOf(secretsMount)}])`,
  },
  {
    name: 'appIndices',
    expression: `${indices}.filter(i, i < size(variables.containers)).filter(i, ${isApp('object.spec.containers[i]')})`,
  },
  {
    // In the classic form the sidecar starts after all of them.
    name: 'initIndices',
    expression: `${indices}.filter(i, variables.isNative && i < size(variables.inits)).filter(i, ${isApp('object.spec.initContainers[i]')})`,
  },
  ...parts,
  {
    name: 'patches',
    expression: `variables.skip == "" ? ${injectedParts} : (${among('variables.skip', ['already_injected', 'opted_out'])} ? [] : variables.skippedPatches)`,
  },
];
