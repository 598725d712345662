/** Where a value stands in a body, as a chain from the inside out: cheap to make, written out only for evidence. */
export interface BodyPath {
  readonly parent: BodyPath | undefined;
  readonly key: string | number;
}

/** As the keys of APIs are written. Any other may be a value itself, such as an e-mail address. */
const namePattern = /^[a-z_]{1,40}$/;

/** `messages[1].content`; a key that is no name of an API is quoted: `extra["x@y"]`. */
export function formatBodyPath(path: BodyPath | undefined): string {
  if (path === undefined) return '';
  const parent = formatBodyPath(path.parent);
  if (typeof path.key === 'number') return `${parent}[${path.key}]`;
  if (!namePattern.test(path.key)) return `${parent}[${JSON.stringify(path.key)}]`;
  return parent === '' ? path.key : `${parent}.${path.key}`;
}

/** Whether any step of the path is this key. */
export function passesThrough(path: BodyPath | undefined, key: string): boolean {
  for (let step = path; step !== undefined; step = step.parent) if (step.key === key) return true;
  return false;
}

/** `messages[i]` or `input[i]`: where a call says who speaks. */
export function isTurn({ key, parent }: BodyPath): boolean {
  return (
    typeof key === 'number' &&
    parent?.parent === undefined &&
    (parent?.key === 'messages' || parent?.key === 'input')
  );
}

/** The outermost step. */
export function rootKey(path: BodyPath): string | number {
  let step = path;
  while (step.parent !== undefined) step = step.parent;
  return step.key;
}
