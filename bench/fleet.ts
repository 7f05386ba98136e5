import { type FleetNumbers, measureFleet } from './fleet/measure.ts';
import { SIGNALS } from './fleet/world.ts';
import { quantile } from './median.ts';
import type { Report } from './report.ts';

const SIZES = [10, 100, 1_000, 10_000];

const ms = (value: number) => (value < 1_000 ? `${value.toFixed(0)} ms` : `${(value / 1_000).toFixed(1)} s`);

/** What a gate costs that watches a whole fleet at once, beside one question for each metric and cluster. */
export async function benchFleet(args: readonly string[]): Promise<readonly Report[]> {
  const sizes = args.filter((arg) => /^\d+$/.test(arg)).map(Number);
  const measured: FleetNumbers[] = [];
  for (const size of sizes.length > 0 ? sizes : SIZES) measured.push(await measureFleet(size));
  return [looks(measured), answers(measured)];
}

function looks(measured: readonly FleetNumbers[]): Report {
  return {
    title: `A fleet that soaks at once, ${SIGNALS} signals a cluster: looks`,
    columns: [
      'clusters',
      'questions a look',
      'look with a new minute (worst)',
      'look without',
      'share of a core',
      'start',
      'first look',
      'memory',
      'one by one: questions',
      'one by one: time',
    ],
    rows: measured.map((one) => [
      one.clusters.toLocaleString('en-US'),
      one.questionsALook.toFixed(1),
      ms(quantile(one.looksMs, 1)),
      ms(quantile(one.looksMs, 0.5)),
      `${(one.cpuShare * 100).toFixed(0)} %`,
      ms(one.startMs),
      ms(one.firstLookMs),
      `${(one.residentBytes / 1024 / 1024).toFixed(0)} MB`,
      one.peers.questions.toLocaleString('en-US'),
      ms(one.peers.ms),
    ]),
    note: 'A gate with SQLite over a store of its own process that answers as Prometheus does; every cluster has a run that soaks. It looks every 15 s; a new minute comes once in four. "One by one" is what a gate costs that asks every metric of every cluster by itself, sixteen questions at a time, at the same store.',
  };
}

function answers(measured: readonly FleetNumbers[]): Report {
  return {
    title: 'POST /v1/verdicts at 500 requests a second meanwhile',
    columns: ['clusters', 'p50', 'p99', 'bare Express p50', 'p99', 'ratio of p99', 'alert to halt'],
    rows: measured.map(({ clusters, gate, bare, alertToHaltMs }) => [
      clusters.toLocaleString('en-US'),
      `${gate.p50.toFixed(1)} ms`,
      `${gate.p99.toFixed(1)} ms`,
      `${bare.p50.toFixed(1)} ms`,
      `${bare.p99.toFixed(1)} ms`,
      (gate.p99 / bare.p99).toFixed(1),
      ms(alertToHaltMs),
    ]),
    note: 'Sent at a fixed rate, whether answered or not, for 24 s in which the gate looks; bare Express in a process of its own, half before and half after. "Alert to halt" is from the webhook of a firing alert until a waiting hook has heard halt. Times are of a machine with two shared cores; ratios travel.',
  };
}
