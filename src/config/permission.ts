/** What Node's permission model (`--permission`) kept this process from; undefined where an error is about anything else. */
export function notGranted(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('permission' in error && 'resource' in error)) return undefined;
  return String(error.resource);
}
