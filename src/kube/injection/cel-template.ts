/** A piece of CEL that stands for a value in what is otherwise plain data. */
export interface Expression {
  readonly cel: string;
}

/** Plain data with expressions in it. */
export type Template =
  | string
  | number
  | boolean
  | Expression
  | readonly Template[]
  | { readonly [key: string]: Template };

/** The value that this CEL has. */
export function expression(cel: string): Expression {
  return { cel };
}

/**
 * The CEL that makes a template. The API server takes only maps and lists of one type of value, so that every value is
 * wrapped in `dyn`.
 */
export function celOf(template: Template): string {
  if (typeof template === 'string') return `dyn(${quoted(template)})`;
  if (typeof template === 'number' || typeof template === 'boolean') return `dyn(${template})`;
  if (isExpression(template)) return `dyn(${template.cel})`;
  if (isList(template)) return `dyn([${template.map(celOf).join(', ')}])`;
  const entries = Object.entries(template).map(([key, value]) => `${quoted(key)}: ${celOf(value)}`);
  return `dyn({${entries.join(', ')}})`;
}

/** JSON's strings are CEL's too. */
export function quoted(text: string): string {
  return JSON.stringify(text);
}

function isExpression(template: Exclude<Template, string | number | boolean>): template is Expression {
  return 'cel' in template && typeof template.cel === 'string';
}

function isList(template: Exclude<Template, string | number | boolean>): template is readonly Template[] {
  return Array.isArray(template);
}
