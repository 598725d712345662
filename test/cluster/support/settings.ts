import { z } from 'zod';

/** The label of every namespace that a run makes; its value is the run. */
export const runLabel = 'kt-sidecar.dev/test-run';

const Settings = z.object({
  /** Names this run among others on the same cluster. */
  run: z.string(),
  image: z.string(),
  appImage: z.string(),
  /** Where Node is in the app's image. */
  appNode: z.string(),
  /** The app of the test, one file. */
  app: z.string(),
});
export type Settings = z.infer<typeof Settings>;

const variable = 'KT_CLUSTER_SETTINGS';

export function settingsToEnvironment(settings: Settings): Readonly<Record<string, string>> {
  return { [variable]: JSON.stringify(settings) };
}

export function readSettings(): Settings {
  const text = process.env[variable];
  if (text === undefined) throw new Error('these tests are started by `npm run test:cluster`');
  return Settings.parse(JSON.parse(text));
}
