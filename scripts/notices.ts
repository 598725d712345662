import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What esbuild says of its output: which file of which package is in it, and how much of it was kept. */
export interface Metafile {
  readonly outputs: Readonly<
    Record<string, { readonly inputs: Readonly<Record<string, { readonly bytesInOutput: number }>> }>
  >;
}

/** A package of which at least a byte is in the bundle. */
export interface Shipped {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly bytes: number;
  readonly texts: readonly string[];
}

/** What was compiled into a package and has no folder of its own. */
const inside: Readonly<Record<string, string>> = {
  undici:
    'It contains llhttp, licensed under the MIT License (the same text): Copyright Fedor Indutny, 2018.',
};

/** Data that the sources hold a condensed copy of. */
const copied = `metadata of libphonenumber (Apache-2.0)

Copyright (C) The Libphonenumber Authors. Condensed into a table by way of libphonenumber-js (MIT, Copyright (c) 2016
@catamphetamine). The text of the Apache License 2.0 is that of kt-sidecar itself, and stands with packages above.`;

/** Given to the public domain: there is no text that has to be passed on. */
const dedications: ReadonlySet<string> = new Set(['Unlicense', 'CC0-1.0']);

/** The packages in a bundle with their licence texts. Throws where one carries none: it could not be passed on. */
export function shippedPackages({ outputs }: Metafile, root: string): readonly Shipped[] {
  const bytes = new Map<string, number>();
  for (const { inputs } of Object.values(outputs)) {
    for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
      const folder = packageFolder(path);
      if (folder !== undefined) bytes.set(folder, (bytes.get(folder) ?? 0) + bytesInOutput);
    }
  }
  return [...bytes]
    .filter(([, size]) => size > 0)
    .map(([folder, size]) => describe(join(root, folder), size))
    .toSorted((a, b) => a.name.localeCompare(b.name, 'en'));
}

/** `node_modules/a/node_modules/@b/c/lib/d.js` is of `node_modules/a/node_modules/@b/c`. */
export function packageFolder(path: string): string | undefined {
  return /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(path)?.[0];
}

function describe(folder: string, bytes: number): Shipped {
  const { name, version, license } = manifestOf(folder);
  const files = readdirSync(folder).filter((file) => /^(?:licen[cs]e|notice|copying)/i.test(file));
  if (files.length === 0 && !dedications.has(license))
    throw new Error(`${name} carries no licence text: it cannot be passed on`);
  const texts = files.toSorted().map((file) => readFileSync(join(folder, file), 'utf8').trim());
  const more = inside[name];
  return { name, version, license, bytes, texts: more === undefined ? texts : [...texts, more] };
}

function manifestOf(folder: string): Pick<Shipped, 'name' | 'version' | 'license'> {
  const manifest: Pick<Shipped, 'name' | 'version' | 'license'> = JSON.parse(
    readFileSync(join(folder, 'package.json'), 'utf8'), // npm has refused any other shape
  );
  return manifest;
}

/** The text that goes with the bundle wherever it goes. */
export function noticesText(packages: readonly Shipped[]): string {
  const intro = 'kt-sidecar contains the following packages, each under its own licence.';
  const parts = packages.map(
    ({ name, version, license, texts }) => `${name} ${version} (${license})\n\n${texts.join('\n\n')}`,
  );
  return `${[intro, ...parts, copied].join(`\n\n${'-'.repeat(80)}\n\n`)}\n`;
}
