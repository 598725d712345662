import { parseDocument } from 'yaml';
import { z } from 'zod';
import { injectionSettingsSchema } from '../injection/injection-settings.ts';

const name = z
  .string()
  .regex(/^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/, 'expected the name of a Kubernetes object');
const namespaceOrAll = z.union([z.literal('*'), name]);
const port = z.int().min(0).max(65_535);

/** What the controller is told by its file. The chart writes it. */
const controllerSettingsSchema = z.strictObject({
  /** Where the controller lives. */
  namespace: name,
  /** Its Service: the certificate is for `<service>.<namespace>.svc`. */
  service: name,
  listen: z.strictObject({ webhook: port.default(9443), admin: port.default(41_003) }).prefault({}),
  certificates: z
    .strictObject({
      /** `self`: made here and kept in a Secret. `files`: someone else's, read from a directory. */
      source: z.enum(['self', 'files']).default('self'),
      directory: z.string().min(1).default('/etc/kt/tls'),
      secret: name.default('kt-sidecar-controller-tls'),
      /** What else the server is called, besides its Service. */
      names: z.array(z.string().min(1)).default([]),
      /** The configurations whose caBundle is ours to write. */
      webhooks: z.strictObject({ mutating: name.optional(), validating: name.optional() }).prefault({}),
    })
    .prefault({}),
  injection: z
    .strictObject({
      enabled: z.boolean().default(false),
      /** A pod that cannot be judged is refused, not let through. */
      required: z.boolean().default(false),
      settings: injectionSettingsSchema.prefault({}),
    })
    .prefault({}),
  validation: z
    .strictObject({ enabled: z.boolean().default(true), mode: z.enum(['reject', 'warn']).default('reject') })
    .prefault({}),
  nudge: z
    .strictObject({
      enabled: z.boolean().default(false),
      /** `*`: all of them. */
      namespaces: z.array(namespaceOrAll).default([]),
      perSecond: z.number().positive().max(1000).default(50),
      jitterSeconds: z.number().min(0).max(60).default(0.3),
    })
    .prefault({}),
  /** Secrets that pods need: an Event says when one is missing. */
  secrets: z.array(z.strictObject({ namespace: name, name })).default([]),
  replicas: z.int().min(1).default(1),
});

export type ControllerSettings = z.output<typeof controllerSettingsSchema>;

/** The settings, or every reason why the text holds none: one a line. */
export function readControllerSettings(
  text: string,
):
  | { readonly ok: true; readonly settings: ControllerSettings }
  | { readonly ok: false; readonly reasons: string } {
  const document = parseDocument(text);
  const [broken] = document.errors;
  if (broken !== undefined) return { ok: false, reasons: broken.message };
  const parsed = controllerSettingsSchema.safeParse(document.toJS());
  if (parsed.success) return { ok: true, settings: parsed.data };
  const reasons = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'file'}: ${message}`);
  return { ok: false, reasons: reasons.join('\n') };
}
