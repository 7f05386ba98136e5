import type { GateMetrics } from '../../gate/ports.ts';
import type { Watch } from '../../gate/watch.ts';
import type { Metrics } from '../../telemetry/metrics.ts';
import { showStanding } from '../../telemetry/standing-metrics.ts';
import type { SourceContext } from '../gate-sources.ts';
import type { LookNews } from './look-words.ts';

/** Who wants to know what a thread tells that looks. */
interface Listeners {
  readonly watch: Pick<Watch, 'changed'>;
  readonly metrics: Metrics;
  readonly gateMetrics: GateMetrics;
  readonly onQuestion: SourceContext['onQuestion'];
}

/** Hands on what a thread tells that looks. */
export function hearNews(news: LookNews, { watch, metrics, gateMetrics, onQuestion }: Listeners): void {
  if (news.is === 'changed') watch.changed(news.runId);
  else if (news.is === 'question') onQuestion(news.question);
  else if (news.is === 'standing') showStanding(metrics, news.standing);
  else Reflect.apply(gateMetrics[news.metric], gateMetrics, news.told);
}
