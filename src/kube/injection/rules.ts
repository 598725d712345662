import { annotationRules, type CelRule } from './annotation-rules.ts';
import { quoted } from './cel-template.ts';
import {
  adminPortName,
  injectLabel,
  noWords,
  policyVolume,
  secretsVolume,
  sidecarName,
  type SkipReason,
} from './names.ts';
import { patchRules } from './patch-rules.ts';

const among = (what: string, words: readonly string[]): string =>
  `${what} in [${words.map(quoted).join(', ')}]`;

const everyContainer = '(variables.inits + variables.containers)';
const ours = ['variables.portNumber', 'variables.adminNumber'];
/** Another protocol is another port. */
const takesPort = ours
  .map((port) => `p.?containerPort.orValue(0) == ${port} || p.?hostPort.orValue(0) == ${port}`)
  .join(' || ');

const skips: readonly { readonly reason: SkipReason; readonly isSo: string }[] = [
  {
    reason: 'already_injected',
    isSo: `${everyContainer}.exists(c, c.name == ${quoted(sidecarName)} || c.?ports.orValue([]).exists(p, p.?name.orValue("") == ${quoted(adminPortName)})) || variables.volumes.exists(v, ${among('v.name', [policyVolume, secretsVolume])})`,
  },
  {
    reason: 'opted_out',
    isSo: among(`object.?metadata.?labels[?${quoted(injectLabel)}].orValue("")`, noWords),
  },
  { reason: 'host_network', isSo: 'object.spec.?hostNetwork.orValue(false)' },
  {
    reason: 'unsupported_os',
    isSo: 'object.spec.?os.?name.orValue("") == "windows" || object.spec.?nodeSelector[?"kubernetes.io/os"].orValue("") == "windows"',
  },
  { reason: 'annotation_invalid', isSo: 'size(variables.invalid) > 0' },
  {
    reason: 'port_in_use',
    isSo: `${everyContainer}.exists(c, c.?ports.orValue([]).exists(p, p.?protocol.orValue("TCP") == "TCP" && (${takesPort})))`,
  },
];

/** The first reason that is so, else nothing. */
const skip = skips.reduceRight((rest, { reason, isSo }) => `(${isSo}) ? ${quoted(reason)} : ${rest}`, '""');

/**
 * What a pod is given, in the language of Kubernetes' admission policies: the API server runs it, and so do our webhook and
 * `kt inject`. `object` is the pod; `variables.settings`, a map of strings, comes first: the settings of the installation,
 * `specHash` and `by`. Each rule has a value for every pod; `skip` is a reason or empty, `patches` a list of `add`
 * operations of JSON Patch.
 */
export const sidecarRules: readonly CelRule[] = [
  {
    // A pod without any comes here too, with null: the API server refuses it after us.
    name: 'containers',
    expression: 'has(object.spec.containers) && object.spec.containers != null ? object.spec.containers : []',
  },
  { name: 'inits', expression: 'object.spec.?initContainers.orValue([])' },
  { name: 'volumes', expression: 'object.spec.?volumes.orValue([])' },
  ...annotationRules,
  { name: 'skip', expression: skip },
  ...patchRules,
  {
    // Containers of the app come first: our own moves the others on by one.
    name: 'patches',
    expression:
      'variables.skip == "" && size(variables.containers) > 0 ? variables.appPatches + variables.initPatches + variables.metadataPatches + variables.volumePatches + (variables.native == "false" ? variables.classicPatches : variables.nativePatches) : []',
  },
];
