import { blockedBy, type Finding } from './finding.ts';
import { type Place, rowsOf } from './preflight.ts';

/**
 * No change on a cluster that has broken a promise: an error budget that is spent over its period, by what the rules
 * recorded minute by minute. Less than a day of history is no promise broken yet.
 *
 * @see Google SRE Workbook, chapter 2 and appendix B: the error budget policy
 */
export function budgetsLeft(place: Place): readonly Finding[] {
  const { cluster, preflight } = place;
  if (!isRead(place)) return [];
  const left = rowsOf(preflight, 'budget-left');
  const withHistory = new Set(rowsOf(preflight, 'budget-a-day-ago').map(({ labels }) => labels['slo']));
  const young = left.filter(({ labels }) => !withHistory.has(labels['slo']));
  const spent = left.filter(({ labels, value }) => withHistory.has(labels['slo']) && value <= 0);
  const exhausted = blockedBy(
    place,
    spent.map(({ labels, value }) => ({
      finding: `budget/${labels['slo']}`,
      what: `${labels['slo']} (${percent(value)} left)`,
    })),
    {
      code: 'budget/exhausted',
      text: (names) =>
        `The error budget of 30 days is spent on ${cluster.name}: ${names}; let it recover, or roll out a fix or a rollback.`,
      whoCanAct: 'whoever mends the service, or a person with the right to a fix',
    },
  );
  if (left.length > 0 && young.length === 0) return exhausted;
  const names = young.map(({ labels, value }) => `${labels['slo']} (${percent(value)} left)`).join(', ');
  const text =
    left.length === 0
      ? `No error budget of ${cluster.name} is recorded: it has no history, or the store does not evaluate the budget rules.`
      : `Less than a day of error budget is recorded on ${cluster.name}, so nothing is held against it yet: ${names}.`;
  return [...exhausted, { code: 'budget/no-history', text, warns: true }];
}

// What could not be read is told once, for all facts.
function isRead({ preflight: { facts } }: Place): boolean {
  return [facts.get('budget-left'), facts.get('budget-a-day-ago')].every(
    (reading) => reading?.is === 'value' || reading?.is === 'no-data',
  );
}

function percent(share: number): string {
  return `${Math.round(share * 1000) / 10} %`;
}
