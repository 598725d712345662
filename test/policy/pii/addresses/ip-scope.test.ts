import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { enforceWhole } from '../../../../src/policy/guards/whole.ts';
import { piiDetector } from '../../../../src/policy/kinds/pii-detector.ts';
import { piiSettings } from '../../../../src/policy/pii/pii-settings.ts';
import { evidence } from '../../../support/chains.ts';

function left(text: string, scope?: string): string {
  const settings = piiSettings.parse(scope === undefined ? {} : { ip_scope: scope });
  const guard = piiDetector
    .create(settings, { holdBackLimit: 512 })
    .guard?.({ direction: 'answer', role: 'assistant' }, evidence());
  assert.ok(guard);
  return enforceWhole(guard, text).text;
}

/** The first and last address of what is not reachable from everywhere, and their neighbours, which are. */
const blocks: readonly (readonly [special: readonly string[], neighbours: readonly string[]])[] = [
  [['0.0.0.1', '0.255.255.255'], ['1.0.0.1']],
  [['10.0.0.1', '10.255.255.255'], ['9.255.255.255', '11.0.0.1']],
  [['100.64.0.1', '100.127.255.255'], ['100.63.255.255', '100.128.0.1']],
  [['127.0.0.1', '127.255.255.255'], ['126.255.255.255', '128.0.0.1']],
  [['169.254.0.1', '169.254.169.254', '169.254.255.255'], ['169.253.255.255', '169.255.0.1']],
  [['172.16.0.1', '172.31.255.255'], ['172.15.255.255', '172.32.0.1']],
  [['192.0.0.1', '192.0.0.255', '192.0.2.0', '192.0.2.255'], ['191.255.255.255', '192.0.1.1', '192.0.3.1']],
  [['192.88.99.1', '192.168.0.1', '192.168.255.255'], ['192.88.98.1', '192.167.255.255', '192.169.0.1']],
  [['198.18.0.1', '198.19.255.255', '198.51.100.7'], ['198.17.255.255', '198.20.0.1', '198.51.101.7']],
  [['203.0.113.0', '203.0.113.255'], ['203.0.112.255', '203.0.114.1']],
  [['224.0.0.1', '239.255.255.250', '240.0.0.1', '255.255.255.255'], ['223.255.255.255']],
  [['fe80::1234', 'febf::1234', 'fec0::1234', 'fc00::1234', 'fdff::1234', 'ff02::1234'], []],
  [['2001:db8::1', '2001:0db8:ffff:ffff:ffff:ffff:ffff:ffff', '3fff::1', '3fff:0fff::1'], ['2001:db7::1', '2001:db9::1', '3fff:1000::1']],
  [['2001:0002:0000::1', '2001:0010::1', '2001:001f::1'], ['2001:0002:0001::1', '2001:0020::1', '2001:4860::8888']],
  [['0100::1', '5f00::1', '4000::1'], ['2a00:1450::1', '2c0f::1', '3ffe::1']],
  [['::ffff:10.0.0.1', '::ffff:0a00:0001', '64:ff9b::192.168.0.1', '64:ff9b:0001::1', '::192.168.0.1', '2002:c0a8:0001::1'], ['::ffff:93.142.18.77', '::ffff:5d8e:124d', '64:ff9b::93.142.18.77', '::93.142.18.77', '2002:5d8e:124d::1']],
]; // prettier-ignore

describe('only addresses that are reachable from everywhere are looked for by default', () => {
  for (const [special, neighbours] of blocks) {
    test([...special, ...neighbours].join(' '), () => {
      for (const address of special) {
        assert.equal(left(`host ${address} up`), `host ${address} up`);
        assert.equal(left(`host ${address} up`, 'public'), `host ${address} up`);
        assert.equal(left(`host ${address} up`, 'all'), 'host [IP_ADDRESS] up');
      }
      for (const address of neighbours) {
        assert.equal(left(`host ${address} up`), 'host [IP_ADDRESS] up');
        assert.equal(left(`host ${address} up`, 'all'), 'host [IP_ADDRESS] up');
      }
    });
  }
});

test('masks are no addresses in any scope', () => {
  for (const mask of ['255.255.255.0', '255.255.0.0', '255.255.255.252', '255.0.0.0'])
    assert.equal(left(`netmask ${mask}`, 'all'), `netmask ${mask}`);
});

test('the zone of an address stays', () => {
  assert.equal(left('ping fe80::1234%eth0 now', 'all'), 'ping [IP_ADDRESS]%eth0 now');
});

test('versions are no addresses in any scope', () => {
  for (const text of [
    'AssemblyVersion("10.0.0.0")',
    'Windows 10.0.19045.1',
    'version 10.2.3.4',
    'foo==10.1.2.3',
  ])
    assert.equal(left(text, 'all'), text);
});

test('a scope of any other name is refused', () => {
  assert.deepEqual(
    piiSettings.safeParse({ ip_scope: 'private' }).error?.issues.map(({ path }) => path.join('.')),
    ['ip_scope'],
  );
});
