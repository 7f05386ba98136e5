import { z } from 'zod';
import { NotFoundError } from '../../domain/errors.ts';
import type { Cluster } from '../../domain/run.ts';
import type { Runbook } from '../../domain/runbook.ts';
import { inTime } from '../in-time.ts';
import { type OnCluster, runbookIndexPage, runbookPage } from '../pages/runbook-page.ts';
import type { ReadChanges } from '../read-changes.ts';
import { json, page } from '../reply.ts';
import { type Route, route } from '../route.ts';
import { fillCommand, type ShellVariables, usedVariables } from '../runbooks/fill-command.ts';
import type { LiveValues, ReadLiveValues, Runbooks } from '../runbooks/live-values.ts';
import { name } from '../schemas.ts';
import { RunbookView } from '../view-schemas.ts';

/** What the runbook pages are made of. */
export interface RunbookParts {
  readonly runbooks: Runbooks;
  readonly cluster: (name: string) => Cluster | undefined;
  readonly readChanges: ReadChanges;
  readonly liveValues: ReadLiveValues;
  /** Where people reach this gate. */
  readonly publicUrl: string;
}

const byAlert = z.strictObject({ alert: name });

// A shell can't hold a NUL in a variable.
const value = z.string('text').regex(/^[^\0]{0,500}$/, 'text of at most 500 characters');

/** Beside `cluster` every label of the alert may be given: links of Alertmanager carry them all. */
const labels = z.object({ cluster: value.exactOptional(), q: value.exactOptional() }).catchall(value);

/** The pages that alerts link to, and their steps for machines. */
export function runbookRoutes(parts: RunbookParts): Route[] {
  const { runbooks } = parts;
  const about = { method: 'get', tag: 'runbooks', access: 'open', params: byAlert, problems: [404] } as const;
  const pageAnswer = { 200: { description: 'A page.', contentType: 'text/html' } };
  return [
    route({
      ...about,
      path: '/runbooks',
      id: 'listRunbooks',
      summary: 'All runbooks, for people',
      params: z.strictObject({}),
      query: labels,
      answers: pageAnswer,
      handle: ({ query: { cluster, q } }) => page(runbookIndexPage(runbooks, { cluster, search: q })),
    }),
    route({
      ...about,
      // Before the page, whose path would match it too.
      path: '/runbooks/{alert}.json',
      id: 'getRunbook',
      summary: 'The steps of a runbook, with the given variables filled in',
      query: labels,
      answers: { 200: { description: 'The steps.', schema: RunbookView } },
      handle: ({ params, query }) => json(stepsOf(find(runbooks, params.alert), variablesOf(query, parts))),
    }),
    route({
      ...about,
      path: '/runbooks/{alert}',
      id: 'showRunbook',
      summary: 'The page of an alert: what changed, what the signal says now, what to do',
      query: labels,
      answers: pageAnswer,
      async handle({ params, query, caller }) {
        const runbook = find(runbooks, params.alert);
        const on =
          query.cluster &&
          (await onCluster(parts, runbook, query.cluster, caller?.rights.has('read') ?? false));
        return page(runbookPage(runbook, variablesOf(query, parts), on || undefined));
      },
    }),
  ];
}

function find(runbooks: Runbooks, alert: string): Runbook {
  const runbook = runbooks.get(alert);
  if (runbook) return runbook;
  throw new NotFoundError('runbook/unknown', `There is no runbook ${alert}; GET /runbooks lists all.`);
}

async function onCluster(
  { cluster: find, readChanges, liveValues }: RunbookParts,
  { alert }: Runbook,
  name: string,
  mayRead: boolean,
): Promise<OnCluster> {
  if (!mayRead) return { is: 'hidden', name };
  const cluster = find(name);
  if (!cluster) return { is: 'unknown', name };
  // The page is read in trouble: what it can't show it says, and shows the rest.
  const [changes, live] = await Promise.all([
    readChanges(name),
    inTime(liveValues(alert, name), (cause): LiveValues => ({ is: 'unknown', cause })),
  ]);
  return { is: 'shown', cluster, changes, live };
}

/** Labels as shell variables; the region of a known cluster and the address of the gate need not to be given. */
function variablesOf(
  query: Readonly<Record<string, string>>,
  { cluster: find, publicUrl }: RunbookParts,
): ShellVariables {
  const region = find(query['cluster'] ?? '')?.region;
  const given = Object.entries(query).filter(
    ([label, text]) => /^[a-z][a-z0-9_]*$/.test(label) && text !== '',
  );
  return {
    ...(region === undefined ? {} : { REGION: region }),
    ...Object.fromEntries(given.map(([label, text]) => [label.toUpperCase(), text])),
    // Last: no link may lead the reader's token to another address.
    TIDEGATE_URL: publicUrl,
  };
}

function stepsOf({ alert, steps }: Runbook, variables: ShellVariables) {
  const used = new Set(steps.flatMap(({ run }) => usedVariables(run)));
  return {
    alert,
    variables: Object.fromEntries(Object.entries(variables).filter(([name]) => used.has(name))),
    missing: [...used].filter((name) => !Object.hasOwn(variables, name)),
    steps: steps.map((step) => ({ ...step, run: fillCommand(step.run, variables) })),
  };
}
