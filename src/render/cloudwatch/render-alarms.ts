import { type Bundle, limitOf, runbookUrl } from '../../catalogue/bundle.ts';
import type { AnyAlert, AnySignal, CloudWatch } from '../../catalogue/signal.ts';
import { seconds } from '../../domain/duration.ts';
import { GENERATED, type RenderedFile } from '../file.ts';
import { formatNumber } from '../format.ts';

/** The input of CloudWatch's PutMetricAlarm, as far as tidegate uses it; `${cluster}` stands for the cluster's name. */
export interface AlarmInput {
  readonly AlarmName: string;
  readonly AlarmDescription: string;
  readonly ComparisonOperator: 'GreaterThanThreshold' | 'LessThanThreshold';
  readonly Threshold: number;
  readonly EvaluationPeriods: number;
  readonly DatapointsToAlarm: number;
  readonly TreatMissingData: 'missing' | 'notBreaching' | 'breaching';
  readonly Metrics: readonly MetricDataQuery[];
  readonly Tags: readonly { readonly Key: string; readonly Value: string }[];
}

interface MetricDataQuery {
  readonly Id: string;
  readonly ReturnData: boolean;
  readonly Label?: string;
  readonly Expression?: string;
  readonly Period?: number;
  readonly MetricStat?: {
    readonly Metric: {
      readonly Namespace: string;
      readonly MetricName: string;
      readonly Dimensions: readonly { readonly Name: string; readonly Value: string }[];
    };
    readonly Period: number;
    readonly Stat: string;
  };
}

/** Stands for the cluster's name until an alarm is made for one. */
const CLUSTER = `\${cluster}`;

/** AWS publishes the EKS metrics once a minute. */
const PERIOD = 60;

/** CloudWatch's limit for an alarm: evaluation periods times period is at most a day. */
const MAX_PERIODS = 1440;

/** One alarm for each signal that AWS publishes without an exporter, on the alert that the gate's check uses. */
export function renderAlarms(bundle: Bundle): readonly AlarmInput[] {
  return bundle.signals.flatMap((signal) => {
    const alert = mainAlert(signal);
    if (signal.cloudwatch === undefined || alert === undefined) return [];
    return [alarmOf(signal, alert, signal.cloudwatch, bundle)];
  });
}

/** The first alert that is no burn: a burn rate needs windows that an alarm does not have. */
function mainAlert(signal: AnySignal): AnyAlert | undefined {
  return (signal.alerts as readonly AnyAlert[]).find(({ when }) => when.is !== 'burning');
}

function alarmOf(signal: AnySignal, alert: AnyAlert, metric: CloudWatch, bundle: Bundle): AlarmInput {
  const { when } = alert;
  const over = 'over' in when && when.over !== undefined ? seconds(when.over) : 0;
  const periods = Math.min(MAX_PERIODS, Math.max(1, Math.ceil((over + seconds(alert.for)) / PERIOD)));
  const limit = limitOf(alert, bundle.parameters);
  const threshold = 'metric' in metric && when.is === 'slower' ? when.than : (limit ?? 0);
  const isPresence = 'present' in metric;
  return {
    AlarmName: `tidegate/${CLUSTER}/${alert.name}`,
    AlarmDescription: [
      alert.summary,
      ...('differs' in metric && metric.differs !== undefined
        ? [`CloudWatch's number is not the rule's: it is ${metric.differs}.`]
        : []),
      isPresence
        ? 'Alarms when AWS reports no requests.'
        : `Limit ${formatLimit(signal, metric, threshold)}.`,
      `Runbook: ${runbookUrl(alert.name, bundle.parameters)}?cluster=${CLUSTER}`,
    ].join(' '),
    ComparisonOperator: when.is === 'below' || isPresence ? 'LessThanThreshold' : 'GreaterThanThreshold',
    Threshold: isPresence ? 1 : threshold,
    EvaluationPeriods: periods,
    DatapointsToAlarm: periods,
    TreatMissingData: isPresence ? 'breaching' : 'missing',
    Metrics: queriesOf(alert, metric),
    Tags: [
      { Key: 'tidegate', Value: signal.id },
      { Key: 'severity', Value: alert.severity },
      { Key: 'component', Value: signal.component },
    ],
  };
}

function formatLimit(signal: AnySignal, metric: CloudWatch, threshold: number): string {
  if ('bad' in metric) return formatNumber(threshold, 'percentunit');
  return formatNumber(threshold, signal.kind === 'gauge' ? signal.unit : 's');
}

function queriesOf(alert: AnyAlert, metric: CloudWatch): readonly MetricDataQuery[] {
  if ('bad' in metric) {
    const traffic = (alert.when.and ?? []).find((guard) => 'traffic' in guard)?.traffic ?? 0;
    return [
      statOf('bad', metric.namespace, metric.bad, 'Sum'),
      statOf('total', metric.namespace, metric.total, 'Sum'),
      {
        Id: 'ratio',
        // Without traffic there is no ratio; a quiet cluster must not alarm on one error.
        Expression: `IF(total > ${traffic * PERIOD}, bad / total, 0)`,
        Label: alert.name,
        ReturnData: true,
      },
    ];
  }
  if ('present' in metric) {
    return [{ ...statOf('seen', metric.namespace, metric.present, 'SampleCount'), ReturnData: true }];
  }
  return [{ ...statOf('value', metric.namespace, metric.metric, metric.stat), ReturnData: true }];
}

function statOf(id: string, namespace: string, name: string, stat: string): MetricDataQuery {
  return {
    Id: id,
    MetricStat: {
      Metric: {
        Namespace: namespace,
        MetricName: name,
        Dimensions: [{ Name: 'ClusterName', Value: CLUSTER }],
      },
      Period: PERIOD,
      Stat: stat,
    },
    ReturnData: false,
  };
}

/** The alarms as one JSON file, an input of PutMetricAlarm each. */
export function renderCloudWatch(bundle: Bundle): RenderedFile {
  const file = { comment: GENERATED, alarms: renderAlarms(bundle) };
  return { path: 'alerts/cloudwatch/alarms.json', content: `${JSON.stringify(file, null, 2)}\n` };
}
