/** A value that a policy has to remove, or a harmless one that it has to leave, in its sentence. */
export interface Planted {
  readonly id: string;
  readonly before: string;
  readonly value: string;
  readonly after: string;
}

// No value shares four characters with a sentence, nor its first with a usual marker: what is found of it was leaked.
const after = ' before Friday, and bring the red notebook.';

export const secrets: readonly Planted[] = [
  { id: 'e-mail', before: 'Please write to ', value: 'zoe.quill@example.com', after },
  { id: 'long e-mail', before: 'Please write to ', value: longMail(), after },
  { id: 'SSN', before: 'The SSN on the form is ', value: '536-22-8741', after },
  { id: 'card', before: 'Charge the card ', value: '4539 5787 6362 1486', after },
  { id: 'phone', before: 'Call me at ', value: '415-555-2671', after },
];

/** Must arrive as it is, or nothing that the gateway does with the secrets says anything. */
export const harmless: Planted = {
  id: 'harmless',
  before: 'Please write to ',
  value: 'nobody in particular',
  after,
};

/** 99 characters, all of them legal: the local part has 59. */
function longMail(): string {
  return `zoe.quill${'.of.the.records'.repeat(3)}.unit@${'x'.repeat(27)}.example.com`;
}

export function sentence({ before, value, after: rest }: Planted): string {
  return `${before}${value}${rest}`;
}

/** The same in the JSON text of a tool's arguments. */
export function asArguments({ id, before, value, after: rest }: Planted): Planted {
  return { id, before: `{"note":"${before}`, value, after: `${rest}","urgent":true}` };
}
