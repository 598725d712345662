/** Looked at on each side of a match: a sentence or two. */
const reach = 160;
/** Looked at before a match for the fence of a block of code. */
const fenceReach = 2_000;

/** Before an order: it is forbidden, or said never to be said. */
const negation =
  /(?:\b(?:never|not|cannot|without|avoid|refuses? to|must not|should not)|n[\u2019']t)\s+(?:ever\s+)?(?:(?:says?|contains?|includes?|means?)\s*:?\s+)?$/i;
const negationElsewhere =
  /(?:(?:^|[^\p{L}])(?:не|ні|no|n\u00e3o|non|nie|ne|n[\u2019'])\s*|(?:不要|别|別|勿|不能|不得|不可以?|不应该?))$/iu;
/** Within an order, right behind its verb, and behind it. */
const negationWithin = /^[\p{L}\u2019']+\s+(?:nicht|pas|niet|ikke|inte)\s/iu;
const negationBehind =
  /^.?(?:\s*(?:마세요|마십시오|마라|말[고아]|않)|(?:し|する)?(?:ない|ませ|てはいけ|てはなら))/u;
/** What one says of one's own words, and of things that follow instructions by nature. */
const own =
  /^[^.]{1,40}\bmy (?:previous|earlier|prior|last|first|original|old|former|recent) (?!system)(?!.*\bsystem\b)|我(?:之前|刚才|剛才|先前|前面|昨天|的|发|說|说)/iu;
const thing =
  /\b(?:an?|the|this|its?) (?!(?:ai|assistant|model|agent|bot|chatbot|llm|system|user|gpt)\b)[\w-]+ (?:can|may|could|might|will|would|must|should|does|to) (?:safely |simply |also |then )?$/i;
/** A phrase asked about. */
const asked = /\bwhat (?:does|do|is|did|are) [^.?!\n]{0,60}["\u201c'`\u00ab][^"\u201d'`\u00bb\n]{0,60}$/i;
const askedUpTo = /^[^"\u201d'`\u00bb\n]{0,60}["\u201d'`\u00bb]/;
/** Words that speak about attacks rather than make one. */
const citing =
  /\b(?:attack\w*|inject\w*|example|phrases?|such as|says?|said|wrote|written|e\.g|called|detect\w*|block\w*|filter\w*|tests?|expect|assert\w*|payloads?|patterns?|malicious|adversar\w*)\b/i;
const openings = '\u201c\u2018\u00ab\u300c\u201e';
const closings = '\u201d\u2019\u00bb\u300d\u201c';
const twoWords = /\p{L}{2,}[^\p{L}]+\p{L}{2,}/u;
const model =
  /\b(?:AI|A\.I\.|assistants?|agents?|chat ?bots?|bots?|language models?|LLMs?|(?:chat)?gpt\w*|claude|gemini|llama|copilot|(?:this|the|dear|attention,?|note to) model|your (?:(?:system|initial|hidden|secret|original) )?(?:prompt|instructions|guidelines|programming|training|message))\b/i;
/** What stands before a string that is a value of data, not a quotation: `{"note": "`. */
const beforeValue = /(?:["'\]}][ \t]*[:,=]|[[{=,])[ \t]*$/;

/**
 * The share of its points that an order keeps: one that is forbidden, or quoted where attacks are spoken of, is hardly one; a
 * quotation without such words is half one, since an attacker can write quotation marks too; so is one about one's own words, or
 * what a thing does.
 */
export function weightAt(text: string, start: number, end: number): number {
  const before = text.slice(Math.max(0, start - reach), start);
  // An apostrophe right behind a word is read as part of it.
  const after = text.slice(end - 1, end + reach);
  const matched = text.slice(start, end);
  if (negation.test(before) || negationElsewhere.test(before)) return 0.2;
  if (negationWithin.test(matched) || negationBehind.test(after)) return 0.2;
  if (own.test(matched) || thing.test(before)) return 0.5;
  if (!isQuoted(before, after, text, start)) return 1;
  return citing.test(before) || citing.test(after) ? 0.2 : 0.5;
}

/** Whether a text asks what the phrase of a match means, or quotes it where attacks are spoken of. */
export function isSpokenOf(text: string, start: number, end: number): boolean {
  const before = text.slice(Math.max(0, start - reach), start);
  const after = text.slice(end - 1, end + reach);
  if (isQuoted(before, after, text, start) && (citing.test(before) || citing.test(after))) return true;
  return asked.test(before) && askedUpTo.test(text.slice(end, end + reach));
}

/** Whether what stands around a match speaks to a model. */
export function addressesModel(text: string, start: number, end: number): boolean {
  return model.test(text.slice(Math.max(0, start - reach), end + reach));
}

function isQuoted(before: string, after: string, text: string, start: number): boolean {
  const paragraph = before.slice(before.lastIndexOf('\n\n') + 1);
  if (/^[ \t]*>/.test(before.slice(before.lastIndexOf('\n') + 1))) return true;
  return isBetweenMarks(paragraph, after) || isFenced(text, start);
}

/** The last mark before the match opens, one behind it closes, and prose stands before: no text is a quotation whole. */
function isBetweenMarks(before: string, after: string): boolean {
  for (let at = before.length - 1; at >= 0; at -= 1) {
    const mark = before.charAt(at);
    const pair = openings.indexOf(mark);
    const closing = pair >= 0 ? closings.charAt(pair) : mark;
    if (pair < 0 && mark !== '"' && mark !== "'" && mark !== '`') continue;
    const outside = before.slice(0, at);
    if (/[\p{L}\p{N}]$/u.test(outside)) continue;
    return twoWords.test(outside) && !beforeValue.test(outside) && after.includes(closing);
  }
  return false;
}

function isFenced(text: string, start: number): boolean {
  const before = text.slice(Math.max(0, start - fenceReach), start);
  if (!before.includes('```') || before.split('```').length % 2 === 1) return false;
  return (
    twoWords.test(before.slice(0, before.indexOf('```'))) &&
    text.slice(start, start + fenceReach).includes('```')
  );
}
