import { defineBundle } from '../src/catalogue/bundle.ts';
import { CATALOGUE } from '../src/catalogue/catalogue.ts';
import { burnAlerts, defineSignal } from '../src/catalogue/define-signal.ts';
import type { AnySignal, Slo } from '../src/catalogue/signal.ts';
import { counter } from '../src/promql/counter.ts';
import { readPages } from '../src/publish/files.ts';
import { renderRules } from '../src/render/prometheus/render-rules.ts';
import { renderBundle } from '../src/render/render-bundle.ts';
import { quantile, timed } from './median.ts';
import type { Report } from './report.ts';

const RUNS = 7;
const SLOS = 1_000;

/** An SLO of a service, as a tenant would have one. */
function serviceSignal(at: number): AnySignal {
  const slo: Slo = {
    id: `service-${at}-availability`,
    alertPrefix: `Service${at}`,
    objective: 0.999,
    minTraffic: 1,
    why: 'A promise of a team to its users.',
  };
  const matchers = { service: `service-${at}` };
  return defineSignal({
    kind: 'ratio',
    id: `service-${at}-errors`,
    component: 'workloads',
    title: `Requests to service ${at} answered with errors`,
    why: 'Its users see them.',
    by: [],
    requires: [],
    bad: counter('apiserver', 'http_requests_total', { ...matchers, code: '=~5..' }),
    total: counter('apiserver', 'http_requests_total', matchers),
    words: { exposure: 'requests', events: 'answered with 5xx' },
    slo,
    alerts: burnAlerts(slo, 'The error budget of a service'),
    check: { halts: true, on: 'change', floor: 0.001 },
  });
}

/** How long rendering takes: the whole bundle, and rules for a thousand SLOs. */
export async function benchRender(): Promise<Report> {
  const pages = await readPages(new URL('../runbooks', import.meta.url).pathname);
  const whole = () => renderBundle(defineBundle(CATALOGUE), pages);
  const many = () => renderRules(defineBundle(Array.from({ length: SLOS }, (_, at) => serviceSignal(at))));
  const bytes = (files: readonly { content: string }[]) =>
    files.reduce((sum, { content }) => sum + content.length, 0);
  const row = async (name: string, render: () => readonly { content: string }[]) => {
    const times = await timed(RUNS, render);
    const files = render();
    const size = `${(bytes(files) / 1024).toFixed(0)} KiB in ${files.length} files`;
    return [name, `${quantile(times, 0.5).toFixed(0)} ms`, `${quantile(times, 1).toFixed(0)} ms`, size];
  };
  return {
    title: 'Rendering',
    columns: ['what', 'median', 'worst', 'output'],
    rows: [
      await row(`whole bundle (${CATALOGUE.length} signals, all artefacts)`, whole),
      await row(`rules of ${SLOS} SLOs (14 rules each and their minutes)`, many),
    ],
    note: `Median and worst of ${RUNS} warm runs in one process, definitions included, nothing written.`,
  };
}
