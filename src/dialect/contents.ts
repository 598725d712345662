import { isTurn, type BodyPath } from './path.ts';

const partTypes: ReadonlySet<string> = new Set(['text', 'input_text', 'output_text']);
const deltaTypes: ReadonlySet<string> = new Set(['response.output_text.delta']);
const doneTypes: ReadonlySet<string> = new Set(['response.output_text.done']);

/**
 * Whether the string at this path, under this key, is the content of a message or prompt: what somebody says, and no
 * reasoning, refusal, argument or name. A set: only where the object it stands in has one of these types.
 */
export function isContent(key: string, path: BodyPath, isCall: boolean): boolean | ReadonlySet<string> {
  const { parent } = path;
  switch (key) {
    case 'content':
      return parent !== undefined && (isCall ? isTurn(parent) : isAnswered(parent));
    case 'text':
      if (parent === undefined) return doneTypes;
      if (parent.key === 'part' && parent.parent === undefined) return partTypes;
      // Parts of a streamed message that name no place of their own are pieces of one text.
      if (parent.key === 'content')
        return parent.parent !== undefined && isAnswered(parent.parent) && partTypes;
      if (typeof parent.key !== 'number') return false;
      if (parent.parent?.key === 'content') return partTypes;
      return isChoice(parent);
    case 'delta':
      return parent === undefined && deltaTypes;
    case 'prompt':
    case 'input':
    case 'instructions':
      if (!isCall) return false; // an answer repeats them, or calls a tool with them
      return parent === undefined || (typeof path.key === 'number' && parent.parent === undefined);
    default:
      return false;
  }
}

/** `choices[i].message` or `choices[i].delta`. */
function isAnswered({ key, parent }: BodyPath): boolean {
  return (key === 'message' || key === 'delta') && parent !== undefined && isChoice(parent);
}

/** `choices[i]`. */
function isChoice({ parent }: BodyPath): boolean {
  return parent?.key === 'choices' && parent.parent === undefined;
}
