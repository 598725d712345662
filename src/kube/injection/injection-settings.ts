import { createHash } from 'node:crypto';
import { z } from 'zod';
import { version } from '../../version.ts';
import { quantityForm } from './quantity.ts';

const text = z.string().regex(/^[ -~]*$/, 'expected printable ASCII on one line');
/** Lines of NAME=value. */
const variables = z
  .string()
  .regex(/^(?:[A-Za-z_]\w*=[ -~]*(?:\n(?!$)|$))*$/, 'expected lines of NAME=value in printable ASCII');
const quantity = text.regex(new RegExp(quantityForm), 'expected a quantity such as 50m or 128Mi');
const port = text
  .regex(/^[1-9]\d{3,4}$/)
  .refine((value) => Number(value) >= 1024 && Number(value) <= 65_535, 'expected a port from 1024 to 65535');

/**
 * What an installation decides about the sidecars it gives to pods: strings, because an admission policy knows them as
 * such. The defaults are those of the chart too.
 */
export const injectionSettingsSchema = z
  .strictObject({
    image: text.min(1).default(`kt-sidecar:${version}`),
    pullPolicy: z.enum(['Always', 'IfNotPresent', 'Never']).default('IfNotPresent'),
    /** The ConfigMap with the policy, in the namespace of the pod. */
    configMap: text.min(1).default('policy-config'),
    /** The Secret with the providers' keys, in the namespace of the pod; empty: none is mounted. */
    secret: text.default(''),
    port: port.default('41002'),
    adminPort: port.default('41003'),
    /** A second address of the data port, such as `0.0.0.0:8080`; empty: loopback only. */
    extraListen: text.default(''),
    cpu: quantity.default('25m'),
    memory: quantity.default('96Mi'),
    memoryLimit: quantity.default('256Mi'),
    /** Empty: none. A limit of CPU would throttle every call of the app. */
    cpuLimit: z.union([z.literal(''), quantity]).default(''),
    /** `false`: an ordinary container, for platforms that refuse init containers that restart. */
    native: z.enum(['true', 'false']).default('true'),
    /** The sidecar's own variables, lines of `NAME=value`: for instance a proxy. */
    env: variables.default(''),
    version: text.default(version),
  })
  .refine((settings) => settings.port !== settings.adminPort, 'port and adminPort are the same');

export type InjectionSettings = Readonly<z.output<typeof injectionSettingsSchema>>;

/** What holds where nothing is said. */
export const defaultInjectionSettings: InjectionSettings = injectionSettingsSchema.parse({});

/**
 * Tells whether two sidecars were made by the same settings: the first 16 hex digits of the SHA-256 over `name=value` of
 * each setting, in the order of the names, joined by line feeds. The chart computes it the same way.
 */
export function specHash(settings: InjectionSettings): string {
  const lines = Object.entries(settings).toSorted(([one], [other]) => (one < other ? -1 : 1));
  const joined = lines.map(([name, value]) => `${name}=${value}`).join('\n');
  return createHash('sha256').update(joined).digest('hex').slice(0, 16);
}
