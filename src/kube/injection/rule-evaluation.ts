import { Environment } from '@marcbachmann/cel-js';
import { isQuantity, Quantity } from './quantity.ts';
import type { Rule } from './rules.ts';

/** CEL as the API server has it, as far as rules use it. */
const environment = new Environment({
  unlistedVariablesAreDyn: true,
  homogeneousAggregateLiterals: false,
  enableOptionalTypes: true,
})
  .registerType('Quantity', Quantity)
  .registerFunction('isQuantity(string): bool', isQuantity)
  .registerFunction('quantity(string): Quantity', (text: string) => new Quantity(text))
  .registerFunction(
    'Quantity.isGreaterThan(Quantity): bool',
    (one: Quantity, other: Quantity) => one.amount > other.amount,
  );

export type Evaluation = (
  object: object,
  given: Readonly<Record<string, unknown>>,
) => Readonly<Record<string, unknown>>;

/** Rules, ready to be run over objects: what each rule gives, by its name. `given`: variables that come before them. */
export function compileRules(rules: readonly Rule[]): Evaluation {
  const compiled = rules.map(({ name, expression }) => ({ name, run: environment.parse(expression) }));
  return (object, given) => {
    const variables: Record<string, unknown> = { ...given };
    for (const { name, run } of compiled) variables[name] = run({ object, variables });
    return variables;
  };
}
