import { type Addition, applyAdditions } from './json-patch.ts';

/** The same additions in fewer: what is added into something that an earlier one added is part of that one. */
export function foldAdditions(additions: readonly Addition[]): readonly Addition[] {
  const folded: Addition[] = [];
  for (const addition of additions) {
    const at = folded.findLastIndex(({ path }) => addition.path.startsWith(`${path}/`));
    const earlier = folded[at];
    // One list may have moved on between the two: only the last in a list is still where it was put.
    if (earlier === undefined || isMoved(folded.slice(at + 1), earlier.path)) folded.push(addition);
    else folded[at] = { ...earlier, value: into(earlier, addition) };
  }
  return folded;
}

function isMoved(later: readonly Addition[], path: string): boolean {
  const list = path.replace(/\/\d+$/, '');
  return list !== path && later.some((one) => one.path.startsWith(`${list}/`));
}

function into({ path, value }: Addition, inner: Addition): unknown {
  const holder = { value };
  return applyAdditions(holder, [{ ...inner, path: `/value${inner.path.slice(path.length)}` }]).value;
}
