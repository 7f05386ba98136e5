import type { Run } from '../domain/run.ts';
import { isUnacknowledged } from './run-times.ts';

/** Labels of a soak Job, by which a command finds it. */
export const SOAK_JOB_LABELS = { app: 'tidegate.io/app', digest: 'tidegate.io/digest' } as const;

/**
 * A digest as a label value or part of a name: without its algorithm, cut to 12 characters.
 *
 * @returns lower-case letters, digits and dashes
 */
export function shortDigest(digest: string): string {
  return digest
    .replace(/^sha256:/, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/g, '-')
    .slice(0, 12);
}

/** A text as one word of a POSIX shell, whatever is in it. */
export function shellQuote(text: string): string {
  return /^[A-Za-z0-9_./:=@%+,-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/**
 * Commands that move a rollout that this run stopped, in the order of use; empty when it stopped none. A go that opens no
 * later wave stops one too.
 */
export function nextCommands(run: Run, baseUrl: string): readonly string[] {
  if (isUnacknowledged(run)) {
    const word = { verdict: 'go', reason: 'say here why this sync may count as go' };
    return [post(`${baseUrl}/v1/runs/${run.id}/override`, word)];
  }
  if (run.state !== 'halted' && run.state !== 'inconclusive') return [];
  const { app, argoApp, cluster, digest, id } = run;
  const selector = `${SOAK_JOB_LABELS.app}=${app},${SOAK_JOB_LABELS.digest}=${shortDigest(digest)}`;
  return [
    post(`${baseUrl}/v1/runs/${id}/retry`, { reason: 'say here why it is safe to try again' }),
    `kubectl --context ${shellQuote(cluster)} delete job --all-namespaces --selector ${shellQuote(selector)}`,
    ...(argoApp === undefined ? [] : [`argocd app sync ${shellQuote(argoApp)}`]),
  ];
}

function post(url: string, body: Readonly<Record<string, string>>): string {
  return [
    'curl --fail-with-body -X POST',
    '-H "Authorization: Bearer $TIDEGATE_TOKEN"',
    "-H 'Content-Type: application/json'",
    `--data ${shellQuote(JSON.stringify(body))}`,
    shellQuote(url),
  ].join(' ');
}
