import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  configLimitBytes,
  type ExtraFiles,
  oncePerContent,
  readSource,
  type SourceRead,
} from '../../src/config/source.ts';
import { sizeNoteBytes } from '../../src/config/source-note.ts';
import { fileWith, mountVolume, saveByRename, temporaryDirectory } from '../support/configmap-volume.ts';
import { keyFiles, sha256 } from '../support/number-config.ts';

async function mustRead(path: string, extraFiles: ExtraFiles = keyFiles): Promise<SourceRead> {
  const reading = await readSource({ path, extraFiles });
  if (reading.kind !== 'read') throw new Error(reading.reason);
  return reading;
}

function textOf(bytes: Uint8Array | undefined): string | undefined {
  return bytes && Buffer.from(bytes).toString();
}

test('a file is read with its bytes and their hash', async (t) => {
  const path = await fileWith(t, 'ok 1');

  const read = await mustRead(path);

  assert.equal(textOf(read.bytes), 'ok 1');
  assert.equal(read.hash, sha256('ok 1'));
  assert.deepEqual(read.notes, []);
});

test('an empty file is read, not missing', async (t) => {
  const read = await mustRead(await fileWith(t, ''));

  assert.equal(read.bytes.length, 0);
});

test('extra files are those the content names', async (t) => {
  const volume = await mountVolume(t, { key: 'secret' });
  const path = await fileWith(t, `ok 1\nkey ${volume.path('key')}`);

  const read = await mustRead(path);

  assert.deepEqual([...read.files.keys()], [volume.path('key')]);
  assert.equal(textOf(read.files.get(volume.path('key'))), 'secret');
});

test('a missing extra file is undefined and needs no note', async (t) => {
  const path = await fileWith(t, 'ok 1\nkey /nowhere/key');

  const read = await mustRead(path);

  assert.deepEqual([...read.files], [['/nowhere/key', undefined]]);
  assert.deepEqual(read.notes, []);
});

test('an extra file that is a directory is undefined and noted', async (t) => {
  const directory = await temporaryDirectory(t);

  const read = await mustRead(await fileWith(t, `ok 1\nkey ${directory}`));

  assert.deepEqual([...read.files.values()], [undefined]);
  assert.match(read.notes[0]?.message ?? '', /not a regular file/);
});

test('the digest moves with a secret, the hash does not', async (t) => {
  const volume = await mountVolume(t, { key: 'old' });
  const path = await fileWith(t, `ok 1\nkey ${volume.path('key')}`);
  const before = await mustRead(path);

  await volume.update({ key: 'new' });
  const after = await mustRead(path);

  assert.equal(after.hash, before.hash);
  assert.notEqual(after.digest, before.digest);
});

test('a byte that moves from one secret to the next moves the digest', async (t) => {
  const volume = await mountVolume(t, { config: 'ok 1', a: 'xy', b: 'z' });
  const extraFiles = () => [volume.path('a'), volume.path('b')];
  const before = await mustRead(volume.path('config'), extraFiles);

  await volume.update({ config: 'ok 1', a: 'x', b: 'yz' });
  const after = await mustRead(volume.path('config'), extraFiles);

  assert.notEqual(after.digest, before.digest);
});

test('an empty secret is another content than none', async (t) => {
  const volume = await mountVolume(t, { config: 'ok 1', key: '' });
  const extraFiles = () => [volume.path('key')];
  const before = await mustRead(volume.path('config'), extraFiles);

  await volume.update({ config: 'ok 1' });
  const after = await mustRead(volume.path('config'), extraFiles);

  assert.notEqual(after.digest, before.digest);
});

test('no read mixes two versions of a volume, however the updates fall', async (t) => {
  const volume = await mountVolume(t, { config: 'ok 0', key: '0' });
  const extraFiles = () => [volume.path('key')];
  let isUpdating = true;
  let last = 0;
  const seen = new Set<string | undefined>();
  // A busy machine reads fewer of them: then there are more.
  const update = async (version: number): Promise<void> => {
    if (version > 5000 || (version > 250 && seen.size > 10)) return void (isUpdating = false);
    last = version;
    await volume.update({ config: `ok ${version}`, key: String(version) });
    return update(version + 1);
  };
  const watch = async (): Promise<void> => {
    const reading = await readSource({ path: volume.path('config'), extraFiles });
    if (reading.kind === 'read') {
      const [config, key] = [textOf(reading.bytes), textOf(reading.files.get(volume.path('key')))];
      assert.equal(config, `ok ${key}`);
      seen.add(key);
    } else assert.equal(reading.code, 'unstable');
    if (isUpdating) return watch();
  };

  await Promise.all([update(1), watch(), watch()]);

  assert.ok(seen.size > 10, `only ${seen.size} versions were read`);
  assert.equal(textOf((await mustRead(volume.path('config'), extraFiles)).bytes), `ok ${last}`);
});

test('a key that is a path is found below its volume', async (t) => {
  const volume = await mountVolume(t, { 'team/config': 'ok 1' });
  const path = volume.path('team/config');
  await volume.update({ 'team/config': 'ok 2' });

  const read = await mustRead(path);

  assert.equal(textOf(read.bytes), 'ok 2');
  assert.deepEqual(read.directories, [volume.directory]);
});

test('a link to a file is watched where it is and where it leads', async (t) => {
  const real = await fileWith(t, 'ok 1');
  const directory = await temporaryDirectory(t);
  await symlink(real, join(directory, 'link'));

  const read = await mustRead(join(directory, 'link'));

  assert.deepEqual(read.directories, [directory, join(real, '..')].toSorted());
});

const unreadable: readonly [
  name: string,
  make: (path: string) => Promise<unknown> | void,
  code: string,
  reason: RegExp,
][] = [
  ['a missing file', () => undefined, 'missing', /does not exist/],
  ['a directory', (path) => mkdir(path), 'not_a_file', /not a regular file/],
  [
    'a named pipe nobody writes to',
    (path) => void execFileSync('mkfifo', [path]),
    'not_a_file',
    /not a regular file/,
  ],
  [
    'a file above the limit',
    (path) => writeFile(path, Buffer.alloc(configLimitBytes + 1)),
    'too_large',
    /2097153 bytes, the limit is 2097152/,
  ],
  ['a link to itself', (path) => symlink(path, path), 'failed', /ELOOP/],
  ['a link to nothing', (path) => symlink(`${path}-nothing`, path), 'missing', /does not exist/],
];
for (const [name, make, code, reason] of unreadable) {
  test(`${name} is unreadable: ${code}`, async (t) => {
    const path = join(await temporaryDirectory(t), 'config');
    await make(path);

    const reading = await readSource({ path, extraFiles: keyFiles });

    assert.equal(reading.kind === 'unreadable' && reading.code, code);
    assert.match(reading.kind === 'unreadable' ? reading.reason : '', reason);
  });
}

test('a file whose mode forbids reading says mode, owner and who asked', async (t) => {
  const path = await fileWith(t, 'ok 1');
  const directory = join(path, '..');
  // Root reads whatever the mode says, so the question is asked by another user where this runs as root.
  const script = `
    import { readSource } from ${JSON.stringify(import.meta.resolve('../../src/config/source.ts'))};
    import { chmodSync } from 'node:fs';
    chmodSync(${JSON.stringify(directory)}, 0o755);
    chmodSync(${JSON.stringify(path)}, 0o000);
    await readSource({ path: '/nowhere', extraFiles: () => [] });
    if (process.getuid() === 0) { process.setgid(65532); process.setuid(65532); }
    const reading = await readSource({ path: ${JSON.stringify(path)}, extraFiles: () => [] });
    process.stdout.write(JSON.stringify(reading));`;

  const output = execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });

  const reading: unknown = JSON.parse(output);
  assert.match(output, /"code":"denied"/);
  assert.match(output, /mode 0000, owner \d+:\d+, and this process is uid \d+/, JSON.stringify(reading));
});

test('a file at the limit is read', async (t) => {
  const read = await mustRead(await fileWith(t, Buffer.alloc(configLimitBytes, 'a')));

  assert.equal(read.bytes.length, configLimitBytes);
});

test('a file near the size of a full ConfigMap is noted', async (t) => {
  const near = await mustRead(await fileWith(t, Buffer.alloc(sizeNoteBytes + 1, 'a')));
  const below = await mustRead(await fileWith(t, Buffer.alloc(sizeNoteBytes, 'a')));

  assert.deepEqual(
    near.notes.map((note) => note.kind),
    ['near_size_limit'],
  );
  assert.deepEqual(below.notes, []);
});

test('in a pod a file outside a volume is noted, one inside is not', async (t) => {
  const volume = await mountVolume(t, { config: 'ok 1' });
  const outside = await fileWith(t, 'ok 1');

  const notes = await Promise.all(
    [volume.path('config'), outside].map(async (path) => {
      const reading = await readSource({ path, extraFiles: keyFiles, isInPod: true });
      return reading.kind === 'read' && reading.notes.map((note) => note.kind);
    }),
  );

  assert.deepEqual(notes, [[], ['not_in_volume']]);
});

test('a file that keeps changing is unstable, and a later read finds it', async (t) => {
  const path = await fileWith(t, 'ok 1');
  let writes = 0;
  // The content is asked for its extra files in the middle of every read.
  const extraFiles = (config: Uint8Array): readonly string[] => {
    writes += 1;
    execFileSync('ln', ['-sfn', `${path}-${writes}`, `${path}-link`]);
    assert.ok(config.length > 0);
    return [];
  };
  await symlink(path, `${path}-link`);
  const moving = `${path}-link`;
  await Promise.all(Array.from({ length: 20 }, (_, index) => writeFile(`${path}-${index}`, 'ok 1')));

  const reading = await readSource({ path: moving, extraFiles });

  assert.equal(reading.kind === 'unreadable' && reading.code, 'unstable');
  assert.equal(writes, 8);
  assert.equal((await mustRead(moving)).kind, 'read');
});

test('an answer once per content is asked for again only when the content changes', () => {
  let asked = 0;
  const extraFiles = oncePerContent((config) => {
    asked += 1;
    return keyFiles(config);
  });
  const ask = (text: string) => extraFiles(Buffer.from(text), sha256(text));

  const answers = [ask('ok 1\nkey a'), ask('ok 1\nkey a'), ask('ok 1\nkey b'), ask('ok 1\nkey a')];

  assert.deepEqual(answers, [['a'], ['a'], ['b'], ['a']]);
  assert.equal(asked, 3);
});

const countsDescriptors = { skip: process.platform !== 'linux' && 'descriptors are counted in /proc' };

test('reading leaves no descriptor open, whatever the outcome', countsDescriptors, async (t) => {
  const directory = await temporaryDirectory(t);
  const path = join(directory, 'config');
  const before = (await readdir('/proc/self/fd')).length;

  await saveByRename(path, `ok 1\nkey ${directory}`);
  await mustRead(path);
  await writeFile(path, Buffer.alloc(configLimitBytes + 1));
  await readSource({ path, extraFiles: keyFiles });
  await rm(path);
  await readSource({ path, extraFiles: keyFiles });

  assert.equal((await readdir('/proc/self/fd')).length, before);
});
