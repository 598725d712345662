import { readFileSync } from 'node:fs';
import { isMap, isScalar, type Pair, parseDocument } from 'yaml';

const head = `# The chart

\`\`\`sh
helm install kt-sidecar ./helm --namespace kt-sidecar --create-namespace --set 'policy.namespaces={demo}'
\`\`\`

What it installs and why: [docs/kubernetes.md](../docs/kubernetes.md). Changes between versions: [UPGRADING.md](UPGRADING.md).

## Values

<!-- Written by \`npm run generate\` from values.yaml. -->

| value | default | |
|---|---|---|
`;

/** The README of the chart: every value with its default, and the comment above it in values.yaml. */
export function chartReadme(values: string): string {
  const document = parseDocument(readFileSync(values, 'utf8'));
  if (!isMap(document.contents)) throw new Error(`${values} is no mapping`);
  return head + rows(document.contents.items, '', '').join('');
}

function rows(pairs: readonly Pair[], base: string, inherited: string): readonly string[] {
  return pairs.flatMap(({ key, value }, index) => {
    if (!isScalar(key)) return [];
    const path = base + String(key.value);
    // The comment above the first key of a mapping is kept with the mapping.
    const says = commentOf(key) || (index === 0 ? inherited : '');
    if (!isMap(value) || value.items.length === 0) {
      const shown = isScalar(value) ? JSON.stringify(value.value) : JSON.stringify(value);
      return [`| \`${path}\` | \`${shown}\` | ${says} |\n`];
    }
    const below = rows(value.items, `${path}.`, commentOf(value));
    return says === '' ? below : [`| **\`${path}\`** | | ${says} |\n`, ...below];
  });
}

/** The last paragraph of what stands above. */
function commentOf({ commentBefore }: { commentBefore?: string | null }): string {
  const paragraphs = (commentBefore ?? '').split(/\n\s*\n/);
  return (paragraphs.at(-1) ?? '')
    .split('\n')
    .map((line) => line.trim())
    .join(' ')
    .trim();
}
