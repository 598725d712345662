import type { JsonObject } from '../json/scan.ts';
import { member, stringValue } from '../json/scan.ts';

/** Whether an event reports a failure: `error` with anything in it (some say it beside an empty choice), or the `"object":"error"` of older servers. */
export function saysError(text: string, root: JsonObject): boolean {
  const error = member(root, 'error');
  if (error?.kind === 'object') return error.members.length > 0;
  if (error?.kind === 'string') return stringValue(text, error) !== '';
  const object = member(root, 'object');
  return object?.kind === 'string' && stringValue(text, object) === 'error';
}
