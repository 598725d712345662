import assert from 'node:assert/strict';
import test from 'node:test';
import { type Address, formatAddress, isLoopback, parseAddress } from '../../src/http/address.ts';
import { bind, bindData, BindError } from '../../src/http/bind.ts';

/** What a machine answers to a request for an address: an error code, or nothing. */
function machine(codes: Readonly<Record<string, string>>) {
  const asked: string[] = [];
  return {
    asked,
    listen: async (host: string, port: number): Promise<Address> => {
      asked.push(formatAddress({ host, port }));
      const code = codes[host];
      if (code !== undefined) throw Object.assign(new Error(code), { code });
      return { host, port };
    },
  };
}

test('without a choice both loopback addresses are bound, on one port', async () => {
  const bound = await bindData(machine({}), undefined);

  assert.deepEqual(bound.map(formatAddress), ['127.0.0.1:41002', '[::1]:41002']);
});

for (const code of ['EADDRNOTAVAIL', 'EAFNOSUPPORT']) {
  test(`a machine whose IPv6 says ${code} is served on IPv4`, async () => {
    const bound = await bindData(machine({ '::1': code, '::': code }), undefined);
    const everywhere = await bind(machine({ '::': code }), { host: '::', port: 1 });

    assert.deepEqual(bound.map(formatAddress), ['127.0.0.1:41002']);
    assert.equal(everywhere.host, '0.0.0.0');
  });
}

test('IPv6 that is there and taken is a failure', async () => {
  await assert.rejects(bindData(machine({ '::1': 'EADDRINUSE' }), undefined), (error) => {
    assert.ok(error instanceof BindError);
    assert.equal(error.code, 'EADDRINUSE');
    assert.match(error.message, /\[::1\]:41002 is in use by another process/);
    return true;
  });
});

test('localhost stands for both loopback addresses, among others too', async () => {
  const bound = await bindData(machine({}), [
    { host: 'localhost', port: 5000 },
    { host: '0.0.0.0', port: 8080 },
  ]);

  assert.deepEqual(bound, [
    { host: '127.0.0.1', port: 5000 },
    { host: '::1', port: 5000 },
    { host: '0.0.0.0', port: 8080 },
  ]);
});

test('addresses that were asked for are bound in turn, and none after one that fails', async () => {
  const one = machine({ b: 'EACCES' });
  const addresses = ['a', 'b', 'c'].map((host) => ({ host, port: 80 }));

  await assert.rejects(bindData(one, addresses), /not allowed; choose a port above 1023/);
  assert.deepEqual(one.asked, ['a:80', 'b:80']);
});

const written: Readonly<Record<string, Address>> = {
  '127.0.0.1:41002': { host: '127.0.0.1', port: 41_002 },
  '[::1]:0': { host: '::1', port: 0 },
  ':80': { host: '::', port: 80 },
  'localhost:65535': { host: 'localhost', port: 65_535 },
};

for (const [text, address] of Object.entries(written)) {
  test(`${text} is an address`, () => {
    assert.deepEqual(parseAddress(text), address);
  });
}

for (const text of [
  '',
  '127.0.0.1',
  '127.0.0.1:',
  ':-1',
  'a:65536',
  'a:1.5',
  'a:x',
  'a: ',
  'a:0x50',
  'a:1e3',
]) {
  test(`${JSON.stringify(text)} is no address`, () => {
    assert.throws(() => parseAddress(text), RangeError);
  });
}

test('only loopback addresses count as loopback', () => {
  const hosts = [
    '127.0.0.1',
    '127.9.9.9',
    '::1',
    'localhost',
    '0.0.0.0',
    '::',
    '10.0.0.1',
    '::ffff:10.0.0.1',
  ];

  assert.deepEqual(hosts.filter(isLoopback), ['127.0.0.1', '127.9.9.9', '::1', 'localhost']);
});
