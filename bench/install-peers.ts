import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  homeOf,
  installedPeerNames,
  type InstalledPeerName,
  isInstalled,
  isInstalledPeer,
  lockHash,
  lockOf,
  manifests,
  stampOf,
  titleOf,
} from './installed-peers.ts';

// `npm run bench:peers`: installs the gateways to compare with, each into a folder of its own that git ignores. Nothing of
// them enters the project's own dependencies.

const usage = `npm run bench:peers -- install [${installedPeerNames.join('|')} …]    all of them by default
npm run bench:peers -- list
`;

function run(command: string, args: readonly string[], cwd: string): void {
  const { status, error } = spawnSync(command, args, { cwd, stdio: 'inherit' });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ended with ${status ?? 'a signal'}`);
}

function install(name: InstalledPeerName): void {
  const home = homeOf(name);
  rmSync(home, { recursive: true, force: true });
  mkdirSync(home, { recursive: true });
  if (name === 'portkey') installFromNpm(home);
  else installFromPypi(name, home);
  writeFileSync(stampOf(name), lockHash(name));
}

function installFromNpm(home: string): void {
  for (const file of ['package.json', 'package-lock.json'])
    copyFileSync(join(manifests, file), join(home, file));
  run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], home);
}

// The scripts of a venv know its path: it is made where it stays.
function installFromPypi(name: InstalledPeerName, home: string): void {
  run('python3', ['-m', 'venv', 'venv'], home);
  const options = ['--disable-pip-version-check', '--quiet', '--only-binary', ':all:'];
  run(join(home, 'venv/bin/pip'), ['install', ...options, '--requirement', lockOf(name)], home);
}

const [command, ...names] = process.argv.slice(2);
const chosen = names.length === 0 ? installedPeerNames : names.filter(isInstalledPeer);
if (command === 'list') {
  for (const name of installedPeerNames) {
    process.stdout.write(`${titleOf(name)}: ${isInstalled(name) ? 'installed' : 'not installed'}\n`);
  }
} else if (command === 'install' && names.every(isInstalledPeer)) {
  for (const name of chosen) {
    process.stdout.write(`${titleOf(name)} …\n`);
    install(name);
  }
} else {
  process.stderr.write(usage);
  process.exitCode = 2;
}
