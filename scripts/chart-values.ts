import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';

const head = `# The chart

\`\`\`sh
helm install kt-sidecar ./helm --namespace kt-sidecar --create-namespace --set 'policy.namespaces={demo}'
\`\`\`

What it installs and why: [docs/kubernetes.md](../docs/kubernetes.md). Changes between versions: [UPGRADING.md](UPGRADING.md).
For two of everything and no pod without its sidecar: \`--values helm/values-ha.yaml\`.

## Values

<!-- Written by \`npm run generate\` from values.yaml and values.schema.json. -->

| value | default | |
|---|---|---|
`;

const mapping = z.record(z.string(), z.unknown());
const described = z.object({ description: z.string(), properties: mapping.optional() });

/** The README of the chart: every value with its default, and what the schema says of it. */
export function chartReadme(values: string, schema: string): string {
  const { properties } = z.object({ properties: mapping }).parse(JSON.parse(readFileSync(schema, 'utf8')));
  return head + rows(mapping.parse(parse(readFileSync(values, 'utf8'))), properties, '').join('');
}

function rows(
  values: z.output<typeof mapping>,
  schemas: z.output<typeof mapping>,
  base: string,
): readonly string[] {
  return Object.entries(values).flatMap(([key, value]) => {
    const path = base + key;
    const { description, properties } = described.parse(schemas[key], {
      error: () => `${path}: not described`,
    });
    const says = description.replaceAll('|', '\\|');
    if (properties === undefined) return [`| \`${path}\` | \`${JSON.stringify(value)}\` | ${says} |\n`];
    return [`| **\`${path}\`** | | ${says} |\n`, ...rows(mapping.parse(value), properties, `${path}.`)];
  });
}
