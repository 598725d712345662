import { authorityMs, leafMs, makeAuthority, makeLeaf } from './authority.ts';
import { type CertificateBundle, validityOf } from './bundle.ts';

/**
 * How long a new authority is trusted before it signs. Replicas look every half minute and API servers are told of a new
 * caBundle at once, so that a day is long even where an API server is cut off for hours.
 */
export const publishedMs = 86_400_000;

/** The bundle as it should be now: the same one where nothing is due. `names`: whom the server answers for. */
export async function rotated(
  bundle: CertificateBundle | undefined,
  names: readonly string[],
  now: number,
): Promise<CertificateBundle> {
  if (bundle === undefined || !isCurrent(bundle.authority.cert, now)) return begun(names, now);
  const authorities = await rotatedAuthorities(bundle, now);
  const isLeafDue = !isCurrent(bundle.leaf.cert, now) || now >= dueAt(bundle.leaf.cert, leafMs);
  if (authorities === bundle && !isLeafDue) return bundle;
  // A leaf of the authority before is good until it is due: its issuer stays trusted for months.
  const leaf = isLeafDue ? await makeLeaf(authorities.authority, names, now) : bundle.leaf;
  return { ...authorities, leaf };
}

async function begun(names: readonly string[], now: number): Promise<CertificateBundle> {
  const authority = await makeAuthority(now);
  const leaf = await makeLeaf(authority, names, now);
  return { leaf, authority, next: undefined, trusted: [authority.cert] };
}

async function rotatedAuthorities(bundle: CertificateBundle, now: number): Promise<CertificateBundle> {
  const { next, authority } = bundle;
  const trusted = bundle.trusted.filter((pem) => !isOver(pem, now));
  if (next !== undefined && now >= madeAt(next.cert) + publishedMs)
    return { ...bundle, authority: next, next: undefined, trusted };
  if (next === undefined && now >= dueAt(authority.cert, authorityMs)) {
    const made = await makeAuthority(now);
    return { ...bundle, next: made, trusted: [...trusted, made.cert] };
  }
  return trusted.length === bundle.trusted.length ? bundle : { ...bundle, trusted };
}

/** At two thirds of its life. */
function dueAt(pem: string, lifeMs: number): number {
  return validityOf(pem).to - lifeMs / 3;
}

function madeAt(pem: string): number {
  return validityOf(pem).to - authorityMs;
}

function isOver(pem: string, now: number): boolean {
  return now >= validityOf(pem).to;
}

/** Also false where it is dated in the future: a clock was wrong when it was made. */
function isCurrent(pem: string, now: number): boolean {
  const { from, to } = validityOf(pem);
  return now >= from && now < to;
}
