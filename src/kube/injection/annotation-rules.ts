import { quoted } from './cel-template.ts';
import { type PodAnnotation, prefix } from './names.ts';
import { quantityForm } from './quantity.ts';

/** A named piece of CEL. Those behind it may say `variables.NAME`. */
export interface CelRule {
  readonly name: string;
  readonly expression: string;
}

/** A setting of the installation. */
export const setting = (name: string): string => `variables.settings.${name}`;

/** What a pod says, or else what this CEL gives. */
const said = (name: PodAnnotation, otherwise: string): string =>
  `variables.annotations[?${quoted(prefix + name)}].orValue(${otherwise})`;

const isSaid = (name: PodAnnotation): string => `${quoted(prefix + name)} in variables.annotations`;

/** Long texts never reach the regular expression: its cost grows with them. */
const hasForm = (value: string, form: string, length: number): string =>
  `(size(${value}) <= ${length} && ${value}.matches(${quoted(form)}))`;

const label = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const objectName = `^${label}([.]${label})*$`;
const isName = (value: string): string => hasForm(value, objectName, 253);
const isQuantity = (value: string): string =>
  `${hasForm(value, quantityForm, 16)} && ${value}.matches("[1-9]")`;
const isTruth = (value: string): string => `${value} in ["true", "false"]`;
const isMore = (one: string, other: string): string => `quantity(${one}).isGreaterThan(quantity(${other}))`;

/** The bigger of two amounts, where the first may be none. */
const atLeast = (limit: string, request: string, isGood: string): string =>
  `${isGood} ? (${isMore(request, limit)} ? ${request} : ${limit}) : ${limit}`;

/** What holds for the pod: an annotation, or the setting. A limit is raised to a request that was asked for without one. */
const chosen: readonly CelRule[] = [
  { name: 'configMap', expression: said('config', setting('configMap')) },
  { name: 'secret', expression: said('secret', setting('secret')) },
  { name: 'port', expression: said('port', setting('port')) },
  { name: 'cpu', expression: said('cpu', setting('cpu')) },
  { name: 'memory', expression: said('memory', setting('memory')) },
  { name: 'native', expression: said('native', setting('native')) },
  { name: 'noProxy', expression: said('no-proxy', '"false"') },
  { name: 'hasGoodCpu', expression: isQuantity('variables.cpu') },
  { name: 'hasGoodMemory', expression: isQuantity('variables.memory') },
  {
    name: 'memoryLimit',
    expression: `${isSaid('memory-limit')} ? ${said('memory-limit', '""')} : (${atLeast(setting('memoryLimit'), 'variables.memory', 'variables.hasGoodMemory')})`,
  },
  {
    name: 'cpuLimit',
    expression: `${setting('cpuLimit')} == "" ? "" : (${atLeast(setting('cpuLimit'), 'variables.cpu', 'variables.hasGoodCpu')})`,
  },
  { name: 'hasGoodLimit', expression: isQuantity('variables.memoryLimit') },
  {
    name: 'portNumber',
    expression: `${hasForm('variables.port', '^[1-9][0-9]{3,4}$', 5)} ? int(variables.port) : 0`,
  },
  { name: 'adminNumber', expression: `int(${setting('adminPort')})` },
];

interface Requirement {
  readonly annotation: PodAnnotation;
  readonly holds: string;
  readonly says: string;
}

const name = (annotation: 'config' | 'secret', variable: string, kind: string): Requirement => ({
  annotation,
  holds: isName(variable),
  says: `expected the name of a ${kind} in the namespace of the pod`,
});
const truth = (annotation: 'native' | 'no-proxy', variable: string): Requirement => ({
  annotation,
  holds: isTruth(variable),
  says: 'expected "true" or "false"',
});
const amount = (
  annotation: 'cpu' | 'memory' | 'memory-limit',
  holds: string,
  example: string,
): Requirement => ({
  annotation,
  holds,
  says: `expected a quantity above zero, such as ${example}`,
});

const requirements: readonly Requirement[] = [
  name('config', 'variables.configMap', 'ConfigMap'),
  name('secret', 'variables.secret', 'Secret'),
  {
    annotation: 'port',
    holds:
      'variables.portNumber >= 1024 && variables.portNumber <= 65535 && variables.portNumber != variables.adminNumber',
    says: 'expected a port from 1024 to 65535 that is not the admin port',
  },
  amount('cpu', 'variables.hasGoodCpu', '50m'),
  amount('memory', 'variables.hasGoodMemory', '128Mi'),
  amount('memory-limit', 'variables.hasGoodLimit', '512Mi'),
  {
    annotation: 'memory-limit',
    holds: `variables.hasGoodMemory && variables.hasGoodLimit ? !${isMore('variables.memory', 'variables.memoryLimit')} : true`,
    says: `expected no less than the memory asked for (${prefix}memory)`,
  },
  truth('native', 'variables.native'),
  truth('no-proxy', 'variables.noProxy'),
];

/** Everything that is wrong with the annotations, in words. What the pod does not say is the installation's matter. */
const invalid = requirements
  .map(
    ({ annotation, holds, says }) =>
      `(${isSaid(annotation)} ? ((${holds}) ? [] : [${quoted(`${prefix}${annotation}: ${says}`)}]) : [])`,
  )
  .join(' + ');

/** What a pod says about its sidecar: each has a value whatever is written there. */
export const annotationRules: readonly CelRule[] = [
  { name: 'annotations', expression: 'object.?metadata.?annotations.orValue({})' },
  ...chosen,
  { name: 'invalid', expression: invalid },
];
