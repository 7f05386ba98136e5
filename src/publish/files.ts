import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { RenderedFile } from '../render/file.ts';

/** How a generated file on disk differs from what was rendered. */
export interface Difference {
  readonly path: string;
  readonly is: 'missing' | 'changed' | 'left over';
  /** First line that differs, from 1; only for changed files. */
  readonly line?: number;
}

/** Folders that hold nothing but generated files: what is not rendered any more is left over there. */
const GENERATED_FOLDERS = [
  'alerts',
  'dashboards',
  'charts/tidegate/alertmanager',
  'charts/tidegate/dashboards',
  'charts/tidegate/rules',
];

/** Compares rendered files with a folder. */
export async function differences(
  root: string,
  files: readonly RenderedFile[],
): Promise<readonly Difference[]> {
  const found: Difference[] = [];
  for (const { path, content } of files) {
    const text = await readIfThere(join(root, path));
    if (text === undefined) found.push({ path, is: 'missing' });
    else if (text !== content) found.push({ path, is: 'changed', line: firstDifference(text, content) });
  }
  const wanted = new Set(files.map(({ path }) => path));
  for (const folder of GENERATED_FOLDERS) {
    for (const path of await filesBelow(root, folder)) {
      if (!wanted.has(path)) found.push({ path, is: 'left over' });
    }
  }
  return found;
}

/** Makes a folder hold exactly the rendered files; returns what it changed. */
export async function writeFiles(
  root: string,
  files: readonly RenderedFile[],
): Promise<readonly Difference[]> {
  const changed = await differences(root, files);
  for (const { path, is } of changed) {
    if (is === 'left over') {
      await rm(join(root, path));
      continue;
    }
    const file = files.find((candidate) => candidate.path === path);
    if (file === undefined) continue;
    const target = join(root, path);
    await mkdir(dirname(target), { recursive: true });
    // A reader never sees half a file.
    await writeFile(`${target}.new`, file.content);
    await rename(`${target}.new`, target);
  }
  return changed;
}

/** The texts of a folder of Markdown pages, by file name without `.md`. */
export async function readPages(folder: string): Promise<ReadonlyMap<string, string>> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.md')).sort();
  const pages = names.map(
    async (name) => [name.slice(0, -3), await readFile(join(folder, name), 'utf8')] as const,
  );
  return new Map(await Promise.all(pages));
}

/** A chart's own texts, as they stand on disk. */
export interface ChartTexts {
  /** Its folder, relative to the root. */
  readonly folder: string;
  readonly readme: string;
  readonly values: string;
}

/** The charts of a checkout; none where there is no folder for them. */
export async function readCharts(root: string): Promise<readonly ChartTexts[]> {
  const files = await filesBelow(root, 'charts');
  const folders = files
    .filter((path) => /^charts\/[^/]+\/Chart\.yaml$/.test(path))
    .map((path) => dirname(path));
  return Promise.all(
    folders.map(async (folder) => ({
      folder,
      readme: (await readIfThere(join(root, folder, 'README.md'))) ?? '',
      values: await readFile(join(root, folder, 'values.yaml'), 'utf8'),
    })),
  );
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

async function filesBelow(root: string, folder: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) =>
        join(entry.parentPath, entry.name)
          .slice(root.length)
          .replace(/^[/\\]+/, ''),
      )
      .sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

function firstDifference(text: string, other: string): number {
  const lines = text.split('\n');
  const others = other.split('\n');
  const at = lines.findIndex((line, index) => line !== others[index]);
  return (at < 0 ? lines.length : at) + 1;
}
