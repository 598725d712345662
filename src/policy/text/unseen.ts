/**
 * The source, for the flag `v`, of what draws nothing and takes no room: zero-width characters, bidi marks, the soft hyphen,
 * variation selectors. All that reads text looks through it. The fillers of Hangul are blanks, as wide as a syllable.
 */
export const unseen = String.raw`[[\p{Default_Ignorable_Code_Point}\ufff9-\ufffb]--[\u115f\u1160\u3164\uffa0]]`;
