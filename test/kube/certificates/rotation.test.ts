import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import test, { type TestContext } from 'node:test';
import { connect } from 'node:tls';
import { AdmissionServer } from '../../../src/kube/admission/admission-server.ts';
import { CertificateKeeper } from '../../../src/kube/certificates/certificate-keeper.ts';
import { ServedCertificate } from '../../../src/kube/certificates/served-certificate.ts';
import { temporaryDirectory } from '../../support/configmap-volume.ts';
import { type SharedSecret, sharedSecret } from './shared-secret.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const begin = Date.UTC(2026, 0, 1);
const names = ['kt-sidecar-controller.kt-sidecar.svc'];

/** One webhook configuration, as the API server has it. */
class Trusted {
  pem: readonly string[] = [];
  async set(trusted: readonly string[]): Promise<boolean> {
    const isChanged = trusted.join('') !== this.pem.join('');
    this.pem = trusted;
    return isChanged;
  }
}

/** A replica over real TLS, by the time of the test. */
async function startReplica(
  t: TestContext,
  {
    secret,
    trust,
    now,
  }: { readonly secret: SharedSecret; readonly trust: Trusted; readonly now: () => number },
) {
  const quiet = { onJudged: () => undefined, onFailed: () => undefined, onMalformed: () => undefined };
  const server = new AdmissionServer({ routes: [], ...quiet });
  const port = await server.listen(0);
  t.after(() => server.close());
  const served = new ServedCertificate((pair) => server.use(pair));
  const keeper = new CertificateKeeper({ store: secret.store(names), trust, served, names, now });
  return { port, served, keep: () => keeper.keep() };
}

/** What the server shows in a handshake. */
async function shownBy(port: number): Promise<X509Certificate> {
  // The real clock says nothing here: times are compared with those of the test.
  const socket = connect({ port, host: '127.0.0.1', servername: names[0] ?? '', rejectUnauthorized: false });
  await once(socket, 'secureConnect');
  const shown = socket.getPeerX509Certificate();
  socket.destroy();
  assert.ok(shown);
  return shown;
}

/** Whether a client that trusts these takes the certificate at that time. */
function isAccepted(leaf: X509Certificate, trusted: readonly string[], now: number): boolean {
  const isNow = (one: X509Certificate): boolean =>
    one.validFromDate.getTime() <= now && now < one.validToDate.getTime();
  const issuers = trusted.map((pem) => new X509Certificate(pem)).filter((one) => one.ca && isNow(one));
  const isIssued = issuers.some((issuer) => leaf.checkIssued(issuer) && leaf.verify(issuer.publicKey));
  return isNow(leaf) && isIssued && leaf.checkHost(names[0] ?? '') !== undefined;
}

/** OpenSSL's own client, told what time it is. */
async function opensslSays(folder: string, port: number, trusted: readonly string[], now: number) {
  const file = join(folder, 'ca.crt');
  writeFileSync(file, trusted.join(''));
  const args = ['s_client', '-connect', `127.0.0.1:${port}`, '-servername', names[0] ?? '', '-CAfile', file];
  const strict = [
    '-verify_return_error',
    '-verify_hostname',
    names[0] ?? '',
    '-attime',
    `${Math.floor(now / 1000)}`,
  ];
  const client = spawn('openssl', [...args, ...strict], { stdio: ['ignore', 'pipe', 'pipe'] });
  const [out, error] = await Promise.all([text(client.stdout), text(client.stderr), once(client, 'close')]);
  return { code: client.exitCode, said: `${out}${error}` };
}

test('over 400 days two replicas never show a certificate that the API server would not take', async (t) => {
  const folder = await temporaryDirectory(t);
  const secret = sharedSecret();
  const trust = new Trusted();
  let now = begin;
  const replicas = [
    await startReplica(t, { secret, trust, now: () => now }),
    await startReplica(t, { secret, trust, now: () => now }),
  ];
  const leaves = new Set<string>();
  const authorities = new Set<string>();
  for (const replica of replicas) await replica.keep();

  for (let step = 0; now < begin + 400 * dayMs; step += 1) {
    now += 6 * hourMs;
    // One replica is late, in turns: what it serves has to be good all the while.
    await replicas[step % 2]?.keep();
    for (const pem of trust.pem) authorities.add(new X509Certificate(pem).fingerprint256);
    for (const { port } of replicas) {
      const shown = await shownBy(port);
      assert.ok(isAccepted(shown, trust.pem, now), `on day ${(now - begin) / dayMs}`);
      if (leaves.has(shown.fingerprint256)) continue;
      leaves.add(shown.fingerprint256);
      const { code, said } = await opensslSays(folder, port, trust.pem, now);
      assert.equal(code, 0, said);
    }
  }

  assert.ok(leaves.size > 80, `${leaves.size} leaves`);
  assert.equal(authorities.size, 2);
  assert.equal(trust.pem.length, 1, 'an authority that is over is not trusted any more');
});

test('OpenSSL does not take a certificate after its time, nor by another authority', async (t) => {
  const folder = await temporaryDirectory(t);
  const trust = new Trusted();
  const replica = await startReplica(t, { secret: sharedSecret(), trust, now: () => begin });
  await replica.keep();
  const other = new Trusted();
  await (await startReplica(t, { secret: sharedSecret(), trust: other, now: () => begin })).keep();

  const late = await opensslSays(folder, replica.port, trust.pem, begin + 8 * dayMs);
  const foreign = await opensslSays(folder, replica.port, other.pem, begin);

  assert.notEqual(late.code, 0);
  assert.notEqual(foreign.code, 0);
});

test('a Secret that was emptied or broken is filled with what is served, and without a memory with a new one', async (t) => {
  const secret = sharedSecret();
  const trust = new Trusted();
  const replica = await startReplica(t, { secret, trust, now: () => begin });
  await replica.keep();
  const whole = secret.data();

  secret.put({});
  await replica.keep();
  const filled = secret.data();
  secret.put({ ...whole, 'tls.key': 'no key' });
  const fresh = await startReplica(t, { secret, trust, now: () => begin });
  await fresh.keep();

  assert.deepEqual(filled, whole);
  assert.notEqual(secret.data()['tls.crt'], whole['tls.crt']);
  assert.ok(isAccepted(await shownBy(fresh.port), trust.pem, begin));
});

test('replicas that begin at once agree on one certificate', async (t) => {
  const secret = sharedSecret();
  const trust = new Trusted();
  const replicas = [
    await startReplica(t, { secret, trust, now: () => begin }),
    await startReplica(t, { secret, trust, now: () => begin }),
    await startReplica(t, { secret, trust, now: () => begin }),
  ];

  await Promise.all(replicas.map((replica) => replica.keep()));
  const shown = await Promise.all(replicas.map(({ port }) => shownBy(port)));

  assert.equal(new Set(shown.map(({ fingerprint256 }) => fingerprint256)).size, 1);
  assert.ok(shown.every((leaf) => isAccepted(leaf, trust.pem, begin)));
});

test('a certificate that is over, after a long sleep, is made anew', async (t) => {
  const secret = sharedSecret();
  const trust = new Trusted();
  let now = begin;
  const replica = await startReplica(t, { secret, trust, now: () => now });
  await replica.keep();

  now += 500 * dayMs;
  const isValid = replica.served.isValid(now);
  await replica.keep();

  assert.equal(isValid, false);
  assert.ok(isAccepted(await shownBy(replica.port), trust.pem, now));
});
