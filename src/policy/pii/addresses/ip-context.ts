import { dot, hyphen, plus, underscore } from '../../guards/ascii.ts';
import { isAsciiLetter } from '../../guards/characters.ts';
import { undecided, type View } from '../../guards/detector.ts';
import { wordsBefore } from '../words/announcement.ts';

/** How far words count that stand before four numbers, and behind them. */
const beforeWidth = 46;
const behindWidth = 24;

/** What says that numbers are a version, or the number of a section. */
const versionWords =
  'versions?|versión|versione|versão|versie|wersj[aiaę]|верси[яиюй]|releases?|released|revision|builds?|firmware|drivers?|bios|oids?|object ?identifier|object|user.?agent|semver|changelog|assembl(?:y|ies)|culture|ver|rev|fw|v|sdk|sections?|sec|chapters?|clauses?|fig(?:ure)?s?|tables?|appendix|annex|art(?:icle)?|paragraphs?|para|rules?|steps?|rfc|§';
/** What numbers of versions stand behind, and addresses sometimes. */
const versionAround =
  'upgrad\\w*|downgrad\\w*|updat\\w*|bump\\w*|patch\\w*|install\\w*|pin(?:s|ned)?|migrat\\w*|roll(?:ed|ing)? ?back|since|requires?|depend\\w*|compatible|merged|backport\\w*|introduc\\w*|fix(?:ed|es)?|packages?|modules?|librar(?:y|ies)|lib|plugins?|runtime|engine|compiler|browsers?|kernel|app|v8|chrom(?:e|ium)|firefox|edge|opera|safari|electron|gcc|clang|llvm|skype|teams|zoom|whatsapp|android|ios|windows|office|java|jdk|jre|python|openssl|zlib|pip|npm|nuget|gem|cargo|maven|gradle';
const addressWords =
  'ips?|iptables|nft|ufw|in\\s+a(?=\\s)|ipv4|ip4|inet|addr(?:ess(?:es)?)?|host(?:s|name)?|servers?|dns|resolv\\w*|nameservers?|records?|ping\\w*|traceroute|tracert|mtr|nslookup|dig|curl|wget|ssh|sshd|telnet|nmap|whois|nc|subnets?|cidr|networks?|ranges?|routes?|routers?|gateways?|gw|hops?|via|at|listen\\w*|bind|bound|connect\\w*|attack\\w*|block\\w*|ban(?:s|ned)?|allow\\w*|den(?:y|ied)|drop(?:s|ped)?|accept\\w*|reject\\w*|firewalls?|login|logged|logon|visitors?|remote|src|dst|sources?|dest(?:ination)?s?|origin|upstreams?|forwarded|clients?|peers?|prox(?:y|ies)|nodes?|machine|box|vms?|vps|instances?|endpoints?|devices?|requests?|traffic|packets?|scan\\w*|prob(?:e|ed|ing)|lease[sd]?|dhcp|assigned|public|static|wan|nat|vpn|tunnel|tor|isp|sessions?|users?|abuse|https?|адрес\\w*|сервер\\w*|adresse?|direcci[oó]n|indirizzo|endereço|serveur|servidor';
const weakWords = 'from|to|by|on|with|von|de|desde|из|с';
/** In small letters: a version, what is around versions, an address, small words, the scheme of a URL. */
const signals = new RegExp(
  `(?<!\\p{L})(?:(${versionWords})|(${versionAround})|(${addressWords})|(${weakWords}))(?!\\p{L})|(版本|バージョン|버전)|地址|服务器|アドレス|サーバー?|:\\/\\/`,
  'gu',
);
/** What may stand between a word and the version it announces, other versions among it. */
const besides =
  /^(?:[\s"'`:=<>(),[\]{}~^*#|.\d_\\-]|(?<!\p{L})(?:is|was|are|of|to|from|number|num|no|nr|info|string|code|name|value|key|and|or|now|only|then|currently|vs|x86|x64)(?!\p{L}))*$/iu;
/** Of a line only what stands behind the end of a sentence counts. */
const sentences = /^[^]*(?:\n|\p{L}{5}[.!?]["')]{0,2} )/u;
const operator = /(?:[\p{L}\d\])]["']? ?={2,3}|[!~<>]=|~>) ?["']?$/u;
/** `group:name:`, `repository/name:`, `name_` */
const joined = /(?:[:/][\p{L}\d._-]{1,40}:|\p{L}_)$/u;
const attached = /(?:[~^]|~> ?)["']?$|\p{L}[/-]$/u;
const bumped = /(?<!\p{L})(?:upgrad|downgrad|bump)/iu;
const decimalBefore = /\d*\.\d+[ ,]$/;
const addressesBefore = /(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}[ ,]{1,2}$/;
const wordBefore = /[\p{L}\d_]["'`]?(?:\s?[:=(|,><]\s?| )["'`([]?$/u;
const account =
  /(?<![\p{L}\d])(?:root|admin|administrator|user|ubuntu|debian|centos|ec2-user|deploy|git|pi)@$/iu;

/** What of the words before a number says what it is. */
interface Signals {
  /** The last word that says either: whether it is one for a version. */
  readonly last: 'version' | 'around' | 'address' | undefined;
  /** It is one for a version, and nothing but other versions and small words stand between. */
  readonly isClose: boolean;
  readonly hasAddress: boolean;
  /** `from`, `to`. */
  readonly hasWeak: boolean;
}

const nothingSaid: Signals = { last: undefined, isClose: false, hasAddress: false, hasWeak: false };

function signalsIn(words: string): Signals {
  if (!/[\p{L}§/]/u.test(words)) return nothingSaid;
  const split = words.replaceAll(/(?<=\p{Ll})(?=\p{Lu})|_/gu, ' ').toLowerCase();
  let last: Signals['last'];
  let end = 0;
  let hasAddress = false;
  let hasWeak = false;
  for (const { 0: word, 1: named, 2: around, 4: weak, 5: ideographs, index } of split.matchAll(signals)) {
    if (weak !== undefined) {
      hasWeak = true;
      continue;
    }
    const version = named ?? ideographs;
    last = version === undefined ? (around === undefined ? 'address' : 'around') : 'version';
    hasAddress ||= last === 'address';
    end = index + word.length;
  }
  return { last, isClose: last === 'version' && besides.test(split.slice(end)), hasAddress, hasWeak };
}

/**
 * Whether the four numbers of [at, end) are an address, where they could be a version or the number of a section as well: by
 * the words around, and what versions look like. `undecided` where later text can tell.
 */
export function isAddressHere(
  view: View,
  at: number,
  end: number,
  address: number,
): boolean | typeof undecided {
  const shape = shapeOf(address);
  const before = wordsBefore(view, at, beforeWidth);
  if (attached.test(before)) return false;
  const words = before.replace(sentences, '');
  const said = signalsIn(words);
  const isOperand = !said.hasAddress && (operator.test(before) || joined.test(before));
  if (shape === 'address') return !(said.isClose || isOperand || (!said.hasAddress && bumped.test(words)));
  const suffix = hasSuffix(view, end);
  if (suffix === undecided || suffix) return suffix === undecided ? undecided : false;
  if (said.last === 'address' || account.test(before)) return true;
  if (said.last !== undefined || isOperand) return false;
  if (shape !== 'network' && said.hasWeak) return true;
  if (shape === 'either' || (shape === 'version' && !isAttached(before))) return !isDecimal(before);
  return saysAddress(view, end);
}

/**
 * What four numbers look like: hardly ever a version (`address`), either, a version rather than an address, the number of
 * a section (`heading`), or a network, as most versions of browsers end (`120.0.0.0`).
 */
type Shape = 'address' | 'either' | 'version' | 'heading' | 'network';

/** Versions begin with small numbers, and sections have no other. */
const smallBelow = 32;
const largeFrom = 100;

function shapeOf(address: number): Shape {
  const octets = [address >>> 24, (address >>> 16) & 0xff, (address >>> 8) & 0xff, address & 0xff] as const;
  const [a, b, c, d] = octets;
  if (c === 0 && d === 0) return 'network';
  if (a >= smallBelow || ((a === 10 || a === 127) && (b !== 0 || d !== 0))) return 'address';
  if (a > 3 && b === a && c === a && d === a) return 'address';
  if (Math.max(...octets) < smallBelow) return 'heading';
  return Math.max(...octets) >= largeFrom && !octets.includes(0) ? 'either' : 'version';
}

/** Behind a word, as the version of what it names. */
function isAttached(before: string): boolean {
  return before.endsWith('@') || (wordBefore.test(before) && !addressesBefore.test(before));
}

/** One of the numbers of a drawing, which leave zeros out: `2.12 3.51.98.32`. */
function isDecimal(before: string): boolean {
  return before.endsWith('@') ? false : decimalBefore.test(before) && !addressesBefore.test(before);
}

/** `-rc1`, `+build`, `.jar` behind a version. */
function hasSuffix(view: View, end: number): boolean | typeof undecided {
  const code = view.codeAt(end);
  if (code !== hyphen && code !== plus && code !== dot && code !== underscore) return false;
  if (end + 1 >= view.end) return view.final ? false : undecided;
  if (code !== dot) return isAsciiLetter(view.codeAt(end + 1));
  if (!isAsciiLetter(view.codeAt(end + 1))) return false;
  return (
    !/^\.(?:in-addr|nip|sslip|xip)/iu.test(view.text.slice(end, end + behindWidth)) &&
    isLower(view.text, end + 1)
  );
}

function isLower(text: string, index: number): boolean {
  return /^\p{Ll}/u.test(text.slice(index, index + 1));
}

/** A port, the length of a prefix, the fields of an access log, or what machines do. */
const behind =
  /^["'`\])]?(?::\d{1,5}(?!\d)|\/(?:[89]|[12]\d|3[0-2])(?![\d.])| - |[ ,](?:port|answer\p{L}*|repl(?:y|ies|ied)|respond\p{L}*|(?:is|was) (?:down|up|unreach|reach|not|our|the|my|an?|on|off|alive|slow|block)\p{L}*|times?|timed|refus\p{L}*|reject\p{L}*|fail\p{L}*|sent|sends|tried|tries|connect\p{L}*|log\p{L}*|visit\p{L}*|access\p{L}*|request\p{L}*|return\p{L}*|ping\p{L}*|belong\p{L}*|resolv\p{L}*|got|gets|attempt\p{L}*|made|went|came|drop\p{L}*|block\p{L}*|scan\p{L}*|hit|works|unreachable|down|antwort\p{L}*|responde|répond|отвеч\p{L}*|->|→)(?!\p{L}))/u;

function saysAddress(view: View, end: number): boolean | typeof undecided {
  const here = view.text.slice(end, Math.min(view.end, end + behindWidth));
  const line = here.indexOf('\n');
  const isKnown = here.length === behindWidth || line !== -1 || view.final;
  if (!isKnown && !/^[^\s"'`\])/:,]/u.test(here)) return undecided;
  return behind.test(line === -1 ? here : here.slice(0, line));
}
