import { open } from '../../guards/ascii.ts';
import { ideograph, isAsciiLetter, letter } from '../../guards/characters.ts';
import { edge, type View } from '../../guards/detector.ts';
import { isLabelled } from '../numbers/number-label.ts';
import { hasWord, wordsBefore } from '../words/announcement.ts';

/**
 * Words that tell a phone number, as sources of regular expressions: one place for all languages. Words of scripts with spaces
 * between them stand alone; those of the others, and of those that put prefixes before a word, may stand in a longer one.
 */

/** Nothing but what stands between a key and its value: these words mean other things too. */
const tail = '["\'\\s:=.\\-]*$';

/** What names a telephone or its number. */
const telephoneWords = [
  '(?:tele|smart|cell|mobile ?|cell ?|home|work|office)?phones?|(?:phone|mobile|contact|tel|fax|cell|whatsapp)[ _-]?(?:no|nr|num(?:ber)?)s?|tel|tel\\.?[ -]?nr|telno|ph(?= ?[.:]| no)|fax|telefax|whats ?app\\p{L}*|viber|hotline|helpline|landline|voicemail',
  `mobile(?=[ _]?(?:no|nr|num|is|at|phone)|${tail})|mob(?=${tail})|cell(?=\\.|[ _]?(?:no|num|phone|is)|${tail})|contact(?=[ _]?(?:no|nr|num)|[:\\s\\-]*$)|(?:my|his|her|our|their) (?:new |own |other |direct )?(?:number|digits)`,
  `tel[eé]fo?[oóô]n\\p{L}*|tél[eé]ph\\p{L}*|tél|tlf|tfno|tlfn|handy(?:s|nummer|nr|tel\\p{L}*)?|mobil(?:(?:telefon|nummer|nr|funk)\\p{L}*)?|natel|rufnummer|festnetz(?:nummer)?|durchwahl|rückruf|meine nummer|n° de portable|(?:mon|son|numéro de) (?:numéro|portable)|portable(?=${tail})`,
  `m[oó]vil|celular|cel(?=${tail})|telem[oó]vel|fone|zap|cellulare|recapito|contatos?(?=${tail})|contactos?(?=${tail})|(?:mi|su|tu) número|(?:o )?(?:meu|seu) número|(?:il )?(?:mio|suo) numero|mobiel|mobiele|(?:mijn|mobiel) nummer`,
  'cep|gsm|faks|numaram|komórk\\p{L}*|tel\\. kom|(?:mój|moj) numer|puhelin\\p{L}*|matkapuhelin|(?:mitt|min|mit) nummer|mobiln\\p{L}*|mobilní|telp|telepon|telpon|ponsel|nomor (?:hp|wa|saya)|no\\.? ?hp|hp(?=[.:]+ *$)|wa(?=[:\\s]*$)',
  'số điện thoại|điện thoại|đt|sđt|di động|số của tôi|тел|телефон\\p{L}*|сотов\\p{L}*|мобіл\\p{L}*|мобил\\p{L}*|моб|факс|ватсап\\p{L}*|вайбер|(?:мой|мій) номер|τηλ|τηλέφων\\p{L}*|τηλεφων\\p{L}*|κινητ[όο]|φαξ|(?:ו|ה|ב|ל)*(?:טלפון|נייד|פקס|וואטסאפ)|טל',
  '(?:फ़|फ़|फ)ोन|मोबाइल|मोबाईल|टेलीफोन|दूरभाष|हेल्पलाइन|व्हाट्सएप|व्हाट्सऐप|संपर्क|ফোন|মোবাইল|ఫోన్|தொலைபேசி|கைபேசி|wa\\.me/|callto|sms(?=:)',
].join('|');
const unspacedTelephoneWords =
  'هاتف|جوال|موبايل|موبائل|محمول|تلفون|تليفون|واتس|فاكس|فاکس|تلفن|موبایل|همراه|فون|电话|電話|手机|手機|座机|热线|熱線|传真|傳真|携帯|ファックス|連絡先|联系方式|微信|전화|휴대폰|핸드폰|휴대전화|☎|☏|✆|📞|📱|📲|연락처|팩스|내 번호|โทร|เบอร์|มือถือ';

/** Verbs that end in a number, in languages where they hardly mean anything else. */
const reachingVerbs = [
  'ruf\\p{L}*|anruf\\p{L}*|anzurufen|erreich\\p{L}*|meld(?:e|en|et)|wähl(?:e|en|t)|appele[zr]|appelle[zs]?(?:-moi)?|joindre|joignable|joignez|rappele[zr]|rappelle[zs]?|composez|contacte[zr]|téléphone[zr]?',
  'llám[ae]\\p{L}*|llamar(?:me|nos|le|te)|contáct[ae]\\p{L}*|escríb[ae]\\p{L}*|marque|comun[ií]quese|comunicarse|marcar|márca\\p{L}*|(?:me|nos) lig(?:a|ue|uem)|lig(?:a|ue|uem|ar)(?:-me|-nos)?(?= (?:para|no|ao|pro|me))|ligu[ei]',
  'chiama(?:mi|ci|te|teci|temi|re)?|telefona\\p{L}*|contatta\\p{L}*|belt u|bel(?: (?:me|ons|mij|hem|haar))|bellen|bereik(?:baar|en)?|позвон\\p{L}*|звон\\p{L}*|перезвон\\p{L}*|зателефон\\p{L}*|подзвон\\p{L}*|дзвон\\p{L}*',
  'zadzwo\\p{L}*|dzwoni\\p{L}*|zavolej\\p{L}*|volejte|hívj\\p{L}*|hívjon|ring (?:mig|meg|til)|når mig|soita\\p{L}*|sunați(?:-mă)?|sunati|sună|κάλεσ\\p{L}*|καλέστε|τηλεφων\\p{L}*|hubungi|gọi|liên hệ|beni|bana|(?:ו|ל)*(?:תתקשר|התקשר|חייג|תחייג)\\p{L}*',
].join('|');
const unspacedReachingVerbs = 'اتصل|اتصال|للاتصال|تماس|زنگ|拨打|撥打|致电|致電|打我';

/** What says behind a number that it was one of a telephone, up to where words may end. */
const behindWords = [
  '(?:is |was |are )?(?:my |his |her |our |the )?(?:new |work |home |office |direct )?(?:tele|cell|mobile )?(?:phone|fax|tel|cell|mobile|handy|telefon|teléfono|téléphone|móvil|celular|cellulare|portable|telefax|mobil|whatsapp|тел|телефон|факс|моб)',
  'is (?:my|his|her|our) (?:whatsapp |phone |cell |mobile |work |home )?(?:number|cell|mobile|phone|whatsapp)|on whatsapp|office|home|work',
  '(?:ist|lautet) (?:meine|seine|ihre|unsere) (?:handy|mobil|telefon|ruf)?nummer|es (?:mi|su) (?:nuevo )?(?:móvil|número|teléfono|celular)|é o (?:meu|seu) (?:telemóvel|número|celular|telefone)|è il (?:mio|suo) (?:numero|cellulare|telefono)|c.est (?:mon|son) (?:portable|numéro|téléphone|tél)',
  'is mijn (?:nummer|mobiel|telefoonnummer)|(?:cep )?telefonum\\p{L}*|numaralı telefon\\p{L}*|numaramdan|numara\\p{L}* (?:hat\\p{L}* )?(?:ara|tel|ulaş)\\p{L}*|numaramdır|это мой (?:номер|телефон)|мой (?:номер|телефон|сотовый|мобильный)|мій (?:номер|телефон)|to mój (?:numer|telefon)|är mitt (?:nummer|mobilnummer)|számon|adalah nomor (?:hp |wa )?saya|(?:itu|ini) nomor (?:hp |wa )?saya|là số (?:điện thoại )?của tôi|είναι το (?:τηλέφωνό|κινητό|νούμερό) μου|זה המספר שלי|é (?:o )?(?:meu|seu) (?:número|celular|whatsapp)',
].join('|');
const unspacedBehindWords =
  '(?:로|으로|번으로|에|번호로)? ?(?:전화|연락|문자)|(?:に|まで|へ)(?:お)?(?:電話|連絡|ご連絡)|是我的(?:手机|手機|电话|電話|号码|號碼|微信)|是我手机|是我手機|找我|联系我|聯絡我|(?:คือ)?เบอร์|شماره من|(?:पर|par) (?:कॉल|फोन|फ़ोन|फ़ोन|संपर्क|call|phone)|मेरा (?:नंबर|मोबाइल)|را (?:بگیر|زنگ)|تماس بگیر|(?:هو )?رقمي|هو رقم';

/** What counts or measures behind a number. */
const units = [
  '[A-Z]{2}(?:B|Hz)|JPY|USD|EUR|GBP|CHF|CNY|KRW|INR|SEK|NOK|DKK|PLN|RUB|BRL|AUD|CAD|HUF|CZK|IDR|VND|MXN|dollars?|euros?|yen|yuan|won|rupees?|pounds|rubles?|roubles?|liras?|TL|kroner|pesos?|cents',
  'bytes?|bits|[kmgt]i?b|ppm|px|pixels?|mm|cm|km|kg|mg|ml|kwh|mhz|ghz|ms|ns|µs|seconds?|minutes?|miles|meters?|metres?|tons?|tonnes?|lbs',
  'units?|pieces|pcs|pages|people|persons|users|rows|lines|records|items|requests|calls|times|points|votes|copies|tokens|visits|visitors|views|downloads|installs|devices|entries|files|customers|subscribers|shares|stk|stück|einwohner|personen|habitants|habitantes|unidades|pièces|pezzi|adet|kişi|штук|шт|руб\\p{L}*|человек',
].join('|');

/** Of the words that announce a number, in letters: `tel`. */
const shortestWord = 2;

/** The only announcements that hold no letters. */
const sign = /[☎☏✆📞📱📲]/u;
const widthOfSign = 6;

/** Words that name a telephone, wherever they stand in the 40 characters before a number. */
const telephone = new RegExp(
  `(?<![\\p{L}\\p{M}[])(?:${telephoneWords})(?![\\p{Ll}\\p{M}])|${unspacedTelephoneWords}`,
  'giu',
);

/** `billingPhone`: in the middle of a name only a capital begins a word, or a hotel would be one. */
const telephoneInName = /(?<=[a-z])(?<!(?<![a-z])i)(?:Phone|Mobile|Tel|Fax)(?![a-z])/gu;

/** Verbs that end in a number. They mean something else in programs, so they need the words between. */
const reach =
  /(?<![a-z_])(?:call|calling|dial|text|ring|reach|contact|answering|messages?|sms)(?![a-z_])[^.;\n]{0,24}?(?<![a-z])(?:me|us|him|her|them|you|at|on|to|back|number)(?![a-z])[^0-9\n]{0,10}$/iu;
const dialled = /(?<![a-z_])(?:(?:dial|call|a ring)(?: |: ?)|(?:ring|text) )$/iu;
const reachElsewhere = new RegExp(
  `(?:(?<!\\p{L})(?:${reachingVerbs})(?!\\p{L})|${unspacedReachingVerbs})[^.;!?\\p{Nd}\\n]{0,28}$`,
  'iu',
);

/** What else a number after such a word may be, or what only has to do with telephones. */
const otherNumber =
  /(?<![a-z])(?:order|invoice|isbn|account|ref(?:erence)?|ticket|tracking|serial|version|zip|card|case|port|pid|error|code|imei|model|passport|licen[cs]e|sku|hash|count|length|poles?|users?|resolution|bill|sold|costs?|price)s?(?![a-z])|(?<![a-z])ids?(?![a-z])|\d{4}[^\n]*["\w][:=]/iu;
/** `phoneId`: in the middle of a name only a capital begins a word. */
const otherName = /[a-z](?:I[dD]|Count|Hash|Length|Size)s?(?![a-z])/u;

/** Whether the words before the number at `at` announce it as a phone number. */
export function isAnnouncedBefore(view: View, at: number): boolean {
  if (!hasWord(view, at, shortestWord) && !sign.test(view.text.slice(Math.max(0, at - widthOfSign), at)))
    return false;
  return announces(view, wordsBefore(view, at), at);
}

function announces(view: View, before: string, at: number): boolean {
  const wordEnd = Math.max(lastEnd(telephone, before), lastEnd(telephoneInName, before));
  const isAnnounced =
    wordEnd !== 0 || reach.test(before) || dialled.test(before) || reachElsewhere.test(before);
  if (!isAnnounced) return false;
  const between = before.slice(wordEnd);
  return (
    !otherNumber.test(between) &&
    !otherName.test(before.slice(Math.max(0, wordEnd - 1))) &&
    !isLabelled(view, at)
  );
}

/** Where the last of some words ends, 0 where there is none. By `lastIndex`, because `matchAll` takes ten times as long. */
function lastEnd(words: RegExp, text: string): number {
  let end = 0;
  words.lastIndex = 0;
  while (words.test(text)) end = words.lastIndex;
  return end;
}

/** As far as words behind a number are read; a number waits for so much text only where a word follows it. */
const widthBehind = 32;
const endOfWords = '(?=\\s*(?:$|[^\\p{L}\\p{N}\\s]|and |und |et |y |e |or ))';
const announcedBehind = new RegExp(
  `^[ ,]{0,2}[-–—:(/]{0,1} ?(?:(?:${behindWords})(?!\\p{L})${endOfWords}|(?:${unspacedBehindWords}))`,
  'iu',
);
const quantity = new RegExp(`^ ?(?:(?:${units})(?![\\p{L}\\p{N}_'’-])|[€$£¥₩₹₽%])`, 'iu');

/** Whether words behind what ends at `end` say that it was a phone number; `undefined`: not known yet. */
export function isAnnouncedBehind(view: View, end: number): boolean | undefined {
  const words = wordsBehind(view, end, widthBehind, never);
  return words === undefined ? undefined : words !== '' && announcedBehind.test(words);
}

/** No unit is longer, with a space before it and one character behind. */
const widthOfUnit = 14;

/** Whether a unit or a currency behind makes a quantity of the number that ends at `end`; `undefined`: not known yet. */
export function isQuantity(view: View, end: number): boolean | undefined {
  const words = wordsBehind(view, end, widthOfUnit, oneWord);
  return words === undefined ? undefined : words !== '' && quantity.test(words);
}

/** What of the words decides, whatever follows. */
const never = /(?!)/u;
const oneWord = /^[^\p{L}]*\p{L}+[^\p{L}]/u;

const leads = new Set([0x20, 0x2c, 0x2d, 0x2f, 0x3a, open]);

/** The text of [end, end + width) up to the end of its line; empty where it begins with no word, `undefined` where later text is of it. */
function wordsBehind(view: View, end: number, width: number, isEnough: RegExp): string | undefined {
  let first = end;
  while (first < end + 3 && leads.has(view.codeAt(first))) first += 1;
  const code = view.codeAt(first);
  if (code === edge && !view.final) return undefined;
  if (!isAsciiLetter(code) && code !== letter && code !== ideograph && !isSymbol(view, first)) return '';
  const words = view.text.slice(end, Math.min(view.end, end + width));
  const line = words.indexOf('\n');
  if (line >= 0) return words.slice(0, line);
  return words.length === width || view.final || isEnough.test(words) ? words : undefined;
}

function isSymbol(view: View, at: number): boolean {
  return at < view.end && '€$£¥₩₹₽%–—'.includes(view.text.charAt(at));
}
