import { characterSet, isIn, undecided, type View } from '../../guards/detector.ts';
import { wordsBefore } from '../words/announcement.ts';

const beforeWidth = 46;
const behindWidth = 24;

const cards =
  '(?:credit|debit|bank|payment)? ?cards?(?:no|num|number|nr)?|credit|debit|visa|master ?card|maestro|amex|american express|discover|diners|jcb|union ?pay|mir|pan|cc|ccn|ccnum(?:ber)?|(?:kredit|debit|bank|giro)?karten?\\p{L}*|cartes?|cartas?|cart[aã]o|tarjetas?|(?:krediet|betaal|bank)?kaart\\p{L}*|(?:kreditt?|betal|bank)?kort\\p{L}*|kart[aęyuiı]?|kartı?|карт\\p{L}{1,3}|paid with|charge[ds]?|cvv|cvc|بطاقة|कार्ड';
const isCardNamed = new RegExp(`(?<!\\p{L})(?:${cards})(?!\\p{L})|卡|カード|카드`, 'iu');

/** Things that are told apart by numbers. */
const things =
  'ids?|uuid|guid|refs?|reference|orders?|invoices?|tracking|shipments?|parcels?|packages?|fedex|ups|usps|dhl|waybill|consignment|delivery|barcodes?|ean|gtin|upc|isbn|sku|asin|serial|imei|imsi|iccid|meid|snowflakes?|messages?|msg|guilds?|channels?|arn|transactions?|txn|traces?|spans?|requests?|jobs?|builds?|commits?|offsets?|sizes?|bytes|length|seq|sequence|hash|nonce|seed|tickets?|timestamps?|ts|epoch|micros|nanos|versions?|revision|sessions?|events?|posts?|tweets?|threads?|videos?|products?|items?|parts?|objects?|records?|rows?|index|counter|count|total|amount|balance|batch|lot|confirmation|booking|pnr|auftrag\\p{L}*|bestell\\p{L}*|rechnung\\p{L}*|sendung\\p{L}*|commande|colis|facture|pedidos?|factura|envío|ordine|заказ\\p{L}*|трек\\p{L}*|накладн\\p{L}*|订单|運單|运单|快递|单号';
const small = 'number|numbers|num|no|nr|nº|n°|code|key|value|is|was|are|of|in|номер|nummer|numéro|número|号';
const isThing = new RegExp(
  `(?:(?<!\\p{L})(?:${things})(?:[\\s_.-]*(?:${small}))*|单号|订单)[\\s"'\`:：=#№(,\\[\\]{}<>._-]*(?:\\d{6,20}[\\s"',]+)*$`,
  'iu',
);
/** A number of something, an amount, a part of a path. */
const marked = /(?:[#№$€£¥]|[^\s/]\/)$/u;

const thingBehind = new RegExp(
  `^["'\`)\\]]?(?:\\.(?:jpe?g|png|gif|webp|svg|mp[34]|pdf|json|html?|txt|csv|xml|zip|gz|log|js|css)(?![\\p{L}\\d])|[/@-]\\p{L}|[ ,]{1,2}(?:is|was|as)(?: (?:the|my|an?|your|our|his|her))? (?:${things})(?!\\p{L})| (?:bytes|tokens|rows|ns|us|µs|ms)(?!\\p{L}))`,
  'iu',
);
const cardBehind = new RegExp(
  `^["'\`)\\]]?[\\s,;(:–-]{1,3}(?:(?:(?:is|was)(?: (?:the|my|an?|your|our|his|her))? )?(?:${cards})(?!\\p{L})|exp|valid|(?:0[1-9]|1[0-2])/\\d\\d)`,
  'iu',
);

type Said = 'card' | 'thing' | 'nothing';

/** What stands right around the digits of [at, end) says they are; `undecided` where later text can tell. */
export function saysOfDigits(view: View, at: number, end: number): Said | typeof undecided {
  const before = wordsBefore(view, at, beforeWidth);
  const said = saidBefore(before);
  if (said !== 'nothing') return said;
  const behind = view.text.slice(end, Math.min(view.end, end + behindWidth));
  const isKnown = behind.length === behindWidth || behind.includes('\n') || view.final;
  if (!isKnown && (behind === '' || isIn(openings, view.codeAt(end)))) return undecided;
  if (marked.test(before) || thingBehind.test(behind)) return 'thing';
  return cardBehind.test(behind) ? 'card' : 'nothing';
}

/** Whether words before `at` say that it is a card. */
export function isCardAnnounced(view: View, at: number): boolean {
  return saidBefore(wordsBefore(view, at, beforeWidth)) === 'card';
}

/** A thing that is named right before goes before a card that is named farther off: `card order id 4500…`. */
function saidBefore(before: string): Said {
  const line = before.slice(before.lastIndexOf('\n') + 1).replaceAll(/(?<=\p{Ll})(?=\p{Lu})|_/gu, ' ');
  if (isThing.test(line)) return 'thing';
  return isCardNamed.test(line) ? 'card' : 'nothing';
}

const openings = characterSet(' "\'`)].,;:/@-(');
