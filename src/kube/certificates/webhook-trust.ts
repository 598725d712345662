import type { AdmissionregistrationV1Api } from '@kubernetes/client-node';
import { orAbsent } from '../api-access.ts';

/** Who the API server is to trust when it calls us. */
export interface WebhookTrust {
  /** Makes it so where it is not. True: something was changed. */
  set(trusted: readonly string[]): Promise<boolean>;
}

interface WebhookNames {
  readonly mutating?: string | undefined;
  readonly validating?: string | undefined;
}

interface Entry {
  readonly name: string;
  readonly clientConfig: { readonly caBundle?: string };
}

const fieldManager = 'kt-sidecar-controller';

/** The caBundle of the named configurations. One that is not there is not missed: it is patched when it comes. */
export function webhookTrust(api: AdmissionregistrationV1Api, names: WebhookNames): WebhookTrust {
  return {
    async set(trusted) {
      const caBundle = Buffer.from(trusted.join('')).toString('base64');
      const { mutating, validating } = names;
      let isChanged = false;
      if (mutating !== undefined) {
        const found = await orAbsent(api.readMutatingWebhookConfiguration({ name: mutating }));
        const body = trustPatch(found?.webhooks ?? [], caBundle);
        if (body.length > 0) {
          await api.patchMutatingWebhookConfiguration({ name: mutating, body, fieldManager });
          isChanged = true;
        }
      }
      if (validating !== undefined) {
        const found = await orAbsent(api.readValidatingWebhookConfiguration({ name: validating }));
        const body = trustPatch(found?.webhooks ?? [], caBundle);
        if (body.length > 0) {
          await api.patchValidatingWebhookConfiguration({ name: validating, body, fieldManager });
          isChanged = true;
        }
      }
      return isChanged;
    },
  };
}

/** JSON Patch with a test of each entry's name: entries may have moved since they were read. */
function trustPatch(entries: readonly Entry[], caBundle: string): readonly object[] {
  return entries.flatMap(({ name, clientConfig }, at) =>
    clientConfig.caBundle === caBundle
      ? []
      : [
          { op: 'test', path: `/webhooks/${at}/name`, value: name },
          { op: 'add', path: `/webhooks/${at}/clientConfig/caBundle`, value: caBundle },
        ],
  );
}
