import { createHash } from 'node:crypto';
import { z } from 'zod';
import { version } from '../../version.ts';

const text = z.string();

/**
 * What an installation decides about the sidecars it gives to pods: strings, because an admission policy knows them as
 * such. The defaults are those of the chart too.
 */
export const injectionSettingsSchema = z.strictObject({
  image: text.min(1).default(`kt-sidecar:${version}`),
  pullPolicy: z.enum(['Always', 'IfNotPresent', 'Never']).default('IfNotPresent'),
  /** The ConfigMap with the policy, in the namespace of the pod. */
  configMap: text.min(1).default('policy-config'),
  /** The Secret with the providers' keys, in the namespace of the pod; empty: none is mounted. */
  secret: text.default(''),
  port: text.regex(/^\d{4,5}$/).default('41002'),
  adminPort: text.regex(/^\d{4,5}$/).default('41003'),
  /** A second address of the data port, such as `0.0.0.0:8080`; empty: loopback only. */
  extraListen: text.default(''),
  cpu: text.min(1).default('25m'),
  memory: text.min(1).default('96Mi'),
  memoryLimit: text.min(1).default('256Mi'),
  /** Empty: none. A limit of CPU would throttle every call of the app. */
  cpuLimit: text.default(''),
  /** `false`: an ordinary container, for platforms that refuse init containers that restart. */
  native: z.enum(['true', 'false']).default('true'),
  version: text.default(version),
});

export type InjectionSettings = Readonly<z.output<typeof injectionSettingsSchema>>;

/** A variable of the sidecar's own environment. */
export const extraEnvSchema = z.array(z.strictObject({ name: text.min(1), value: text })).default([]);
export type ExtraEnv = readonly { readonly name: string; readonly value: string }[];

/**
 * Tells whether two sidecars were made by the same settings: 16 hex digits of the SHA-256 over the lines `name=value`, by
 * name. The chart computes it the same way.
 */
export function specHash(settings: InjectionSettings, extraEnv: ExtraEnv): string {
  const lines = [
    ...Object.entries(settings)
      .map(([name, value]) => `${name}=${value}`)
      .toSorted(),
    ...extraEnv.map(({ name, value }) => `env ${name}=${value}`),
  ];
  return createHash('sha256').update(lines.join('\n')).digest('hex').slice(0, 16);
}
