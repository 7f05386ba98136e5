import { statSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { FORM, sha256 } from './canonical.ts';
import { type Digest, type DigestPart, digestChart, isChart } from './digest-chart.ts';
import { DigestError } from './digest-error.ts';
import { readFileAlone, readTree, type TreeFile } from './read-tree.ts';

/**
 * The digest of what is rolled out: of one chart, folder or file, or of several together. Names count as they are within
 * each path, and of several paths the last part of each: where they lie on this machine does not.
 *
 * @param valueFiles for charts
 * @throws DigestError for what is not there, is empty, or would not be read alike by everybody
 */
export function digestPaths(paths: readonly string[], valueFiles: readonly string[]): Digest {
  const [first, ...more] = paths;
  if (first === undefined) throw new DigestError('nothing to digest: name a chart, a folder or a file');
  if (valueFiles.length > 0 && !paths.some(isChart)) {
    throw new DigestError('--values is for charts, and none of the paths has a Chart.yaml');
  }
  if (more.length === 0) return digestOne(first, valueFiles);
  const parts = paths.map((path): DigestPart => {
    const { digest } = digestOne(path, valueFiles);
    return { kind: 'path', name: basename(resolve(path)), sha256: digest.slice('sha256:'.length) };
  });
  const names = parts.map(({ name }) => name);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) {
    throw new DigestError(`two of the paths are called ${twice}; name the folder that holds both`);
  }
  return digestOf('path', parts);
}

function digestOne(path: string, valueFiles: readonly string[]): Digest {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) throw new DigestError(`${path} is not there; name a chart, a folder or a file`);
  if (stats.isDirectory() && isChart(path)) return digestChart(path, valueFiles);
  const files = stats.isDirectory() ? readTree(path, isGit) : [readFileAlone(path)];
  if (files.length === 0)
    throw new DigestError(`${path} holds no file; a digest of nothing would let anything pass`);
  return digestOf('file', files.map(partOf));
}

function digestOf(kind: 'file' | 'path', parts: readonly DigestPart[]): Digest {
  const lines = parts.map(({ name, sha256: hash }) => `${kind} ${sha256(name)} ${hash}`).sort();
  return { digest: `sha256:${sha256([FORM, ...lines].join('\n'))}`, parts };
}

function partOf({ path, sha256: hash }: TreeFile): DigestPart {
  return { kind: 'file', name: path, sha256: hash };
}

/** What Git itself keeps is no content of a checkout. */
function isGit(path: string): boolean {
  return path === '.git' || path.endsWith('/.git');
}
