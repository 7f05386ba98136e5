import { type ClusterFacts, labelKey, type Targets } from '../../../src/probe/facts.ts';
import { type Need, needKey, type Selector } from '../../../src/probe/needs.ts';
import { parsePage } from './history.ts';

/** What a store has of one cluster, by job: a page, and its targets where they are not one that answers. */
export interface ClusterContent {
  readonly pages: Readonly<Record<string, string>>;
  /** Null where the store has no `up` of the job. */
  readonly targets?: Readonly<Record<string, Targets | null>>;
  readonly rules?: boolean;
}

/** The facts that a survey of such a store would find. */
export function factsOf(
  { pages, targets = {}, rules = true }: ClusterContent,
  needs: readonly Need[],
): ClusterFacts {
  const series = Object.entries(pages).flatMap(([job, page]) =>
    parsePage(page).map((one) => ({ ...one, job })),
  );
  const jobsWhere = (isIt: (one: (typeof series)[number]) => boolean) =>
    new Set(series.filter(isIt).map(({ job }) => job));
  const labels = new Set(
    needs.flatMap((need) => need.labels.flatMap((label) => [label, `exported_${label}`])),
  );
  const metrics = new Set(series.map(({ name }) => name));
  return {
    name: 'prod-1',
    targets: new Map(
      Object.entries({
        ...Object.fromEntries(Object.keys(pages).map((job) => [job, { count: 1, down: 0 }])),
        ...targets,
      }).flatMap(([job, own]): [string, Targets][] => (own === null ? [] : [[job, own]])),
    ),
    metrics: new Map([...metrics].map((metric) => [metric, jobsWhere(({ name }) => name === metric)])),
    matched: new Map(needs.map((need) => [needKey(need), jobsWhere((one) => matches(need.selector, one))])),
    labelled: new Map(
      [...metrics].flatMap((metric) =>
        [...labels].map((label) => [
          labelKey(metric, label),
          // A label that every series has from its target.
          jobsWhere(
            (one) => one.name === metric && (label === 'instance' || (one.labels[label] ?? '') !== ''),
          ),
        ]),
      ),
    ),
    recorded: new Set(),
    isInventoried: rules,
  };
}

function matches(
  selector: Selector,
  of: { readonly name: string; readonly labels: Readonly<Record<string, string>> },
): boolean {
  return (
    of.name === selector.metric &&
    selector.matchers.every(({ label, operator, value }) => {
      const own = of.labels[label] ?? '';
      const isLike = operator.endsWith('~') ? new RegExp(`^(?:${value})$`).test(own) : own === value;
      return operator.startsWith('!') ? !isLike : isLike;
    })
  );
}
