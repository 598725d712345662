import { type Case, describeTables } from '../../../support/entity-tables.ts';

/** Numbers that only the words around them tell, in brackets. */
const announced = [
  'My cell. [4155550137], call any time.', 'Ring me back on [7700 900123].', 'wa.me/[447700900123]', 'tel:[4155550137]', 'callto:[442079460958]', 'sms:[4155550137]?body=hello',
  'https://api.whatsapp.com/send?phone=[5511912345678]', 'Mob: [9876543210]', 'Ph. [9876 543210]', 'contact number :- [9876543210]', "my number's [4155550137] ok?", 'homePhone = "[4155550137]"', 'billingPhone: [4155550137]', 'mobileNo: [4155550137]', 'phone_no = [4155550137]', '"contactNo": "[4155550137]"', '"phoneNumber": "[4155550137]"', 'tel_no [4155550137]', 'customer_phone=[4155550137]', 'Tel.[0221 123456]',
  'Ruf mich an: [1511 2345678]', 'Meine Handynummer lautet [15112345678].', 'Rückruf bitte an [1712345678]', 'Appelez-moi au [612345678] ce soir.', 'Mon numéro de portable est le [6 12 34 56 78].',
  'Llámame al [612345678] mañana.', 'Puedes llamarme al [5512345678].', 'Marque el [900123456] para ayuda.', 'Me liga no [11912345678] depois das seis.', 'O meu telemóvel é [912 345 678].',
  'Chiamami al [3331234567] stasera.', 'Cell. [3331234567]', 'Recapito telefonico [234567890]', 'Bel me op [612345678].', 'Telefoonnummer: [201234567]', 'Cep telefonum [5321234567]', 'Beni [5321234567] numarasından ara.',
  'Позвоните мне по номеру [9161234567].', 'Мой телефон [8 916 123-45-67].', 'Zadzwoń do mnie pod [601234567].', 'Komórka: [501 234 567]', 'Зателефонуйте мені [501234567].', 'Zavolejte mi na [777123456].',
  'اتصل بي على [٥٠١٢٣٤٥٦٧] مساءً', 'جوال [0551234567]', 'شماره موبایل من [۹۱۲۳۴۵۶۷۸۹] است', 'تلفن [2112345678]', 'मेरा मोबाइल नंबर [९८७६५४३२१०] है', 'फ़ोन: [9876543210]',
  '전화번호는 [1012345678]입니다', '携帯: [9012345678]', '电话:[1012345678]', '请拨打[4008123123]', '手機號碼 [912345678]', 'โทร [812345678] ได้ตลอด',
  'Hubungi saya di [81234567890].', 'No. telp: [215551234]', 'Gọi cho tôi theo số [912345678].', 'ĐT: [912345678]', 'Ring mig på [701234567].', 'Hívj a [301234567] számon.', 'Puhelin: [401234567]',
  'Το κινητό μου είναι [6912345678].', 'Τηλ. [2310123456]', 'הטלפון שלי [501234567]', 'תתקשר אליי ל-[521234567]',
  '📞 [912345678]', '☎️ [912 345 678]', 'Telnr. [701234567]', 'WhatsAppnummer: [612345678]', 'Mobiltelefonnummer [1512345678]', 'Comuníquese al [18001234567].', 'сотовый [9161234567]', 'Contato: [11912345678]',
  '[5321234567] numaralı hattı arayın.', '[9161234567] — мой сотовый', '[13912345678]是我手机号', '[6912345678] είναι το κινητό μου', '[501234567] זה המספר שלי', '[81234567890] itu nomor saya',
  '[912 345 678] fax', 'Rua Augusta 12, [912 345 678] mobile', 'Office, [3660170548]-Fax', '[001-321-194-8268x4420]-Fax', '[1711234567] (Handy)', '[98765 43210] is my WhatsApp number.', '[15112345678] ist meine Nummer, ruf durch.', '[612345678] es mi móvil',
  "[612345678] c'est mon portable", '[3331234567] è il mio numero', '[912345678] é o meu telemóvel', '[5551234567] telefonum', '[9161234567] — мой номер', '[1012345678]로 전화 주세요', '[9012345678]に電話してください',
  '[13912345678]是我的手机', 'मुझे [9876543210] पर कॉल करें', 'phone [123-456-7890]', 'tel([123) 456-7890]',
]; // prettier-ignore

/** Numbers that nobody can dial, or of which the words around say that they are something else. */
const none = [
  'SKU 402-118-2260', 'SKU: 415-555-2671', 'P/N 402-555-1180', 'id 911-911-9111', 'model 765-432-1098', 'Item #321-654-9870 ships today', 'clause 252.227-7013', 'DFARS 252.225-7001', '252.227-7013 and 212.255-7013',
  'sizes 300 400 5000', 'widths 320 480 1024 px', 'memset(buf, 300 400 5000)', 'batches 250 300 2500 pieces', 'call 415 555 2671 times', '415 555 2671 KB', 'budget of 415 555 2671 dollars',
  'f(123) 456-7890', 'g(415) 555-0137', 'fn(020) 7946 0958', 'a[i]+44201234567', 'f(x)+44201234567', 'a+44201234567', '3+14155550137', '{a}+14155550137',
  'EUR 415 555 2671', '€ 020 7946 0958', 'userId: "415-555-2671"', '"order_id": "415-555-2671"', '"productCode": "415-555-2671"', 'user_id=415-555-2671', 'SKU-402-555-2260', '#402-555-2260', '$415 555 2671',
  '+6 500 000 000 JPY', '+49 300 000 000 €', '+12 345 678 901 bytes', '+33 100 200 300 requests', '+61 2345678.5', '+35236450.6', '+1 123 456 7890', '+1 911 555 0137',
  'case 04-2024-123456', '04-2024-123456', 'lotto 01 02 03 04 05', '01 02 03 04 05', '04 09 27 35 50', 'winning numbers 07 14 21 28 35', 'Exercise 01 23 45 67 89',
  'ticket 415-555-0137-A', '415-555-0137-A', '650-253-0000-Z9', 'order no. 415-555-0137', 'account 415-555-2671', 'claim 05-778899-01', 'Article 01-2345678', 'serial 0049 30 901820', 'Suite part 212-555-0198',
  'Rechnung Nr. 030 1234567', 'Kundennummer 0151 2345678', 'facture n° 01 23 45 67 89', 'Factura 912 345 678', 'pedido nº 11912345678', 'fattura 06 1234567', 'заказ № 89161234567', 'sipariş no 0532 123 45 67', 'phone order id 5551234567',
  'رقم الطلب ٠٥٠١٢٣٤٥٦٧', 'आदेश संख्या ९८७६५४३२१०', '注文番号 09012345678', '주문번호 01012345678', '订单号 13800138000', 'mã đơn hàng 0912345678', 'phone_id: 4155550137', 'phoneId = 4155550137', 'phoneCount: 1234567',
  '0063 0302 0073', '0399 0308 0301', '[.417C.0022.0002.5002]', '__INTEL_BUILD_DATE >= 20180626', 'hotel 12345678', 'iPhone 12345678', 'contact_at: 1234567890', 'text: 12345678', 'image 640 480 1024', 'RGB 255 255 2550', 'mobile 1234567 visits', '1234567 fax machines were sold', '900000 phones were sold', 'the number 612345678 is even', 'text 1234567 bytes long', '911-911-9111', '402-118-2260', '123-456-7890', '(123) 456-7890',
  '12345678-12345679', '5551234567 and so on', 'zip 94105 2671', '{"id": 4155550137, "n": 5551234567}', '{"phone": "x", "id": 4155550137}',
]; // prettier-ignore

const tables: Readonly<Record<string, readonly Case[]>> = {
  'PHONE by its words': announced.map((text) => [
    text.replace(/[[\]]/gu, ''),
    text.replace(/\[.*\]/u, '<PHONE>'),
  ]),
  'no PHONE': none.map((text) => [text, text]),
  'PHONE all the same': [
    ['415-555-2671 KB', '415-555-2671 KB'],
    ['01 23 45 67 89', '<PHONE>'],
    ['555-123-4567-cell', '<PHONE>-cell'],
    ['Orders: 800-555-0199', 'Orders: <PHONE>'],
    ['room service 800-555-0199', 'room service <PHONE>'],
    ["+1 415 555 2671 won't work", "<PHONE> won't work"],
    ['call 415 555 2671, units 3', 'call <PHONE>, units 3'],
    ['[+44 20 7946 0958]', '[<PHONE>]'],
    ['(+44 20 7946 0958)', '(<PHONE>)'],
    ['电话+86 138 0013 8000', '电话<PHONE>'],
    ['415 555-0137', '<PHONE>'],
  ],
  'no SSN': [
    '"GET /healthz HTTP/1.1" 200 15 1042', 'qty 100 20 3000 units', 'Room 101 12 2024', 'Part no. 123-45-6789-B', 'SKU 123-45-6789-X', 'SKU 123-45-6789', 'AB-123-45-6789', 'x_123-45-6789', '123-45-6789_old',
    'lines 120 40 2210', 'status 404 12 5120', 'part number: 123-45-6789', 'rev 300 10 1000 2', '/123-45-6789/a', 'a/123-45-6789',
  ].map((text) => [text, text]), // prettier-ignore
  SSN: [
    ['SSN 123 45 6789', 'SSN <SSN>'],
    ['social security: 123 45 6789', 'social security: <SSN>'],
    ['ssn-123-45-6789', 'ssn-<SSN>'],
    ['123-45-6789-', '<SSN>-'],
    ['(123-45-6789)', '(<SSN>)'],
    ['{"v": "123-45-6789"}', '{"v": "<SSN>"}'],
    ['tax payer id 123.45.6789', 'tax payer id <SSN>'],
  ],
}; // prettier-ignore

describeTables(tables);
