import { z } from 'zod';
import { ConfigError, type ConfigProblem } from '../domain/errors.ts';
import { parseWith } from '../http/schema-problems.ts';
import { LOG_LEVELS, type LogLevel } from '../telemetry/log.ts';
import { type TraceEnvironment, traceEnvironmentOf } from './trace-settings.ts';
import { type ListenAddress, listenAddress, sha256 } from './values.ts';

/**
 * Every variable that tidegate reads, and what it is for.
 *
 * Variables that are not in this table are left alone, whatever their name: Kubernetes itself sets TIDEGATE_PORT and
 * TIDEGATE_SERVICE_HOST in the pods beside a Service called tidegate.
 */
export const ENVIRONMENT = {
  TIDEGATE_CONFIG: 'Path of the configuration file, where --config is not given.',
  TIDEGATE_LISTEN: 'host:port to listen on; goes before gate.listen of the file.',
  TIDEGATE_TOKEN_SHA256: 'SHA-256 of the bearer token in hex; goes before gate.token.sha256 of the file.',
  TIDEGATE_LOG_LEVEL: `Least level that is logged: ${LOG_LEVELS.join(', ')}. Default info.`,
} as const;

/** The environment as far as tidegate reads it. */
export interface Environment {
  readonly configPath?: string;
  readonly listen?: ListenAddress;
  readonly tokenSha256?: string;
  readonly logLevel: LogLevel;
}

const variables = z.object({
  TIDEGATE_CONFIG: z.string().exactOptional(),
  TIDEGATE_LISTEN: listenAddress.exactOptional(),
  TIDEGATE_TOKEN_SHA256: sha256.exactOptional(),
  TIDEGATE_LOG_LEVEL: z.enum(LOG_LEVELS).default('info'),
});

/** Variables as a process has them. */
export type Variables = Readonly<Record<string, string | undefined>>;

/**
 * Reads the variables of the table; empty ones count as absent. The only place that reads `process.env`.
 *
 * @throws ConfigError with every variable that can't be used
 */
export function readEnvironment(env: Variables = process.env): Environment {
  const given = Object.fromEntries(
    Object.keys(ENVIRONMENT).flatMap((key) => (env[key] ? [[key, env[key]]] : [])),
  );
  const parsed = parseWith(variables, given);
  if ('problems' in parsed) {
    throw new ConfigError(
      'the environment',
      parsed.problems.map(({ path, message }): ConfigProblem => ({ path, message })),
    );
  }
  const { value } = parsed;
  return {
    ...(value.TIDEGATE_CONFIG && { configPath: value.TIDEGATE_CONFIG }),
    ...(value.TIDEGATE_LISTEN && { listen: value.TIDEGATE_LISTEN }),
    ...(value.TIDEGATE_TOKEN_SHA256 && { tokenSha256: value.TIDEGATE_TOKEN_SHA256 }),
    logLevel: value.TIDEGATE_LOG_LEVEL,
  };
}

/** Reads what OpenTelemetry's variables say about traces; nothing in them stops a process. */
export function readTraceEnvironment(env: Variables = process.env): TraceEnvironment {
  return traceEnvironmentOf(env);
}
