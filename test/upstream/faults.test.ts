import assert from 'node:assert/strict';
import test from 'node:test';
import { type FaultCode, faults, GatewayError } from '../../src/errors.ts';
import { upstreamFault } from '../../src/upstream/faults.ts';

function raw(code: string): Error {
  return Object.assign(new Error(code), { code });
}

const classes: Readonly<Record<string, FaultCode>> = {
  ECONNREFUSED: 'upstream_unreachable',
  ENOTFOUND: 'upstream_unreachable',
  EAI_AGAIN: 'upstream_unreachable',
  EHOSTUNREACH: 'upstream_unreachable',
  ENETUNREACH: 'upstream_unreachable',
  ERR_TLS_CERT_ALTNAME_INVALID: 'upstream_unreachable',
  CERT_HAS_EXPIRED: 'upstream_unreachable',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'upstream_unreachable',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'upstream_unreachable',
  ERR_SSL_WRONG_VERSION_NUMBER: 'upstream_unreachable',
  UND_ERR_CONNECT_TIMEOUT: 'upstream_timeout',
  ETIMEDOUT: 'upstream_timeout',
  ECONNRESET: 'upstream_cut_off',
  EPIPE: 'upstream_cut_off',
  UND_ERR_SOCKET: 'upstream_cut_off',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'upstream_cut_off',
  HPE_INVALID_CONSTANT: 'upstream_invalid',
  UND_ERR_HEADERS_OVERFLOW: 'upstream_invalid',
};

for (const [code, expected] of Object.entries(classes)) {
  test(`${code} is ${expected}, blames the target and lets the next one try`, () => {
    const fault = upstreamFault(raw(code), 'x');

    assert.equal(fault.code, expected);
    assert.deepEqual([fault.fault.blame, fault.fault.retry], ['target', true]);
    assert.equal(Reflect.get(Object(fault.cause), 'code'), code);
  });
}

for (const code of ['UND_ERR_DESTROYED', 'UND_ERR_CLOSED']) {
  test(`${code} is the end of the gateway's own connections: it blames no target, and no other is asked`, () => {
    const { code: named, fault } = upstreamFault(raw(code), 'x');

    assert.equal(named, 'shutting_down');
    assert.deepEqual([fault.blame, fault.retry], ['gateway', false]);
  });
}

test('a failure to connect to each of several addresses is named after the first', () => {
  const error = new AggregateError([raw('ECONNREFUSED'), raw('ETIMEDOUT')]);

  assert.equal(upstreamFault(error, 'x').code, 'upstream_unreachable');
});

test('a fault stays what it is', () => {
  const fault = new GatewayError('client_closed', 'left');

  assert.equal(upstreamFault(fault, 'x'), fault);
});

test('no fault of a client or of the gateway lets another target try', () => {
  const retried = Object.entries(faults).filter(([, { retry }]) => retry);

  assert.ok(retried.every(([, { blame }]) => blame === 'target'));
});
