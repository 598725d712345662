import type { View } from '../../guards/detector.ts';
import { hasWord, wordsBefore } from '../words/announcement.ts';

const shortestWord = 2;

/** What a number may be that is nobody's: it names a thing, a paper or a place, or counts something. */
const labels = [
  'ids?|sku|upc|ean|gtin|asin|isbn|issn|part|p/n|pn|model|catalog(?:ue)?|item|article|product|drawing|serial|s/n|sn|rma|asset|device|lot|batch(?:es)?',
  'orders?(?= )|order|invoice|receipt|ticket|case|claim|docket|contract|account|acct|member|policy|licen[cs]e|ref(?:erence)?|tracking|shipment|transaction|patent|tax',
  'clauses?|sections?|chapters?|exercises?|tracks?|pages?|far|dfars|rfc|spec|standard|revision|rev|version|build|release|commit|sha|hash',
  'qty|quantity|sizes?|dimensions?|widths?|heights?|weights?|lengths?|levels?|scores?|rows?|ports?|prices?|offsets?|blocks?|rooms?|channels?|population|revenue|budget|temperature|coordinates|lat|lon|grid|hex|pid|uid|inode|timestamp|ts|error|resolution|image|screen|display|video|frames?|rgb|ttl|values?|array|vector|range',
  'usd|eur|gbp|jpy|chf|cny|krw|inr|rub|lotto|lottery|powerball|euro ?millions|winning numbers|lottozahlen|loto|nsn|ndc|duns|hts|cas|e-?in|fein|zip|plz',
  '(?:rechnungs|kunden|bestell|auftrags|artikel|vertrags|vorgangs|serien|beleg|sendungs|mitglieds|konto|teile|material|matrikel)-?n(?:umme)?r|rechnung|bestellung|aktenzeichen|artikel|größen?',
  'factura|facture|fattura|fatura|pedido|orden|commande|ordine|dossier|expediente|proceso|processo|réf(?:érence)?|artículo|artigo|articolo|tailles?|tallas?|taglie|bestelling|factuur|faktura|beställning|ordre',
  'zamówieni\\p{L}*|faktur\\p{L}*|заказ\\p{L}*|сч[её]т|артикул|накладн\\p{L}*|замовленн\\p{L}*|рахун\\p{L}*|objednávk\\p{L}*|rendelés|sipariş|παραγγελία|τιμολόγιο|הזמנה|חשבונית',
  '(?:ال)?طلب|فاتورة|سفارش|فاکتور|आदेश|ऑर्डर|चालान|pesanan|invois|đơn hàng|hóa đơn|mã đơn',
].join('|');
/** Of scripts without spaces between words. */
const unspaced = '订单|訂單|发票|發票|单号|型号|注文|請求書|型番|주문|송장|품번';
const numberWords =
  '[ _-]?(?:no|nr|num|numbers?|nummer|numéro|número|numero|n[°ºo]|№|ids?|codes?|identifier|号码|号|號|番号|번호|संख्या|numarası|رقم)\\.?';

const labelled = new RegExp(
  `(?:(?<![\\p{L}\\p{M}])(?:${labels})(?![\\p{L}\\p{M}])|${unspaced})\\.?(?:${numberWords})?(?: (?:is|was|are|ist|es|est|of))?[\\s:=#"'(\\[*.,-]{0,6}$`,
  'iu',
);

/** `userId`: in the middle of a name only a capital begins a word. */
const labelledInName = /[a-z](?:I[dD]|Code|Ref|S[kK][uU]|Count|Index)s?["'\s:=]{0,5}$|[€£¥₩₹₽] ?$/u;

/** Whether the words right before the number at `at` say that it is one of things: an order, a part, a size. */
export function isLabelled(view: View, at: number): boolean {
  const words = wordsBefore(view, at);
  return labelledInName.test(words) || (hasWord(view, at, shortestWord) && labelled.test(words));
}
