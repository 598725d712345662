import type { Form } from '../form.ts';

/** A sort of number that a country gives to persons or their businesses. */
export interface NationalId {
  /** Its country and name, for the record: `gb_nhs`. */
  readonly name: string;
  /** Forms that prove themselves by punctuation, structure and check digits. */
  readonly forms?: readonly Form[];
  /** Forms that are common numbers too, and need one of `words` before them. */
  readonly announced?: readonly Form[];
  /** The source of a regular expression for whole words, in any case. */
  readonly words?: string;
  /** `text` holds the letters, in upper case, and the digits, all of the form. */
  readonly isValid: (text: string) => boolean;
}
