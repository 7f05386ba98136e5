import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { sha256 } from './canonical.ts';
import { DigestError } from './digest-error.ts';

/** A file that counts. */
export interface TreeFile {
  /** Relative to the folder, with `/`. */
  readonly path: string;
  readonly sha256: string;
}

/** Whether a file, or all that is in a folder, is left out. */
export type LeavesOut = (path: string, isFolder: boolean) => boolean;

/**
 * The files below a folder, links followed; the same on every machine that has the same files.
 *
 * @throws DigestError for a name that is no text, a link that leads nowhere or in a circle, and what is neither file nor folder
 */
export function readTree(folder: string, leavesOut: LeavesOut): readonly TreeFile[] {
  return filesIn(folder, '', [realpathSync(folder)], leavesOut);
}

/** One file as if it were alone in its folder. */
export function readFileAlone(file: string): TreeFile {
  return { path: nameOf(basename(file), file), sha256: hashOf(file) };
}

function filesIn(
  folder: string,
  prefix: string,
  above: readonly string[],
  leavesOut: LeavesOut,
): readonly TreeFile[] {
  return readdirSync(folder).flatMap((name) => {
    const full = join(folder, name);
    const path = `${prefix}${nameOf(name, full)}`;
    const { isFolder } = kindOf(full);
    if (leavesOut(path, isFolder)) return [];
    if (!isFolder) return [{ path, sha256: hashOf(full) }];
    const real = realpathSync(full);
    if (above.includes(real)) throw new DigestError(`${full} is a link to a folder above it; take it out`);
    return filesIn(full, `${path}/`, [...above, real], leavesOut);
  });
}

function kindOf(full: string): { readonly isFolder: boolean } {
  const stats = statSync(full, { throwIfNoEntry: false });
  if (stats === undefined)
    throw new DigestError(`${full} is a link that leads nowhere; take it out or mend it`);
  if (!stats.isFile() && !stats.isDirectory()) {
    throw new DigestError(`${full} is neither a file nor a folder; take it out`);
  }
  return { isFolder: stats.isDirectory() };
}

/** Bytes that are no UTF-8 come as the replacement character: two names could look like one. */
function nameOf(name: string, full: string): string {
  if (!name.includes('\uFFFD')) return name;
  throw new DigestError(`${full} has a name that is no UTF-8 text; rename it`);
}

/** A byte order mark at the beginning is none of the content: Helm takes it off. */
function hashOf(full: string): string {
  const bytes = readFileSync(full);
  const hasMark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  return sha256(hasMark ? bytes.subarray(3) : bytes);
}
