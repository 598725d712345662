/** Words that name a telephone, wherever they stand in the 40 characters before a number. */
const telephone =
  /(?<![a-z[])(?:(?:tele|smart|cell|mobile ?|cell ?)?phone|tel(?![a-z])|t[eé]l[eé]ph?on|m[oó]vil|celular|whats ?app|fax(?![a-z])|mobile(?= (?:no|nr|num|is|at)|[:=\s]*$)|cell(?= (?:no|num)|[:=\s]*$)|rufnummer|handy|hotline|helpline|电话|手机|телефон|हेल्पलाइन)/giu;

/** Verbs that end in a number. They mean something else in programs, so they need the words between. */
const reach =
  /(?<![a-z])(?:call|calling|dial|text|ring|reach|contact|answering|messages?|sms)(?![a-z])[^.;\n]{0,24}?(?<![a-z])(?:me|us|him|her|them|you|at|on|to|back|number)(?![a-z])[^0-9\n]{0,10}$/iu;

const dialled = /(?<![a-z])(?:dial|call|ring|text)(?: |: ?)$/iu;

/** What else a number after such a word may be. */
const otherNumber =
  /(?<![a-z])(?:order|invoice|isbn|account|ids?|ref(?:erence)?|ticket|tracking|serial|version|zip|card|case|port|pid|error|code|imei|model|passport|licen[cs]e)(?![a-z])/iu;

/** Whether a number that follows `before`, the up to 40 characters in front of it, is announced as a phone number. */
export function announcesPhone(before: string): boolean {
  const wordEnd = lastTelephone(before);
  if (wordEnd !== 0) return !otherNumber.test(before.slice(wordEnd));
  return (reach.test(before) || dialled.test(before)) && !otherNumber.test(before);
}

/** Where the last of the telephone words ends, 0 where there is none. By `lastIndex`, because `matchAll` takes ten times as long. */
function lastTelephone(before: string): number {
  let end = 0;
  telephone.lastIndex = 0;
  while (telephone.test(before)) end = telephone.lastIndex;
  return end;
}
