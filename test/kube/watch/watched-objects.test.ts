import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { ApiCalls } from '../../../src/kube/watch/api-calls.ts';
import {
  type WatchChange,
  WatchedObjects,
  type WatchedOptions,
} from '../../../src/kube/watch/watched-objects.ts';
import { until } from '../../support/gateway.ts';
import { type ApiRequest, type DrivenApi, startDrivenApi } from '../../support/driven-api.ts';

interface Started {
  readonly api: DrivenApi;
  readonly watched: WatchedObjects<string>;
  readonly changes: readonly string[];
  readonly troubles: readonly string[];
  /** How long was waited after each failure. */
  readonly waits: readonly number[];
}

async function start(
  t: TestContext,
  more: Partial<WatchedOptions<string>> = {},
  token = () => 'first',
): Promise<Started> {
  const api = await startDrivenApi(t);
  const stop = new AbortController();
  const changes: string[] = [];
  const troubles: string[] = [];
  const waits: number[] = [];
  const watched = new WatchedObjects<string>({
    api: new ApiCalls(() => api.config(token())),
    path: '/api/v1/things',
    reduce: (object) => {
      const { name, value } = named(object);
      return { key: name, value };
    },
    onChange: (change) => changes.push(told(change)),
    onTrouble: (error) => troubles.push(String(error)),
    clock: {
      now: Date.now,
      wait: (ms) => {
        waits.push(ms);
        return Promise.resolve();
      },
    },
    random: () => 1,
    signal: stop.signal,
    ...more,
  });
  const done = watched.run();
  t.after(async () => {
    stop.abort();
    await done;
  });
  return { api, watched, changes, troubles, waits };
}

function named(object: unknown): { readonly name: string; readonly value: string } {
  assert.ok(typeof object === 'object' && object !== null && 'metadata' in object && 'value' in object);
  const { metadata, value } = object;
  assert.ok(typeof metadata === 'object' && metadata !== null && 'name' in metadata);
  return { name: String(metadata.name), value: String(value) };
}

function told({ key, value, previous, isFirst }: WatchChange<string>): string {
  return `${isFirst ? 'first ' : ''}${key}: ${previous ?? '-'} > ${value ?? '-'}`;
}

const thing = (name: string, value: string, version: string) => ({
  metadata: { name, resourceVersion: version },
  value,
});
const list = (version: string, items: readonly unknown[], next = '') => ({
  metadata: { resourceVersion: version, continue: next },
  items,
});

/** Answers the list, and takes the watch that follows. */
async function listed(api: DrivenApi, version: string, ...items: readonly unknown[]): Promise<ApiRequest> {
  const request = await api.next();
  assert.equal(request.query.get('watch'), null);
  request.reply(200, list(version, items));
  const watch = await api.next();
  assert.equal(watch.query.get('resourceVersion'), version);
  return watch;
}

test('what is there is listed in pages, then watched with bookmarks and an end', async (t) => {
  const { api, changes } = await start(t);

  const first = await api.next();
  first.reply(200, list('5', [thing('a', 'one', '1')], 'more'));
  const second = await api.next();
  second.reply(200, list('5', [thing('b', 'two', '2')]));
  const watch = await api.next();

  assert.deepEqual([first.query.get('limit'), first.query.get('continue')], ['500', null]);
  assert.equal(second.query.get('continue'), 'more');
  assert.deepEqual(
    ['watch', 'resourceVersion', 'allowWatchBookmarks', 'timeoutSeconds'].map((name) =>
      watch.query.get(name),
    ),
    ['true', '5', 'true', '290'],
  );
  assert.deepEqual(changes, ['first a: - > one', 'first b: - > two']);
});

test('an event cut at any byte is one event', async (t) => {
  const { api, changes } = await start(t);
  const watch = await listed(api, '5');
  watch.open();
  const event = JSON.stringify({ type: 'ADDED', object: thing('a', 'é'.repeat(3), '6') });

  for (const byte of Buffer.from(`${event}\n`)) watch.raw(Buffer.from([byte]));
  watch.end();
  const next = await api.next();

  assert.deepEqual(changes, ['a: - > ééé']);
  assert.equal(next.query.get('resourceVersion'), '6');
});

test('a watch that ends goes on from the last bookmark', async (t) => {
  const { api, troubles } = await start(t);
  const watch = await listed(api, '5');

  watch.open();
  watch.send({ type: 'BOOKMARK', object: { metadata: { resourceVersion: '9' } } });
  watch.end();
  const next = await api.next();

  assert.deepEqual([next.query.get('watch'), next.query.get('resourceVersion')], ['true', '9']);
  assert.deepEqual(troubles, []);
});

test('a connection that breaks is followed by a fresh list, which tells what was missed', async (t) => {
  const { api, changes, troubles, waits } = await start(t);
  const watch = await listed(api, '5', thing('a', 'one', '1'), thing('b', 'two', '2'));
  watch.open();
  watch.send({ type: 'MODIFIED', object: thing('a', 'new', '6') });

  await until('the event', () => changes.find((change) => change === 'a: one > new'));
  watch.cut();
  await listed(api, '8', thing('a', 'newer', '7'), thing('c', 'three', '8'));

  assert.deepEqual(changes, [
    'first a: - > one',
    'first b: - > two',
    'a: one > new',
    'a: new > newer',
    'c: - > three',
    'b: two > -',
  ]);
  assert.equal(troubles.length, 1);
  assert.deepEqual(waits, [1000]);
});

test('a version that is too old, said by status or by event, is no trouble: it lists afresh', async (t) => {
  const { api, troubles } = await start(t);
  const byStatus = await listed(api, '5');
  byStatus.reply(410, { message: 'too old' });
  const byEvent = await listed(api, '6');
  byEvent.open();
  byEvent.send({ type: 'ERROR', object: { code: 410, message: 'too old' } });

  await listed(api, '7');

  assert.deepEqual(troubles, []);
});

test('an API server that answers with errors is asked after longer and longer waits', async (t) => {
  const { api, waits, troubles } = await start(t);

  for (let index = 0; index < 7; index += 1) (await api.next()).reply(500, { message: 'etcd is away' });
  await listed(api, '5');

  assert.deepEqual(waits, [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
  assert.equal(troubles[0], 'ApiRefusal: GET /api/v1/things: HTTP 500 (etcd is away)');
});

test('an API server that asks to be left alone is', async (t) => {
  const { api, waits } = await start(t);

  (await api.next()).reply(429, { message: 'too many' }, { 'retry-after': '17' });
  await listed(api, '5');

  assert.deepEqual(waits, [17_000]);
});

test('a watch without a byte is given up', async (t) => {
  const { api, troubles } = await start(t, { timing: { idleMs: 200 } });
  const watch = await listed(api, '5');

  watch.open();
  await listed(api, '6');

  assert.match(troubles[0] ?? '', /nothing came for 0.2 s/);
});

test('a token that was replaced is read again, and nobody notices', async (t) => {
  let token = 'first';
  const { api, troubles, changes } = await start(t, {}, () => token);
  const watch = await listed(api, '5');
  watch.open();
  token = 'second';
  watch.end();

  const refused = await api.next();
  refused.reply(401, { message: 'Unauthorized' });
  const again = await api.next();
  again.open();
  again.send({ type: 'ADDED', object: thing('a', 'one', '6') });
  again.end();
  await api.next();

  assert.deepEqual([refused.token, again.token], ['first', 'second']);
  assert.equal(again.query.get('resourceVersion'), '5');
  assert.deepEqual([troubles, changes], [[], ['a: - > one']]);
});

test('a list is made afresh in time, however well the watch goes', async (t) => {
  const { api } = await start(t, { timing: { relistMs: 0 } });

  (await api.next()).reply(200, list('5', []));
  const second = await api.next();

  assert.equal(second.query.get('watch'), null);
});

test('of metadata alone no content is asked for', async (t) => {
  const { api } = await start(t, { isMetadataOnly: true, query: { fieldSelector: 'metadata.name=keys' } });

  const request = await api.next();
  request.reply(200, list('5', []));
  const watch = await api.next();

  assert.equal(request.accept, 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1');
  assert.equal(watch.accept, 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1');
  assert.equal(watch.query.get('fieldSelector'), 'metadata.name=keys');
});

test('it says when it last heard anything', async (t) => {
  let now = 1000;
  const { api, watched } = await start(t, { clock: { now: () => now, wait: () => Promise.resolve() } });
  const before = watched.lastHeardAt;
  const watch = await listed(api, '5');
  const afterList = watched.lastHeardAt;
  now = 2000;

  watch.open();
  watch.send({ type: 'BOOKMARK', object: { metadata: { resourceVersion: '9' } } });
  watch.end();
  await api.next();

  assert.deepEqual([before, afterList, watched.lastHeardAt], [undefined, 1000, 2000]);
});
