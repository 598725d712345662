import type { PolicyKind } from '../src/policy/policy.ts';
import { commonSchema } from '../src/policy/common-settings.ts';
import { expectation, type JsonSchema } from '../src/config/expectation.ts';
import { issueCodes } from '../src/config/issue.ts';
import { commonJsonSchema, jsonSchema } from './json-schema.ts';
import { providers, simulatorId } from '../src/config/provider-table.ts';

/** docs/configuration.md, from the descriptions on the schema. */
export function referenceTable(kinds: readonly PolicyKind[]): string {
  const schema = jsonSchema(kinds);
  const { policy, ...others } = schema.properties ?? {};
  const parts = [
    '# Configuration',
    '',
    'Every key of `policy-config.yaml`. Generated from the schema by `npm run generate`; do not edit.',
    '',
    'Unknown keys are errors. `kt policy lint --file policy-config.yaml` says everything that is wrong with a file, with line and column.',
    '',
    ...section('The document', rows({ ...schema, properties: others }, '')),
    ...section('Keys of every `policy.<kind>` block', rows(commonJsonSchema(), '')),
    ...kinds.flatMap((kind) => kindSection(kind, policy)),
    ...providerSection(),
    ...issueSection(),
  ];
  return `${parts.join('\n').trimEnd()}\n`;
}

const commonKeys: ReadonlySet<string> = new Set(Object.keys(commonSchema.shape));

function only(schema: JsonSchema | boolean | undefined, keep: (key: string) => boolean): JsonSchema {
  const entries = Object.entries(propertiesOf(schema)).filter(([key]) => keep(key));
  return { properties: Object.fromEntries(entries) };
}

function kindSection(kind: PolicyKind, policy: JsonSchema | boolean | undefined): readonly string[] {
  const own = only(propertiesOf(policy)[kind.kind], (key) => !commonKeys.has(key));
  const [title = '', ...table] = section(`\`policy.${kind.kind}\``, rows(own, ''));
  return [title, '', kind.summary, ...table];
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return [`## ${title}`, '', '| key | value | default | meaning |', '|---|---|---|---|', ...lines, ''];
}

function rows(schema: JsonSchema, prefix: string): readonly string[] {
  const required = new Set(schema.required);
  const lines: string[] = [];
  for (const [key, property] of Object.entries(propertiesOf(schema))) {
    if (typeof property === 'boolean') continue;
    const name = `${prefix}${key}`;
    lines.push(row(name, property, required.has(key)), ...below(name, property));
  }
  return lines;
}

function below(name: string, property: JsonSchema): readonly string[] {
  const { items } = property;
  if (typeof items === 'object' && !Array.isArray(items)) return rows(items, `${name}[].`);
  return rows(property, `${name}.`);
}

function row(name: string, property: JsonSchema, isRequired: boolean): string {
  const preset = isRequired ? 'required' : shown(property.default);
  return `| \`${name}\` | ${cell(expectation(property))} | ${preset} | ${cell(property.description ?? '')} |`;
}

/** Mappings are filled in key by key, so their own default says nothing. */
function shown(preset: unknown): string {
  const isMappingOrNone = preset === undefined || (typeof preset === 'object' && !Array.isArray(preset));
  return isMappingOrNone ? '' : `\`${cell(JSON.stringify(preset))}\``;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}

function propertiesOf(
  schema: JsonSchema | boolean | undefined,
): Readonly<Record<string, JsonSchema | boolean>> {
  return typeof schema === 'object' ? (schema.properties ?? {}) : {};
}

function providerSection(): readonly string[] {
  const lines = providers.map(({ id, baseUrl, keyVariable }) => {
    const address = baseUrl === undefined ? '`base_url` is required' : `\`${baseUrl}\``;
    return `| \`${id}\` | ${address} | ${keyVariable === undefined ? 'none needed' : `\`${keyVariable}\``} |`;
  });
  const simulator = `| \`${simulatorId}\` | built in | none needed |`;
  return ['## Providers', '', '| id | base URL | key variable |', '|---|---|---|', ...lines, simulator, ''];
}

function issueSection(): readonly string[] {
  const lines = Object.entries(issueCodes).map(([code, { severity, summary }]) => {
    return `| \`${code}\` | ${severity} | ${cell(summary)} |`;
  });
  return ['## Issue codes', '', '| code | severity | meaning |', '|---|---|---|', ...lines];
}
