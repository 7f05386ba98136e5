import type { Run } from '../domain/run.ts';
import { isRevoked, isUnacknowledged } from './run-times.ts';

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

/** Reasons of a held run that a person acknowledges on the run itself. */
const ACKNOWLEDGED_HERE: readonly string[] = ['config/waves-changed', 'wave/emptied'];

/**
 * Commands that move a rollout that this run stopped, in the order of use; empty when it stopped none. A go that opens no
 * later wave stops one too.
 */
export function nextCommands(run: Run, baseUrl: string): readonly string[] {
  const { app, argoApp, cluster, digest, id, state } = run;
  if (isUnacknowledged(run)) {
    return [personsWord('acknowledge', id, baseUrl, 'say here why this sync may count as go')];
  }
  if (state === 'asked' && run.reasons.some(({ code }) => ACKNOWLEDGED_HERE.includes(code))) {
    return [personsWord('acknowledge', id, baseUrl, 'say here why the waves changed')];
  }
  if (state !== 'halted' && state !== 'inconclusive' && !isRevoked(run)) return [];
  const selector = `${SOAK_JOB_LABELS.app}=${app},${SOAK_JOB_LABELS.digest}=${shortDigest(digest)}`;
  return [
    personsWord('retry', id, baseUrl, 'say here why it is safe to try again'),
    `kubectl --context ${shellQuote(cluster)} delete job --all-namespaces --selector ${shellQuote(selector)}`,
    ...(argoApp === undefined ? [] : [`argocd app sync ${shellQuote(argoApp)}`]),
  ];
}

/** First reasons of a held run that wait for the app to be synced. */
const WAIT_FOR_SYNC: readonly string[] = ['run/waiting-for-sync', 'run/not-asked', 'run/retried'];

/** What a person is asked to say with a word that takes a reason away. */
export const WHY = {
  thaw: 'say here why it is over',
  acknowledge: 'say here why that sync may stay',
} as const;

/**
 * Commands for who is held by what needs no word on the run itself: words on what stands in its way, the sync it waits for,
 * and what waits for what.
 */
export function heldCommands(
  { app, argoApp, reasons }: Pick<Run, 'app' | 'argoApp' | 'reasons'>,
  baseUrl: string,
): readonly string[] {
  const waitsForSync = WAIT_FOR_SYNC.includes(reasons[0]?.code ?? '');
  const words = reasons.flatMap(({ word }) =>
    word === undefined ? [] : [personsWord(word.say, word.on, baseUrl, WHY[word.say])],
  );
  return [
    ...words,
    ...(waitsForSync && argoApp !== undefined ? [`argocd app sync ${shellQuote(argoApp)}`] : []),
    `tidegate status --app ${shellQuote(app)} --gate-url ${shellQuote(baseUrl)}`,
  ];
}

/** A person's word as a command; the token is read from where `TIDEGATE_TOKEN_FILE` says. */
export function personsWord(
  command: 'acknowledge' | 'retry' | 'thaw',
  id: string,
  baseUrl: string,
  reason: string,
): string {
  return `tidegate ${command} ${shellQuote(id)} --gate-url ${shellQuote(baseUrl)} --reason ${shellQuote(reason)}`;
}
