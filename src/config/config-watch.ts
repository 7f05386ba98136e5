import { createHash } from 'node:crypto';
import { dirname, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { ConfigError, type ConfigProblem } from '../domain/errors.ts';
import type { Config } from './config.ts';
import type { Environment } from './environment.ts';
import { parseConfig, readConfigText } from './load-config.ts';

/** What became of the configuration file since the last look at it. */
export type ConfigChange =
  | { readonly is: 'same' }
  | { readonly is: 'accepted'; readonly config: Config; readonly sha256: string }
  /** `unreadable`: nobody knows what is in it; else it was read, and something in it is wrong. */
  | { readonly is: 'refused'; readonly problems: readonly ConfigProblem[]; readonly unreadable: boolean };

/** A configuration file that is looked at again and again. */
export interface ConfigWatch {
  readonly path: string;
  /** What the gate was started with. */
  readonly config: Config;
  /** SHA-256 of that text, in hex. */
  readonly sha256: string;
  /** Reads the file; a text that was judged before is `same`, whatever the judgement was. */
  look(): ConfigChange;
  /** The next look judges the file again: what it said last could not be put in force. */
  forget(): void;
}

/** Sections that are wired when the gate starts. */
const FIXED = ['gate', 'sources', 'bundle'] as const;

/**
 * Reads a configuration file and goes on watching it. Looking at its content finds edits, renames and the swapped links
 * of a mounted ConfigMap alike.
 *
 * @throws ConfigError with every problem of the file as it is now
 */
export function watchConfig(path: string, environment: Environment): ConfigWatch {
  const context = { source: path, folder: dirname(resolve(path)), environment };
  const text = readConfigText(path);
  const config = parseConfig(text, context);
  let judged: string | undefined = sha256Of(text);
  return {
    path,
    config,
    sha256: judged,
    look() {
      const now = readAgain(path);
      if (now.key === judged) return { is: 'same' };
      judged = now.key;
      if ('problems' in now) return { is: 'refused', problems: now.problems, unreadable: true };
      try {
        const next = parseConfig(now.text, context);
        const problems = restartProblems(config, next);
        if (problems.length > 0) return { is: 'refused', problems, unreadable: false };
        return { is: 'accepted', config: next, sha256: now.key };
      } catch (error) {
        if (error instanceof ConfigError)
          return { is: 'refused', problems: error.problems, unreadable: false };
        throw error;
      }
    },
    forget() {
      judged = undefined;
    },
  };
}

/** What stands at the path, and what it is known by; a file that can't be read by why. */
type Reading =
  | { readonly key: string; readonly text: string }
  | { readonly key: string; readonly problems: readonly ConfigProblem[] };

function readAgain(path: string): Reading {
  try {
    const text = readConfigText(path);
    return { key: sha256Of(text), text };
  } catch (error) {
    if (error instanceof ConfigError) return { key: error.message, problems: error.problems };
    throw error;
  }
}

function restartProblems(before: Config, after: Config): readonly ConfigProblem[] {
  const message =
    'changed, and takes effect only with a restart; restart the gate with this file, or put the section back';
  const sections = FIXED.filter((section) => !isDeepStrictEqual(before[section], after[section]));
  // Clusters in the file may change; where they are read from may not.
  const moved = isDeepStrictEqual(before.fleet.secrets, after.fleet.secrets) ? [] : ['fleet'];
  return [...sections, ...moved].map((path) => ({ path, message }));
}

function sha256Of(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
