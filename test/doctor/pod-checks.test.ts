import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import test from 'node:test';
import { load } from '../../src/config/load.ts';
import { readStatus } from '../../src/record/status-document.ts';
import { type MapFacts, podChecks, versionCheck } from '../../src/doctor/pod-checks.ts';
import { podFacts } from '../../src/kube/pod-facts.ts';
import { policyKinds } from '../../src/policy/kinds.ts';
import { type PodShape, podObject, sidecarContainer } from '../support/pods.ts';
import { type Standing, statusOf, wellParts } from '../support/status-documents.ts';

const text = `pack: {name: a, version: 1.0.0, enabled: true}
policies: {chain: [pii-detector]}
policy: {pii-detector: {action: redact}}
providers: {targets: [{id: t, provider: together, model: m, stream_timeout_seconds: 20}]}
`;

interface Shape extends PodShape {
  readonly text?: string;
  readonly immutable?: boolean;
  readonly bytes?: number;
  readonly standing?: Standing;
  readonly delivered?: string;
  readonly failure?: string;
}

function mapOf(shape: Shape): MapFacts {
  const content = shape.text ?? text;
  const options = { simulateMissingKeys: false, failMode: 'block', acceptNoTarget: true } as const;
  const result = load({ content, kinds: policyKinds, secrets: () => undefined, options });
  const facts = { isImmutable: shape.immutable ?? false, bytes: shape.bytes ?? 100, text: content };
  return {
    kind: 'read',
    name: 'policy',
    facts,
    issues: result.issues,
    config: result.ok ? result.config : undefined,
  };
}

function statusFor(shape: Shape) {
  if (shape.failure !== undefined) return { failure: shape.failure };
  const hash = createHash('sha256')
    .update(shape.delivered ?? shape.text ?? text)
    .digest('hex');
  const config = { ...wellParts.config, appliedHash: hash, desiredHash: hash };
  const view = readStatus(
    shape.standing === undefined ? statusOf('SYNCED', { config }) : statusOf(shape.standing),
  );
  return view === undefined ? assert.fail('no status') : { view };
}

/** What is not all right about a pod, as `state name message fix`. */
function complaints(shape: Shape): readonly string[] {
  // A pod as the API server gives it, which is what the client makes of it too.
  const pod = podFacts(JSON.parse(JSON.stringify(podObject(shape))));
  const { sidecar } = pod;
  assert.ok(sidecar !== undefined);
  return podChecks({ pod, sidecar, map: mapOf(shape), status: statusFor(shape) })
    .filter(({ state }) => state !== 'ok')
    .map(({ state, name, message, fix }) => `${state} ${name} ${message} ${fix ?? 'NO FIX'}`);
}

const { env, volumeMounts } = sidecarContainer;
const other = { containers: [{ name: 'app', ports: [{ containerPort: 41_002 }] }] };
const restart = { initContainers: [{ ...sidecarContainer, restartPolicy: 'Always' }] };

const cases: readonly (readonly [what: string, shape: Shape, expected: readonly RegExp[]])[] = [
  ['nothing', {}, []],
  ['a normal container', { form: 'classic' }, [/^warn sidecar .*restartPolicy: Always/]],
  ['an init container that does not restart', { form: 'init' }, [/^fail sidecar .*never starts/]],
  ['no startup probe', { sidecar: { startupProbe: undefined } }, [/^warn probe .*\/startupz/]],
  ['the network of the node', { spec: { hostNetwork: true } }, [/^fail network .*hostNetwork/]],
  [
    'a port that another declares',
    { spec: { ...restart, ...other } },
    [/^fail port container app declares port 41002/],
  ],
  [
    'a folder that is not mounted',
    { sidecar: { volumeMounts: [] } },
    [/^fail mount nothing is mounted at \/etc\/kt/],
  ],
  [
    'a single file',
    {
      sidecar: {
        volumeMounts: [
          { name: 'config', mountPath: '/etc/kt/policy-config.yaml', subPath: 'policy-config.yaml' },
        ],
      },
    },
    [/^fail mount .*subPath/],
  ],
  [
    'a volume of another sort',
    { spec: { volumes: [{ name: 'config', emptyDir: {} }] } },
    [/^warn mount .*does not come from a ConfigMap/],
  ],
  [
    'what the image runs by itself',
    { sidecar: { args: undefined, volumeMounts: [{ name: 'config', mountPath: '/etc/kt/policy' }] } },
    [],
  ],
  ['an immutable ConfigMap', { immutable: true }, [/^warn config .*immutable/]],
  ['a ConfigMap near its limit', { bytes: 1_000_000 }, [/^warn config .*1000000 bytes/]],
  [
    'a configuration that is wrong',
    { text: text.replace('[pii-detector]', '[no-such]') },
    [/^fail config E001/],
  ],
  [
    'a file that was refused',
    { standing: 'REJECTED' },
    [/^fail gateway REJECTED.*kt status app-1 -n shop/, /^warn delivery/],
  ],
  [
    'an edit under way',
    { delivered: `${text}#` },
    [/^warn delivery STALE: the ConfigMap is [0-9a-f]{12}.*two minutes/],
  ],
  [
    'a gateway that does not answer',
    { failure: 'HTTP 503' },
    [/^fail gateway HTTP 503 kubectl logs app-1 -c kt-sidecar -n shop/],
  ],
  [
    'a key that is not given',
    { sidecar: { env: [] } },
    [/^fail key TOGETHER_API_KEY is not given.*secretKeyRef/],
  ],
  [
    'a secret of a header that is not given',
    { text: text.replace('model: m', 'model: m, headers: {X-Org: {env: ORG}}') },
    [/^fail key ORG is not given.*secretKeyRef/],
  ],
  [
    'a proxy that the gateway does not use',
    { sidecar: { env: [...env, { name: 'HTTPS_PROXY', value: 'http://me:topsecret@proxy' }] } },
    [/^warn proxy HTTPS_PROXY set, and the gateway uses no outbound proxy.*egress rules/],
  ],
  ['hosts that no proxy is for', { sidecar: { env: [...env, { name: 'NO_PROXY', value: '*' }] } }, []],
  [
    'a key written into the pod',
    { sidecar: { env: [{ name: 'TOGETHER_API_KEY', value: 'topsecret' }] } },
    [/^warn key TOGETHER_API_KEY is written/],
  ],
  ['a key from envFrom', { sidecar: { env: [], envFrom: [{ secretRef: { name: 'keys' } }] } }, []],
  [
    'a grace period that is too short',
    { spec: { terminationGracePeriodSeconds: 29 } },
    [/^fail grace .*after 29 s.*Seconds: 30/],
  ],
  ['a grace period that just does', { spec: { terminationGracePeriodSeconds: 30 } }, []],
  [
    'a longer drain, by flag',
    {
      sidecar: { args: [...sidecarContainer.args, '--drain-seconds=60'] },
      spec: { terminationGracePeriodSeconds: 64 },
    },
    [/^fail grace .*before the 60 s.*Seconds: 65/],
  ],
  [
    'a longer drain, by variable',
    {
      sidecar: { env: [...env, { name: 'KT_DRAIN_SECONDS', value: '60' }] },
      spec: { terminationGracePeriodSeconds: 64 },
    },
    [/^fail grace .*before the 60 s/],
  ],
  [
    'streams longer than the drain',
    { text: text.replace('20', '600') },
    [/^warn grace a stream may take 600 s and is ended after 25 s/],
  ],
  ['no requests', { sidecar: { resources: {} } }, [/^warn requests no request for cpu and memory/]],
  [
    'half the requests',
    { sidecar: { resources: { requests: { cpu: '1' } } } },
    [/^warn requests no request for memory/],
  ],
  [
    'no security context',
    { sidecar: { securityContext: undefined } },
    [
      /^warn security .*runAsNonRoot: true, allowPrivilegeEscalation: false, capabilities: \{drop: \[ALL\]\}, seccompProfile/,
    ],
  ],
  [
    'a security context of the pod',
    {
      sidecar: { securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } } },
      spec: { securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } } },
    },
    [],
  ],
  [
    'a key of the ConfigMap under another name',
    {
      spec: {
        volumes: [
          {
            name: 'config',
            configMap: { name: 'policy', items: [{ key: 'p', path: 'policy-config.yaml' }] },
          },
        ],
      },
      sidecar: { volumeMounts },
    },
    [],
  ],
];

for (const [what, shape, expected] of cases) {
  test(`${what} to complain about: ${expected.length}`, () => {
    const found = complaints(shape);

    assert.equal(found.length, expected.length, found.join('\n'));
    for (const [at, said] of expected.entries()) assert.match(found[at] ?? '', said);
    assert.doesNotMatch(found.join(), /topsecret|NO FIX/);
  });
}

for (const [version, state] of [
  ['v1.36.3', 'ok'],
  ['v1.29.0-eks-1', 'ok'],
  ['v1.28.15', 'warn'],
  ['v2.0.0', 'ok'],
] as const) {
  test(`Kubernetes ${version} is ${state}`, () => {
    assert.equal(versionCheck(version).state, state);
  });
}
