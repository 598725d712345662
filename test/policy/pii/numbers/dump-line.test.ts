import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isInDump } from '../../../../src/policy/pii/numbers/dump-line.ts';
import { type Case, describeTables } from '../../../support/entity-tables.ts';
import { viewOf } from '../../../support/views.ts';

/** What is between the angle brackets stands in a dump, or does not. */
const lines: readonly (readonly [text: string, isDump: boolean])[] = [
  ['00000010: <4111 1111 1111 1111> 0a0b', true],
  ['x\n00000010: <4111 1111 1111 1111>', true],
  ['  00000010  <41 11 11 11 11 11 11 11>', true],
  ['0000020 <4111 1111 1111 1111>', true],
  ['1c0: 00\n01f0  <05 00 00 00 47> 4e', true],
  ['00000010: 2e66 <0084 0000 0000>', true],
  ['66 2e 0f <01 02 03 04 05>', true],
  ['be ad <01 02 03 04 05>', true],
  ['    4848:\t<05 83 00 00 00>', true],
  ['    4848: <05 83 00 00 00>', false],
  ['    48c0:\t<05 83 00 00 00>', true],
  ['face <4111 1111 1111 1111>', false],
  ['be <06 12 34 56 78>', false],
  ['Card 1: <4111 1111 1111 1111>', false],
  ['10045678 <4111 1111 1111 1111>', false],
  ['2024: <4111 1111 1111 1111>', false],
  ['4242 4242 4242 4242 <4111 1111 1111 1111>', false],
  ['c7 <4111 1111 1111 1111>', false],
  ['<01 23 45 67 89>', false],
];

describe('a line of a hex dump shows itself by what stands before a number', () => {
  for (const [marked, isDump] of lines) {
    test(marked, () => {
      const at = marked.indexOf('<');

      assert.equal(isInDump(viewOf(marked.replace(/[<>]/gu, ''), { final: true }), at), isDump);
    });
  }
});

/** Bytes as `xxd`, `hexdump`, `od` and a debugger show them, maps of memory, weights of characters. */
const nothing = [
  '00004ee0  00 90 00 00 00 48 c7 05  70 07 02 00 00 00 00 00  |.....H..p.......|',
  '00005230  ff 45 31 db c6 05 32 04  02 00 01 44 89 1c 24 e9  |.E1...2....D..$.|',
  '00002740: 5dc0 0100 0000 0000 683c 0200 0000 0000  ].......h<......',
  '000019e0: 0833 0200 0000 0000 0800 0000 0000 0000  .3..............',
  '0007110 e8e6 d2ba ffff 2e66 1f0f 0084 0000 0000',
  '0131500 b28b 00ac 0020 7946 0958 1f0f 0084 0000',
  '005320 ff ba 05 00 00 00 48 8d 35 3c 69 01 00 31 ff',
  '0340  05 00 00 00 47 4E 55 00 02 80 00 C0',
  '004000 48 83 ec 08 48 8b 05 ad',
  '05 00 00 00 47 4e 55 00',
  '  401136:\t05 83 00 00 00       \tadd    $0x83,%eax',
  '00400000-00452000 r-xp 00000000 08:02 173521 /usr/bin/dbus-daemon',
  '35000000-35200000 rw-p 00000000 00:00 0',
  '[.213C.001F.0002][.0000.0020.0002]',
  '[*0209.0020.0002][.1C47.0020.0008]',
  '00000010: 4275 5828 2357 4162 2e66 1f0f 0084 0000  BuX(#WAb.f......',
  '0000020 4320 7320 2152 7380 0a0b 1f0f 0084 0000',
  '4893 4183 4482 3576 1f0f 0084 ec08 0000',
  '    00:c1:5b:3f:0a:1c:2d:9e:5b:3f:0a:1c:2d:9e:5b:\n    5b:3f:0a:1c:2d:9e\n',
];
const tables: Readonly<Record<string, readonly Case[]>> = {
  'bytes and addresses': nothing.map((text) => [text, text]),
  'what only stands near some': [
    ['[001a.2b3c.4d5e]', '[<MAC_ADDRESS>]'],
    ['link/ether:\n  5b:3f:0a:1c:2d:9e', 'link/ether:\n  <MAC_ADDRESS>'],
    ['4893 4183 4482 3576 and more', '<CREDIT_CARD> and more'],
    ['Card 1: 4893 4183 4482 3576 1227 123', 'Card 1: <CREDIT_CARD> 1227 123'],
    ['face 01 23 45 67 89', 'face <PHONE>'],
    ['01 23 45 67 89 and a4', '<PHONE> and a4'],
  ],
};

describeTables(tables);
