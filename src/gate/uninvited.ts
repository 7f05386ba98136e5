import type { DocumentWrite, LedgerRun, Store } from './ports.ts';

/** Syncs that nobody admitted, kept apart from the runs so that every admission finds them with one question. */
const KIND = 'uninvited';

interface Uninvited {
  readonly app: string;
  readonly cluster: string;
  readonly runId: string;
}

/** The runs of an app that nobody admitted and that are still what its clusters have. */
export async function readUninvited(store: Store, app: string): Promise<readonly LedgerRun[]> {
  const told = (await store.documents(KIND))
    .map(({ json }) => JSON.parse(json) as Uninvited)
    .filter((one) => one.app === app);
  const runs = await Promise.all(
    told.map(async ({ cluster, runId }) => {
      const [newest] = await store.runs({ app, cluster, applied: true, limit: 1 });
      return newest?.id === runId ? newest : undefined;
    }),
  );
  return runs.filter((run) => run !== undefined);
}

/** Notes a run that nobody admitted; one that another such sync has replaced is forgotten. */
export async function uninvitedWrite(
  store: Store,
  { app, cluster, id }: Pick<LedgerRun, 'app' | 'cluster' | 'id'>,
): Promise<DocumentWrite> {
  const key = JSON.stringify([app, cluster]);
  const before = await store.document(KIND, key);
  const json = JSON.stringify({ app, cluster, runId: id } satisfies Uninvited);
  return { kind: KIND, key, version: before?.version ?? 0, json };
}
