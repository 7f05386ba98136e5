import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parseDocument } from 'yaml';
import { ConfigError, type ConfigProblem } from '../domain/errors.ts';
import { parseWith } from '../http/schema-problems.ts';
import { type Config, configFile } from './config.ts';
import { crossProblems } from './cross-checks.ts';
import { type Environment, readEnvironment, type Variables } from './environment.ts';
import { absoluteFiles, absoluteIdentity } from './identity-section.ts';
import { PRESETS, resolvePolicy } from './policies.ts';
import { secretProblems } from './secrets.ts';
import { listenText } from './values.ts';

/** Path of a problem that concerns the file as a whole. */
const WHOLE = '(file)';

/**
 * Reads the configuration file and the environment's say in it.
 *
 * @throws ConfigError with every problem of the file, each with its path; then nothing starts
 */
export function loadConfig(path: string, env?: Variables): Config {
  return parseConfig(readConfigText(path), {
    source: path,
    folder: dirname(resolve(path)),
    environment: readEnvironment(env),
  });
}

/**
 * The text of a configuration file.
 *
 * @throws ConfigError when it can't be read
 */
export function readConfigText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const message = `can't be read: ${cause instanceof Error ? cause.message : String(cause)}`;
    throw new ConfigError(path, [{ path: WHOLE, message }]);
  }
}

/** Where a text comes from, and what else has a say. */
export interface ConfigContext {
  /** How messages call the file. */
  readonly source: string;
  /** Where relative paths start. */
  readonly folder: string;
  readonly environment: Environment;
}

/**
 * A configuration from its text.
 *
 * @throws ConfigError with every problem
 */
export function parseConfig(text: string, { source, folder, environment }: ConfigContext): Config {
  const raw = withEnvironment(parseYaml(text, source), environment);
  const parsed = parseWith(configFile, raw);
  const secrets = secretProblems(raw);
  const told = new Set(secrets.map(({ path }) => path));
  const shape = 'problems' in parsed ? parsed.problems : [];
  const problems: ConfigProblem[] = [
    ...secrets,
    ...shape
      .filter(({ path }) => !told.has(path))
      .map(({ path, message }) => ({ path: path === '' ? WHOLE : path, message })),
    ...crossProblems(raw),
  ];
  if ('problems' in parsed || problems.length > 0) throw new ConfigError(source, problems);
  return complete(parsed.value, folder);
}

function parseYaml(text: string, source: string): unknown {
  const document = parseDocument(text, { prettyErrors: false });
  const lineOf = (offset: number) => text.slice(0, offset).split('\n').length;
  const problems = document.errors.map(({ message, pos: [offset] }) => ({
    path: `(line ${lineOf(offset)})`,
    message: `is not YAML: ${message}`,
  }));
  if (problems.length > 0) throw new ConfigError(source, problems);
  try {
    return document.toJS() ?? {};
  } catch (cause) {
    // An alias to nothing, or a few aliases that would unfold to millions of values.
    const message = `is not usable YAML: ${cause instanceof Error ? cause.message : String(cause)}`;
    throw new ConfigError(source, [{ path: WHOLE, message }]);
  }
}

/** The environment's values in the places they stand for, before anything is checked. */
function withEnvironment(raw: unknown, { listen, tokenSha256 }: Environment): unknown {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) return raw;
  const file: { gate?: unknown } = raw;
  const gate = file.gate ?? {};
  if (typeof gate !== 'object' || Array.isArray(gate)) return raw;
  return {
    ...file,
    gate: {
      ...gate,
      ...(listen && { listen: listenText(listen) }),
      ...(tokenSha256 && { token: { sha256: tokenSha256 } }),
    },
  };
}

function complete(file: ReturnType<typeof configFile.parse>, folder: string): Config {
  const { secrets } = file.fleet;
  const policies = { ...PRESETS, ...file.policies };
  const url = file.gate.url ?? `http://${listenText(file.gate.listen)}`;
  return {
    ...file,
    // The gate serves the pages itself, unless somebody else does.
    bundle: { ...file.bundle, urls: { runbooks: `${url}/runbooks`, ...file.bundle.urls } },
    gate: {
      ...file.gate,
      url,
      store: absoluteStore(file.gate.store, folder),
    },
    sources: file.sources.map((source) =>
      source.auth ? { ...source, auth: { bearerFile: resolve(folder, source.auth.bearerFile) } } : source,
    ),
    identity: absoluteIdentity(file.identity, folder),
    fleet: {
      ...(secrets && { secrets: { ...secrets, api: absoluteFiles(secrets.api, folder) } }),
      clusters: file.fleet.clusters.map((cluster) =>
        cluster.issuer ? { ...cluster, issuer: absoluteFiles(cluster.issuer, folder) } : cluster,
      ),
    },
    policies: Object.fromEntries(
      Object.entries(policies).map(([name, given]) => [name, resolvePolicy(name, given)]),
    ),
  };
}

type Store = Config['gate']['store'];

function absoluteStore(store: Store, folder: string): Store {
  if ('sqlite' in store) return { sqlite: resolve(folder, store.sqlite) };
  const { postgres } = store;
  return 'url' in postgres ? store : { ...store, postgres: { urlFile: resolve(folder, postgres.urlFile) } };
}
