import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { z } from 'zod';
import { chart, helms, render } from './support/helm.ts';

/** What a user may get wrong, and what the refusal must name. */
const wrong: readonly (readonly [set: string, says: RegExp])[] = [
  ['injection.mod=webhook', /mod/],
  ['injection.mode=magic', /injection.*mode/s],
  ['injection.port=80', /injection.*port/s],
  ['injection.port=seven', /injection.*port/s],
  ['injection.extraListen=8080', /extraListen/],
  ['injection.resources.requests.cpu=0', /cpu/],
  ['injection.resources.limits.memory=', /memory/],
  ['injection.env[0].name=A', /env/],
  ['image.digest=latest', /digest/],
  ['image.pullPolicy=Sometimes', /pullPolicy/],
  ['policy.namespaces={Demo}', /namespaces/],
  ['policy.manage=never', /manage/],
  ['provider.secret=My_Secret', /provider.*secret/s],
  ['validation.mode=maybe', /validation.*mode/s],
  ['reload.nudge.perSecond=0', /perSecond/],
  ['controller.replicas=0', /replicas/],
  ['controller.podLabels.a=null,controller.labels.a=b', /labels/],
  ['certificates.source=magic', /source/],
  ['certificates.certManager.duration=90d', /duration/],
  ['gateway.autoscaling.minReplicas=0', /minReplicas/],
  ['monitoring.podMonitor.interval=often', /interval/],
  ['networkPolicies.enabled=true', /networkPolicies/],
  [String.raw`commonLabels.app\.kubernetes\.io/name=mine`, /app\.kubernetes\.io.name/],
  [String.raw`gateway.podLabels.kt-sidecar\.dev/inject=enabled`, /kt-sidecar\.dev.inject/],
];

/** Values that are good alone and not together. */
const together: readonly (readonly [set: string, says: RegExp])[] = [
  ['injection.port=41003', /injection\.port and injection\.adminPort are both 41003/],
  ['controller.adminPort=9443', /controller\.port and controller\.adminPort are both 9443/],
  ['gateway.enabled=true,gateway.extraPort=41002', /gateway\.port, gateway\.extraPort .* must differ/],
  ['gateway.enabled=true,gateway.port=41003', /must differ/],
  [
    'gateway.enabled=true,gateway.autoscaling.enabled=true,gateway.autoscaling.minReplicas=20',
    /above maxReplicas/,
  ],
  ['policy.namespaces={demo},policy.name=mine', /policy\.name is mine, but pods mount injection\.configMap/],
  ['policy.namespaces={kt-sidecar}', /the namespace of the chart/],
];

interface Node {
  readonly description?: string | undefined;
  readonly additionalProperties?: unknown;
  readonly properties?: Readonly<Record<string, Node>> | undefined;
  readonly items?: Node | undefined;
}
const node: z.ZodType<Node> = z.lazy(() =>
  z.looseObject({
    description: z.string().optional(),
    additionalProperties: z.unknown().optional(),
    properties: z.record(z.string(), node).optional(),
    items: node.optional(),
  }),
);

/** Where a schema takes what nobody described, or does not say what a value is. */
function gaps({ properties, additionalProperties, items }: Node, path: string): readonly string[] {
  const open = properties !== undefined && additionalProperties !== false ? [`${path}: open`] : [];
  const below = Object.entries(properties ?? {}).flatMap(([name, inner]) => [
    ...(inner.description === undefined ? [`${path}.${name}: not described`] : []),
    ...gaps(inner, `${path}.${name}`),
  ]);
  return [...open, ...below, ...(items === undefined ? [] : gaps(items, `${path}[]`))];
}

test('the schema describes every value, and takes no other', () => {
  const schema = node.parse(JSON.parse(readFileSync(join(chart, 'values.schema.json'), 'utf8')));

  assert.ok(Object.keys(schema.properties ?? {}).length > 15);
  assert.deepEqual(gaps(schema, 'values'), []);
});

for (const helm of helms) {
  for (const [set, says] of wrong) {
    test(`${helm}: ${set} is refused by name`, async () => {
      await assert.rejects(render(helm, ['--set', set]), (error: unknown) => {
        const text = z.instanceof(Error).parse(error).message;
        assert.match(text, /don't meet the specifications of the schema/);
        assert.match(text.slice(text.indexOf('specifications')), says);
        return true;
      });
    });
  }

  for (const [set, says] of together) {
    test(`${helm}: ${set} is refused, with the reason`, async () => {
      await assert.rejects(render(helm, ['--set', set]), says);
    });
  }
}
