import { Environment } from '@marcbachmann/cel-js';
import type { CelRule } from './annotation-rules.ts';
import { Quantity } from './quantity.ts';

/** CEL as the API server has it, as far as rules use it. */
const environment = new Environment({
  unlistedVariablesAreDyn: true,
  homogeneousAggregateLiterals: false,
  enableOptionalTypes: true,
})
  .registerType('Quantity', Quantity)
  .registerFunction('quantity(string): Quantity', (text: string) => new Quantity(text))
  .registerFunction(
    'Quantity.isGreaterThan(Quantity): bool',
    (one: Quantity, other: Quantity) => one.amount > other.amount,
  );

/** Gives what the rule of a name makes of an object. Rules run when they are asked for, as at the API server. */
export type Evaluation = (name: string) => unknown;

/** Rules, ready to be run over objects. `given`: variables that come before them. */
export function compileCel(
  rules: readonly CelRule[],
): (object: object, given: Readonly<Record<string, unknown>>) => Evaluation {
  const compiled = rules.map(({ name, expression }) => ({ name, run: environment.parse(expression) }));
  return (object, given) => {
    const variables: Record<string, unknown> = { ...given };
    for (const { name, run } of compiled) {
      const get = (): unknown => {
        const value: unknown = run({ object, variables });
        Object.defineProperty(variables, name, { value, enumerable: true });
        return value;
      };
      Object.defineProperty(variables, name, { get, enumerable: true, configurable: true });
    }
    return (name) => variables[name];
  };
}
