import { describe, expect, test } from 'vitest';
import { defineBundle } from '../../../src/catalogue/bundle.ts';
import { CATALOGUE } from '../../../src/catalogue/catalogue.ts';
import type { AnyAlert } from '../../../src/catalogue/signal.ts';
import { seconds } from '../../../src/domain/duration.ts';
import {
  type AlarmInput,
  renderAlarms,
  renderCloudWatch,
} from '../../../src/render/cloudwatch/render-alarms.ts';

const bundle = defineBundle(CATALOGUE);
const alarms = renderAlarms(bundle);
const byAlert = (name: string): AlarmInput => {
  const found = alarms.find(({ AlarmName }) => AlarmName.endsWith(`/${name}`));
  if (found === undefined) throw new Error(`there is no alarm for ${name}`);
  return found;
};

/** The name stands for the cluster until an alarm is made for one. */
const CLUSTER = `\${cluster}`;

describe('alarms', () => {
  test('are one for each signal that AWS publishes itself', () => {
    const published = CATALOGUE.filter(({ cloudwatch }) => cloudwatch !== undefined);
    expect(alarms.map(({ Tags }) => Tags.find(({ Key }) => Key === 'tidegate')?.Value)).toEqual(
      published.map(({ id }) => id),
    );
  });

  test('have names of their own in every account that holds several clusters', () => {
    expect(new Set(alarms.map(({ AlarmName }) => AlarmName)).size).toBe(alarms.length);
    for (const { AlarmName } of alarms) expect(AlarmName).toMatch(/^tidegate\/\$\{cluster\}\/[A-Z]\w+$/);
  });
});

// What PutMetricAlarm demands, by its reference: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/
describe.each(alarms)('$AlarmName', (alarm) => {
  test('evaluates a day at most, and wants no more bad periods than it looks at', () => {
    const period = alarm.Metrics.map(({ MetricStat }) => MetricStat?.Period ?? 60);
    expect(period.every((length) => length === 60)).toBe(true);
    expect(alarm.EvaluationPeriods * 60).toBeLessThanOrEqual(86_400);
    expect(alarm.DatapointsToAlarm).toBeGreaterThanOrEqual(1);
    expect(alarm.DatapointsToAlarm).toBeLessThanOrEqual(alarm.EvaluationPeriods);
  });

  test('returns one number, from queries with ids of their own', () => {
    const ids = alarm.Metrics.map(({ Id }) => Id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^[a-z][a-zA-Z0-9_]{0,254}$/);
    expect(alarm.Metrics.filter(({ ReturnData }) => ReturnData)).toHaveLength(1);
    expect(alarm.Metrics.length).toBeLessThanOrEqual(20);
  });

  test('has a metric or an expression in each query, never both, and the expression knows its ids', () => {
    for (const { MetricStat, Expression } of alarm.Metrics) {
      expect([MetricStat, Expression].filter((part) => part !== undefined)).toHaveLength(1);
    }
    const ids = alarm.Metrics.map(({ Id }) => Id);
    const used = alarm.Metrics.flatMap(({ Expression = '' }) => Expression.match(/\b[a-z]\w*/g) ?? []);
    expect(used.filter((id) => !ids.includes(id))).toEqual([]);
  });

  test('is about one cluster in every metric and in its link', () => {
    for (const { MetricStat } of alarm.Metrics) {
      if (MetricStat === undefined) continue;
      expect(MetricStat.Metric.Namespace).toBe('AWS/EKS');
      expect(MetricStat.Metric.Dimensions).toEqual([{ Name: 'ClusterName', Value: CLUSTER }]);
      expect(['Sum', 'Average', 'Maximum', 'SampleCount']).toContain(MetricStat.Stat);
    }
    expect(alarm.AlarmDescription).toContain(`?cluster=${CLUSTER}`);
    expect(alarm.AlarmDescription.length).toBeLessThanOrEqual(1024);
    expect(alarm.AlarmName.length).toBeLessThanOrEqual(255);
  });

  test('has a finite threshold and tags as its alert’s labels', () => {
    expect(Number.isFinite(alarm.Threshold)).toBe(true);
    expect(Object.fromEntries(alarm.Tags.map(({ Key, Value }) => [Key, Value]))).toMatchObject({
      tidegate: expect.stringMatching(/^[a-z-]+$/),
      severity: expect.stringMatching(/^(critical|warning|info)$/),
      component: 'control-plane',
    });
  });
});

describe('an alarm', () => {
  test('on a ratio divides sums by the minute, and is quiet without the alert’s traffic', () => {
    const { Metrics, Threshold, ComparisonOperator, TreatMissingData } = byAlert(
      'EksApiServerErrorRatioHigh',
    );
    expect(
      Metrics.map(({ Id, MetricStat, Expression }) => [Id, MetricStat?.Metric.MetricName ?? Expression]),
    ).toEqual([
      ['bad', 'apiserver_request_total_5XX'],
      ['total', 'apiserver_request_total'],
      ['ratio', 'IF(total > 60, bad / total, 0)'],
    ]);
    expect([Threshold, ComparisonOperator, TreatMissingData]).toEqual([
      0.03,
      'GreaterThanThreshold',
      'missing',
    ]);
  });

  test('lasts as long as the alert’s window and its for together', () => {
    const alerts = CATALOGUE.flatMap((signal) => signal.alerts as readonly AnyAlert[]);
    for (const { AlarmName, EvaluationPeriods } of alarms) {
      const alert = alerts.find(({ name }) => AlarmName.endsWith(`/${name}`));
      const over = alert !== undefined && 'over' in alert.when ? seconds(alert.when.over ?? '0s') : 0;
      expect(EvaluationPeriods * 60).toBe(over + seconds(alert?.for ?? '0s'));
    }
  });

  test('on what should be seen alarms when nothing is', () => {
    expect(byAlert('EksApiServerTargetsMissing')).toMatchObject({
      ComparisonOperator: 'LessThanThreshold',
      Threshold: 1,
      TreatMissingData: 'breaching',
      Metrics: [{ ReturnData: true, MetricStat: { Stat: 'SampleCount' } }],
    });
  });

  test('on a percentile compares with the bound, and says that it is another number', () => {
    const { Threshold, AlarmDescription } = byAlert('EksApiMutatingLatencyHigh');
    expect(Threshold).toBe(1);
    expect(AlarmDescription).toContain("CloudWatch's number is not the rule's: it is the p99 of a minute");
  });

  test('on a gauge has the alert’s limit with the fleet’s setting in it', () => {
    expect(byAlert('EksEtcdStorageNearLimit').Threshold).toBe(0.8 * 8 * 1024 ** 3);
    const larger = renderAlarms(defineBundle(CATALOGUE, { settings: { 'etcd.limitBytes': 1000 } }));
    const size = larger.find(({ AlarmName }) => AlarmName.endsWith('/EksEtcdStorageNearLimit'));
    expect(size).toMatchObject({ Threshold: 800, AlarmDescription: expect.stringContaining('Limit 800 B') });
  });
});

test('the file is one input of PutMetricAlarm after the other', () => {
  const { path, content } = renderCloudWatch(bundle);
  expect(path).toBe('alerts/cloudwatch/alarms.json');
  expect(JSON.parse(content).alarms).toEqual(alarms);
});
