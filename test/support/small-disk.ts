import { spawnSync } from 'node:child_process';
import { statfsSync } from 'node:fs';
import { TempDir } from './temp-dir.ts';

/** A folder with a file system of its own in memory, which can be full. */
export interface SmallDisk extends Disposable {
  readonly path: string;
  /** From now on nothing fits any more. */
  fill(): void;
  /** There is room again. */
  free(): void;
}

const ROOM = '512m';
/** Whoever writes meanwhile may need more than was measured a moment ago. */
const TRIES = 50;

/** Mounts one; undefined where we may not, for which root with CAP_SYS_ADMIN is needed. */
export function mountSmallDisk(): SmallDisk | undefined {
  const dir = new TempDir();
  const mount = (options: string) => run('mount', '-t', 'tmpfs', '-o', options, 'tidegate-test', dir.path);
  if (!mount(`size=${ROOM}`)) {
    dir[Symbol.dispose]();
    return undefined;
  }
  return {
    path: dir.path,
    fill() {
      for (let attempt = 0; attempt < TRIES; attempt += 1) {
        const { blocks, bfree, bsize } = statfsSync(dir.path);
        if (mount(`remount,size=${(blocks - bfree) * bsize}`)) return;
      }
      throw new Error(`the disk ${dir.path} could not be made as small as what is on it`);
    },
    free() {
      if (!mount(`remount,size=${ROOM}`)) throw new Error(`the disk ${dir.path} could not be made larger`);
    },
    [Symbol.dispose]() {
      run('umount', '-l', dir.path);
      dir[Symbol.dispose]();
    },
  };
}

function run(program: string, ...args: readonly string[]): boolean {
  return spawnSync(program, args).status === 0;
}
