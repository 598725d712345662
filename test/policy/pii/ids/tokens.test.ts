import assert from 'node:assert/strict';
import { test } from 'node:test';
import { enforceWhole } from '../../../../src/policy/guards/whole.ts';
import { type Case, describeTables, open } from '../../../support/entity-tables.ts';

const tables: Readonly<Record<string, readonly Case[]>> = {
  MAC_ADDRESS: [
    ['ab-cd-ef\u200b-ab-cd-e1', '<MAC_ADDRESS>'],
    ['a\u200bb-c\u200b\u200bd-ef-ab\u200b-cd-\u200be1', '<MAC_ADDRESS>'],
    ['ab-cd-ef-ab-cd-ef-ab-1c', '<MAC_ADDRESS>'],
    ['01:02:03:04:05:ab', '<MAC_ADDRESS>'],
    ['MAC 00 1A 2B 3C 4D 5E', 'MAC <MAC_ADDRESS>'],
    ['mac address: a0 1b 2c 3d 4e 5f and', 'mac address: <MAC_ADDRESS> and'],
    ['BSSID=00 1A 2B 3C 4D 5E.', 'BSSID=<MAC_ADDRESS>.'],
    ['Physical Address: 00 1A 2B 3C 4D 5E', 'Physical Address: <MAC_ADDRESS>'],
    ['MAC 00 1A\u200b 2B 3C 4\u200bD 5E be', 'MAC <MAC_ADDRESS> be'],
    ['00 1A 2B 3C 4D 5E', '00 1A 2B 3C 4D 5E'],
    ['MAC 00 1A 2B 3C 4D 5E 6F 70', 'MAC 00 1A 2B 3C 4D 5E 6F 70'],
    ['MAC 00 1A 2B 3C 4D', 'MAC 00 1A 2B 3C 4D'],
    ['MAC 00 1A 2B 3C 4D 5E6', 'MAC 00 1A 2B 3C 4D 5E6'],
    ['MAC 00 11 22 33 44 55', 'MAC 00 11 22 33 44 55'],
    ['my mac 10 is ad ed by 12 of us', 'my mac 10 is ad ed by 12 of us'],
    ['imac 00 1A 2B 3C 4D 5E', 'imac 00 1A 2B 3C 4D 5E'],
    ['at 10:20:30 from 00:1A:2B:3C:4D:5E.', 'at 10:20:30 from <MAC_ADDRESS>.'],
    ['ab:cd:ef:ab:cd:e1,', '<MAC_ADDRESS>,'],
    ['ab-cd-ef-0b-cd-ef', '<MAC_ADDRESS>'],
    ['01-02-03-04-05-AB', '<MAC_ADDRESS>'],
    ['0102.0304.05ab', '<MAC_ADDRESS>'],
    ['abcd.efab.c0de is down', '<MAC_ADDRESS> is down'],
    ['01:02:03:04:05:06:07:ab', '<MAC_ADDRESS>'],
    ['0102.0304.0506.07ab', '<MAC_ADDRESS>'],
    ['ether=00:1a:2b:3c:4d:5e;', 'ether=<MAC_ADDRESS>;'],
    ['[00:1a:2b:3c:4d:5e]', '[<MAC_ADDRESS>]'],
    ['00:1a:\u200b2b:3c:4d:5e', '<MAC_ADDRESS>'],
    ['００:1a:2b:3c:4d:5e', '<MAC_ADDRESS>'],
    ['ff:ff:ff:ff:ff:ff and 00:00:00:00:00:00', 'ff:ff:ff:ff:ff:ff and 00:00:00:00:00:00'],
    ['20:11:21:10:30:45 20-11-21-10-30-45', '20:11:21:10:30:45 20-11-21-10-30-45'],
    ['01:02:03:04:05', '01:02:03:04:05'],
    ['01:02-03:04:05:ab', '01:02-03:04:05:ab'],
    ['01:02:03:04:05:ab:07', '01:02:03:04:05:ab:07'],
    ['a1:b2:c3:d4:e5:f6:a7:b8:c9:d0', 'a1:b2:c3:d4:e5:f6:a7:b8:c9:d0'],
    ['01:02:03:04:05:0g', '01:02:03:04:05:0g'],
    ['0102.0304.05abc', '0102.0304.05abc'],
    ['be-ad-de-ed-fa-ce', 'be-ad-de-ed-fa-ce'],
    ['550e8400-e29b-41d4-a716-446655440000', '550e8400-e29b-41d4-a716-446655440000'],
  ],
  CRYPTO_ADDRESS: [
    ['1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2', '<CRYPTO_ADDRESS>'],
    ['pay 1MUz4VMYui5qY1mxUiG8BQ1Luv6tqkvaiL, now', 'pay <CRYPTO_ADDRESS>, now'],
    ['35bSzXvRKLpHsHMrzb82f617cV4Srnt7hS', '<CRYPTO_ADDRESS>'],
    ['1111111111111111111114oLvT2', '<CRYPTO_ADDRESS>'],
    ['bitcoin:1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2?amount=1', 'bitcoin:<CRYPTO_ADDRESS>?amount=1'],
    ['bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4', '<CRYPTO_ADDRESS>'],
    ['BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4', '<CRYPTO_ADDRESS>'],
    ['bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0', '<CRYPTO_ADDRESS>'],
    ['BC1SW50QGDZ25J', '<CRYPTO_ADDRESS>'],
    ['0x88dA6B6a8D3590e88E0FcadD5CEC56A7C9478319', '<CRYPTO_ADDRESS>'],
    ['0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed', '<CRYPTO_ADDRESS>'],
    ['0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed', '<CRYPTO_ADDRESS>'],
    ['https://scan.example/address/0x5AAEB6053F3E94C9B9A09F33669435E7EF1BEAED/', 'https://scan.example/address/<CRYPTO_ADDRESS>/'],
    ['1BvBMSEYstWe\u200btqTFn5Au4m4GFg7xJaNVN2', '<CRYPTO_ADDRESS>'],
    ['17VZNX1SN5NtKa8UQFxwQbFeFc3iqRYhemt', '17VZNX1SN5NtKa8UQFxwQbFeFc3iqRYhemt'],
    ['1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN3', '1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN3'],
    ['x1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2', 'x1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2'],
    ['1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2x', '1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2x'],
    ['bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5', 'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5'],
    ['bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3T4', 'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3T4'],
    ['0x5aAeb6053F3E94C9b9A09f33669435E7Ef1Beaed', '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1Beaed'],
    ['0x5aaeb6053f3e94c9b9a09f33669435e7ef1beae', '0x5aaeb6053f3e94c9b9a09f33669435e7ef1beae'],
    ['0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaeda', '0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaeda'],
    ['0x0000000000000000000000000000000000000000', '0x0000000000000000000000000000000000000000'],
    ['commit 356a192b7913b04c54574d18c28d46e6395428ab', 'commit 356a192b7913b04c54574d18c28d46e6395428ab'],
    ['da39a3ee5e6b4b0d3255bfef95601890afd80709', 'da39a3ee5e6b4b0d3255bfef95601890afd80709'],
    ['1f3870be274f6c49b3e31a0c6728957f', '1f3870be274f6c49b3e31a0c6728957f'],
  ],
  IBAN: [
    [`G${'\u200b'.repeat(14)}B29NWBK60161331926819`, '<IBAN>'],
    ['GB29NWBK60161331926819', '<IBAN>'],
    ['to GB29 NWBK 6016 1331 9268 19, please', 'to <IBAN>, please'],
    ['gb29nwbk60161331926819', '<IBAN>'],
    ['DE91 1000 0000 0123 4567 89', '<IBAN>'],
    ['DE91 1000 0000 0123 4567 89 or later', '<IBAN> or later'],
    ['DE91-1000-0000-0123-4567-89', '<IBAN>'],
    ['BE71 0961 2345 6769', '<IBAN>'],
    ['FR76 3000 6000 0112 3456 7890 189', '<IBAN>'],
    ['FR1420041010050500013M02606', '<IBAN>'],
    ['NO93 8601 1117 947', '<IBAN>'],
    ['MT31MALT01100000000000000000123', '<IBAN>'],
    ['SC52BAHL01031234567890123456USD', '<IBAN>'],
    ['LC14BOSL123456789012345678901234', '<IBAN>'],
    ['BR1500000000000010932840814P2', '<IBAN>'],
    ['CH56\u00a00483\u00a05012\u00a03456\u00a07800\u00a09', '<IBAN>'],
    ['IBAN:GB98MIDL07009312345678.', 'IBAN:<IBAN>.'],
    ['ＧＢ２９ＮＷＢＫ６０１６１３３１９２６８１９', '<IBAN>'],
    ['GB29\u200bNWBK\u200b6016\u200b1331\u200b9268\u200b19', '<IBAN>'],
    ['转账GB29NWBK60161331926819', '转账<IBAN>'],
    ['GB29NWBK60161331926818', 'GB29NWBK60161331926818'],
    ['GB92NWBK60161331926819', 'GB92NWBK60161331926819'],
    ['GB29NWBK6016133192681', 'GB29NWBK6016133192681'],
    ['GB29NWBK601613319268199', 'GB29NWBK601613319268199'],
    ['XX29NWBK60161331926819', 'XX29NWBK60161331926819'],
    ['GB29N WBK6 0161 3319 2681 9', 'GB29N WBK6 0161 3319 2681 9'],
    ['GB29  NWBK 6016 1331 9268 19', 'GB29  NWBK 6016 1331 9268 19'],
    ['xGB29NWBK60161331926819', 'xGB29NWBK60161331926819'],
    ['abc/GB29NWBK60161331926819', 'abc/GB29NWBK60161331926819'],
  ],
}; // prettier-ignore

describeTables(tables);

const accounts = [
  'GB29NWBK60161331926819',
  'DE91100000000123456789',
  'NO9386011117947',
  'LC14BOSL123456789012345678901234',
];

test('an account with one digit changed is none', () => {
  for (const account of accounts) {
    for (const [index, character] of Array.from(account).entries()) {
      if (!/\d/u.test(character)) continue;
      const changed = account.slice(0, index) + ((Number(character) + 1) % 10) + account.slice(index + 1);

      assert.ok(!enforceWhole(open(), changed).text.includes('<IBAN>'), changed);
    }
  }
});
