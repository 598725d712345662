/** The cluster, or the way to it, does not give what was asked for: why, and what to do about it. */
export class KubeError extends Error {
  override readonly name = 'KubeError';
}
