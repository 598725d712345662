import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { enforceWhole } from '../../../../src/policy/guards/whole.ts';
import { european } from '../../../../src/policy/pii/ids/national/europe.ts';
import { overseas } from '../../../../src/policy/pii/ids/national/overseas.ts';
import { assertInvariant, cuts } from '../../../support/cuts.ts';
import { type Case, describeTables, open } from '../../../support/entity-tables.ts';

/** Numbers that countries and standards publish as examples, after the words they need. */
const examples: Readonly<Record<string, readonly string[]>> = {
  gb_nhs: ['NHS number: 943 476 5919', 'nhs no 9434765919'],
  gb_nino: ['AB123456C', 'NI: AB 12 34 56 C', 'JG103759A'],
  es_dni: ['12345678Z', '99999999R', 'DNI 01234567L', 'nif: 12345678-Z'],
  es_nie: ['X1234567L', 'Y1234567X', 'Z1234567R'],
  it_codice_fiscale: ['RSSMRA85T10A562S', 'rssmra85t10a562s'],
  fr_nir: ['2 55 08 14 168 025 38', '255081416802538'],
  de_steuer_id: ['Steuer-ID: 86095742719', 'Steueridentifikationsnummer 86 095 742 719', 'IdNr. 65929970489'],
  nl_bsn: ['BSN 111222333', 'burgerservicenummer: 123456782', 'bsn 1112.22.333'],
  be_national_number: ['85.07.30-033.28', 'rijksregisternummer 85073003328'],
  pl_pesel: ['PESEL: 44051401359', 'numer PESEL 99012229019'],
  se_personnummer: ['811218-9876', '19811218-9876', 'personnummer 8112189876'],
  fi_hetu: ['131052-308T', '131052A308T', '131052+308T'],
  no_fodselsnummer: ['09053426694', 'fødselsnummer 090534 26694'],
  dk_cpr: ['CPR 010111-1113', 'cpr-nr. 0101111113'],
  ch_ahv: ['756.9217.0769.85', '7569217076985'],
  pt_nif: ['NIF 123456789', 'contribuinte n.º 123 456 789'],
  cz_rodne_cislo: ['530121/9990', 'rodné číslo 7103192745'],
  ro_cnp: ['CNP 1630615123457'],
  bg_egn: ['ЕГН 7501010010', 'EGN: 7523169263'],
  hr_oib: ['OIB 33392005961', 'OIB: 69435151530'],
  ie_pps: ['PPS 1234567T', 'PPSN: 1234567TW'],
  br_cpf: ['111.444.777-35', 'CPF 52998224725'],
  br_cnpj: ['11.222.333/0001-81', 'CNPJ: 11222333000181'],
  in_aadhaar: ['Aadhaar 2984 4886 3364', 'aadhar no. 298448863364', 'आधार 298448863364'],
  in_pan: ['ABCPE1234F', 'PAN: AAACB1234C'],
  ca_sin: ['SIN 046 454 286', 'social insurance number is 046454286'],
  au_tfn: ['TFN: 123 456 782', 'tax file number 123456782'],
  au_medicare: ['Medicare 2123 45670 1', 'Medicare card 2123456701'],
  za_id: ['ID number 8001015009087', 'South African ID 800101 5009 087'],
  cn_resident_id: ['11010519491231002X', '身份证号11010519491231002x', '235407195106112745'],
  kr_rrn: ['971013-9019902', '800101-1234560', '주민등록번호 900101-1234567'],
  sg_nric: ['S1234567D', 'F1234567N', 'T1234567J'],
  mx_curp: ['BOXW310820HNERXN09'],
  tr_kimlik: ['TCKN 10000000146', 'T.C. kimlik no: 10000000146'],
  cl_rut: ['12.345.678-5', 'RUT 12345678-5'],
  th_id: ['1-2345-45678-78-1', 'Thai ID 1234545678781'],
  hk_id: ['A123456(3)', 'AB987654(3)'],
  tw_id: ['身分證字號 A123456789'],
}; // prettier-ignore

describe('a national number is known by its country, however the text is cut', () => {
  for (const [name, texts] of Object.entries(examples)) {
    for (const text of texts) {
      test(`${name}: ${text}`, () => {
        for (const surrounded of [text, `so ${text}, then`, `"${text}"`, `${text}\n`]) {
          const whole = enforceWhole(open(), surrounded);

          assert.deepEqual(
            whole.findings.map(({ rule }) => rule),
            [`national_id.${name}`],
          );
          for (const pieces of cuts(surrounded)) assertInvariant(open, pieces, whole);
        }
      });
    }
  }
});

test('every country has an example', () => {
  const names = new Set([...european, ...overseas].map(({ name }) => name));

  assert.deepEqual([...names].toSorted(), Object.keys(examples).toSorted());
});

/** These have no check digit, or keep to none. */
const unchecked: ReadonlySet<string> = new Set(['gb_nino', 'in_pan', 'dk_cpr', 'kr_rrn']);

test('of the numbers with one digit changed at most one in five is taken', () => {
  for (const [name, texts] of Object.entries(examples)) {
    if (unchecked.has(name)) continue;
    const rules = [...european, ...overseas].filter((rule) => rule.name === name);
    const changed = texts.flatMap((text) => withOneDigitChanged(valueOf(text)));
    const taken = changed.filter((value) => rules.some(({ isValid }) => isValid(value)));

    assert.ok(taken.length <= changed.length / 5, `${name}: ${taken.length} of ${changed.length}`);
  }
});

/** The letters and digits of the number in a text. */
function valueOf(text: string): string {
  const sample = enforceWhole(open(), text).findings[0]?.sample ?? '';
  return sample.replaceAll(/[^\dA-Z]/giu, '').toUpperCase();
}

function withOneDigitChanged(value: string): readonly string[] {
  return Array.from(value).flatMap((character, index) =>
    /\d/u.test(character)
      ? [1, 2, 3, 4, 5, 6, 7, 8, 9].map(
          (by) => value.slice(0, index) + ((Number(character) + by) % 10) + value.slice(index + 1),
        )
      : [],
  );
}

const tables: Readonly<Record<string, readonly Case[]>> = {
  'no national number': [
    ['9434765919', '9434765919'],
    ['NHS number: 9434765918', 'NHS number: 9434765918'],
    ['NHS [NATIONAL_ID] 111222333', 'NHS [NATIONAL_ID] 111222333'],
    ['BG123456C ZZ123456C QQ123456C AB123456E', 'BG123456C ZZ123456C QQ123456C AB123456E'],
    ['12345678A', '12345678A'],
    ['long x = 12345678L; id 01234567L', 'long x = 12345678L; id 01234567L'],
    ['X1234567A', 'X1234567A'],
    ['RSSMRA85T10A562T', 'RSSMRA85T10A562T'],
    ['2 55 08 14 168 025 39', '2 55 08 14 168 025 39'],
    ['86095742719', '86095742719'],
    ['the bsnx 111222333', 'the bsnx 111222333'],
    ['order 111222333', 'order 111222333'],
    ['811218-9875 and 801318-9876', '811218-9875 and 801318-9876'],
    ['131052-308U', '131052-308U'],
    ['09053426695', '09053426695'],
    ['12/27 2 55 08 14 168 025 38', '12/27 2 55 08 14 168 025 38'],
    ['756.9217.0769.86', '756.9217.0769.86'],
    ['000.000.000-00 111.444.777-36', '000.000.000-00 111.444.777-36'],
    ['2984 4886 3364', '2984 4886 3364'],
    ['without sin 046454287', 'without sin 046454287'],
    ['timestamp 1700000000000', 'timestamp 1700000000000'],
    ['11010519491231002Y 110105194912310021', '11010519491231002Y 110105194912310021'],
    ['971013-9019903', '971013-9019903'],
    ['S1234567E', 'S1234567E'],
    ['A123456(4)', 'A123456(4)'],
    ['sha-AB123456C/x abc_AB123456C', 'sha-AB123456C/x abc_AB123456C'],
    ['x12345678Z 12345678Zx 0.12345678Z', 'x12345678Z 12345678Zx 0.12345678Z'],
  ],
  NATIONAL_ID: [
    ['AB 12 34 56 C', '<NATIONAL_ID>'],
    ['her number: JG 10 37 59 A.', 'her number: <NATIONAL_ID>.'],
    ['ni AB-12-34-56-C', 'ni <NATIONAL_ID>'],
    ['jg 10 37 59 a', '<NATIONAL_ID>'],
    ['at 12 34 56 a.m.', 'at 12 34 56 a.m.'],
    ['GB 12 34 56 C, QQ 12 34 56 C, AB 12 34 56 E', 'GB 12 34 56 C, QQ 12 34 56 C, AB 12 34 56 E'],
    ['ＡＢ１２３４５６Ｃ', '<NATIONAL_ID>'],
    ['AB12\u200b3456C', '<NATIONAL_ID>'],
    ['Ｎ\u200bＨＳ no 9434765919', 'Ｎ\u200bＨＳ no <NATIONAL_ID>'],
    ['BSN ١١١٢٢٢٣٣٣', 'BSN <NATIONAL_ID>'],
    ['{"nationalId":"111222333"}', '{"nationalId":"<NATIONAL_ID>"}'],
    ['national_id=111222333&x', 'national_id=<NATIONAL_ID>&x'],
    ['BSN 111222333 and 123456782.', 'BSN <NATIONAL_ID> and <NATIONAL_ID>.'],
    ['X1234567L;12345678Z', '<NATIONAL_ID>;<NATIONAL_ID>'],
    ['DNI:12345678Z.', 'DNI:<NATIONAL_ID>.'],
  ],
}; // prettier-ignore

describeTables(tables);
