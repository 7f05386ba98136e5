import type { AlertReading } from '../domain/reading.ts';

/** Labels that change when a pod or node is replaced, which every rollout does. */
const FLEETING_LABELS: ReadonlySet<string> = new Set(['pod', 'instance', 'node', 'uid']);

/**
 * What makes an alert the same alert before and after a sync: its name, its cluster and its lasting labels,
 * written like a series selector.
 */
export function alertIdentity(reading: AlertReading): string {
  const lasting = Object.entries(reading.labels)
    .filter(([label]) => !FLEETING_LABELS.has(label))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([label, value]) => `${label}=${JSON.stringify(value)}`);
  return `${reading.name}{${[`cluster=${JSON.stringify(reading.cluster)}`, ...lasting].join(',')}}`;
}
