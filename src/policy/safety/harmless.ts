import type { Excuse } from '../rules/rule-guard.ts';

/** One thing around a match that makes an everyday sentence of it. */
interface Context {
  /** The rules it speaks about. */
  readonly rules: RegExp;
  holds(around: Around): boolean;
}

/** The sentence of a match. */
interface Around {
  readonly before: string;
  readonly matched: string;
  readonly after: string;
}

const processes =
  'process(?:es)?|threads?|jobs?|sessions?|daemons?|pods?|containers?|quer(?:y|ies)|tasks?|nodes?|services?|programs?|apps?|applications?|tabs?|connections?|shells?|windows?|transactions?|tmux|screens?|cells?|pixels?|pages?|workflows?|goroutines?|coroutines?|fibers?';
const texts =
  'e-?mails?|mails?|messages?|texts?|requests?|responses?|documents?|pages?|posts?|tables?|functions?|loops?|articles?|letters?|html|modals?|cards?|issues?|comments?|code|class(?:es)?|essays?|cameras?|guitars?|lamps?';
const software =
  'sessions?|sockets?|connections?|objects?|instances?|components?|elements?|caches?|handles?|textures?|buffers?|resources?|widgets?|cookies?|streams?|sprites?|charts?|dialogs?|modals?|dom|iterators?|tokens?|stacks?|pods?|containers?|sandbox(?:es)?|environments?';
/** What is killed, hidden or destroyed is a thing of computing: up to two words of its own before it, no preposition but `of`. */
const isOfComputing = new RegExp(
  `^(?:['\u2019]s?)?(?:\\s+(?!(?:in|at|on|with|from|while|during|and|or|by|using|to|for|without)\\s)[\\w'\u2019-]+){0,2}\\s+(?:${processes})\\b`,
  'i',
);
const isOfText = new RegExp(
  `^\\s+(?:elements?|tags?|text|section|column|of\\s+(?:(?:a|an|the|my|this|each|every|html|http)\\s+){0,2}(?:${texts}))\\b`,
  'i',
);
const isOfSoftware = new RegExp(
  `^\\s+(?:(?:a|an|the|its|all|old|each|every|this|my)\\s+){0,2}(?:\\w+\\s+)?(?:${software})\\b`,
  'i',
);

const pictures =
  /\b(?:photo\w*|cameras?|lens(?:es)?|portraits?|portraiture|videos?|on film|(?:for|in) (?:a|my|our|the) (?:short )?(?:film|movie)|exposures?|shutter|aperture|iso|f\/?\d|\d+ ?mm|(?:low|natural|window|bright|back) ?light(?:ing)?|bokeh|slow motion|tripods?|dslr|headshots?|silhouettes?|film (?:grain|stock|rolls?)|in [a-z]+ mode|iphone|canon|nikon|fujifilm|leica|black and white|golden hour|depth of field|videograph\w*|timelapse|drone footage)\b/i;
const arms =
  /\b(?:guns?|rifles?|pistols?|weapons?|bullets?|dead|kill\w*|in the head|sniper|shotguns?|get(?:ting)? away|caught)\b/i;
const isMessage =
  /^\s+(?:an?|the)?\s*(?:quick |short )?(?:e-?mails?|messages?|texts?|dms?|notes?|invites?)\b/i;

const games =
  /\b(?:video ?games?|in-game|gameplay|(?:in|of|for) (?:an?|the|this|my|our) (?:[\w-]+ )?(?:game|rpg|shooter)|minecraft|gta|grand theft auto|skyrim|fortnite|roblox|among us|hitman \d|elden ring|dark souls|call of duty|counter-?strike|valorant|overwatch|the sims|sims \d|red dead|cyberpunk 2077|fallout|zelda|payday \d|baldur\W?s gate|crusader kings|rimworld|terraria|bitlife|chess|checkmate|dungeons (?:&|and) dragons|d&d|npcs?|laser tag|paintball|board games?|card games?)\b/i;
const real = /\b(?:real|actual(?:ly)?|irl|not (?:in )?(?:a|the|minecraft))\b/i;

/** Whoever asks for it, or is told to do it, is not told about it. */
const asks =
  /\b(?:how|steps?|instructions?|guide|recipe|explain|teach|tell me|show me|give me|methods?|ways?|want to|i will|help me|write|create|tutorial|plan|need)\b/i;
const told =
  /\b(?:police|court|arrested|charged|convicted|sentenced|jailed|penalt(?:y|ies)|punishment|prosecut\w+|accused|suspects?|defendants?|news|headlines?|historians?|documentary|novels?|stor(?:y|ies)|movies?|films?|episodes?|thrillers?|protagonists?|villains?|characters?|plot)\b/i;

/** What is asked is the opposite of the harm: it stands before, and nothing parts it from the harm. */
const opposite =
  /\b(?:against|prevent\w*|stop(?:s|ped|ping)?|(?:to|i|we|you|they|should|can|must) report|reporting|recogni[sz]\w*|detect\w*|protect\w*|defend\w*|spot|spotting|signs (?:of|that)|warn\w*|fight(?:ing)?|combat(?:ing|s)?|condemn\w*|dangers? of|tell (?:if|whether|when)|know (?:if|whether|when)|criticiz\w*|laws? (?:about|on)|penalt(?:y|ies) for|punishment for|worried|afraid|suspect\w*|(?:ex|he|she|husband|wife|boyfriend|girlfriend|someone|somebody) (?:tries|tried|is trying))\b/gi;
const parts = /[,;:]|\b(?:and|then|but|or|so|while|when i|if i|how i)\b/i;
/** Who wants to prevent that anybody learns of it asks for the harm. */
const evades =
  /\b(?:avoid|prevent|evade|escape|without|not|never|before|nobody|stop|against)\W+(?:\w+\W+){0,3}?(?:detect(?:ed|ion)|caught|notic(?:e|ed|ing)|suspicion|arrest(?:ed)?|police|cops|antivirus|defender|forensics?|traced?|identified|knowing|reported)\b/i;
const helpSought =
  /\b(?:(?:help|support|talk to) (?:\w+ ){1,2}(?:who|that)|(?:get|find|seek) (?:some )?help|who (?:can|could|should) i|hotlines?|helplines?|therapists?|counsel\w+|crisis line|stop myself|stopping myself|safe from myself)\b/i;
const medicine =
  /\b(?:poison control|nurses?|doctors?|paramedics?|patients?|toxicolog\w+|pharmac\w+|treat(?:ed|ing|ment)?|emergency|antidotes?|icu|p(?:a)?ediatric\w*|vets?|veterinar\w+|first aid|symptoms?)\b/i;
const ownPerson = /\b(?:i|me|my|myself|yourself|oneself|painless\w*)\b/i;
const taught =
  /\b(?:teach|explain to|talk to|warn|tell) (?:my |our |the )?(?:kids|children|daughters?|sons?|students|pupils|parents|teachers) (?:about |how (?:predators|abusers|adults|strangers) )/i;
const isWrong =
  /\b(?:hurts?|harms?|harmful|wrong|unacceptable|offensive|offend\w*|damag\w+|not funny|no place|illegal)\b/i;

const contexts: readonly Context[] = [
  {
    rules: /^(?:violence\.instructions|hate\.violence)$/,
    holds: ({ after }) => isOfComputing.test(after) || isOfText.test(after),
  },
  {
    rules: /^cyber\.malware$/,
    holds: ({ matched, after }) => /\bdestroy\w*$/i.test(matched) && isOfSoftware.test(after),
  },
  {
    rules: /^violence\.instructions$/,
    holds: ({ before, matched, after }) =>
      /\bshoot\b/i.test(matched) &&
      !arms.test(before + after) &&
      (pictures.test(before) || pictures.test(after) || isMessage.test(after)),
  },
  {
    rules: /^(?:violence\.instructions|fraud\.instructions|weapons\.explosives|vehicle\.tampering)$/,
    holds: ({ before, after }) => (games.test(before) || games.test(after)) && !real.test(before + after),
  },
  {
    rules:
      /^(?:violence\.instructions|weapons\.\w+|fraud\.instructions|drugs\.synthesis|justice\.obstruction)$/,
    holds: ({ before, matched }) => told.test(before) && !asks.test(before) && !asks.test(matched),
  },
  { rules: /^(?!hate\.violence|violence\.threat)/, holds: isOpposite },
  { rules: /^child-sexual-abuse$/, holds: ({ before }) => taught.test(before) },
  {
    rules: /^self-harm\./,
    holds: ({ before, matched, after }) =>
      helpSought.test(before) ||
      helpSought.test(after) ||
      (!ownPerson.test(matched) && (medicine.test(before) || medicine.test(after))),
  },
  {
    rules: /^hate\.violence$/,
    holds: ({ before }) => /\b(?:no\s*|(?:say|says|saying|said|wrote|things like)\s*["“])$/i.test(before),
  },
  {
    rules: /^hate\.request$/,
    holds: ({ matched, after }) =>
      /\b(?:handling|responding to|dealing with)\b/i.test(matched) ||
      (/\bwhy\b/i.test(matched) && isWrong.test(after)),
  },
];

function isOpposite({ before, matched, after }: Around): boolean {
  if (evades.test(before + matched + after)) return false;
  const words = before + matched;
  return Array.from(words.matchAll(opposite)).some(({ 0: found, index }) => {
    const harm = words.slice(index + found.length);
    return /\w/.test(harm) && !parts.test(harm);
  });
}

/** Characters on each side of a match that are looked at, where so many may be withheld. */
const widestReach = 80;

/**
 * What the sentence around a match says of it: a process has a child, cameras shoot people, games have bombs, and who asks how to
 * prevent a harm asks for none. Words in disguise excuse nothing. `limit`: the characters that may be withheld.
 */
export function harmlessWithin(limit: number): Excuse {
  return { reach: Math.min(widestReach, Math.floor(limit / 4)), isHarmless };
}

function isHarmless(rule: string, before: string, matched: string, after: string): boolean {
  const around = { before: lastSentence(before), matched, after: firstSentence(after) };
  return contexts.some((context) => context.rules.test(rule) && context.holds(around));
}

function lastSentence(text: string): string {
  return text.split(/[.!?]\s|\n/).at(-1) ?? '';
}

function firstSentence(text: string): string {
  return text.split(/[.!?](?:\s|$)|\n/, 1)[0] ?? '';
}
