import { describe, expect, test } from 'vitest';
import { limitOf } from '../../../src/catalogue/bundle.ts';
import type { AnyAlert } from '../../../src/catalogue/signal.ts';
import { BURN_TIERS, type BurnTier, burnThreshold } from '../../../src/domain/burn-rate.ts';
import { formatNumber } from '../../../src/render/format.ts';
import { renderBoards } from '../../../src/render/grafana/render-boards.ts';
import { alertsOf, boardsOf, bundleWith, drawing, type Panel } from './boards.ts';

const bundle = bundleWith();
const panels = boardsOf(bundle).flatMap(drawing);
const alerts = bundle.signals.flatMap((signal) => signal.alerts as readonly AnyAlert[]);

const panelOf = (name: string): Panel => {
  const [panel, ...more] = panels.filter((one) => alertsOf(one).includes(name));
  if (panel === undefined || more.length > 0) throw new Error(`${name} stands in ${more.length + 1} panels`);
  return panel;
};
const stepsOf = ({ fieldConfig }: Panel) => fieldConfig?.defaults.thresholds?.steps ?? [];

/** The number that the panel of an alert has to draw. */
function drawnLimit({ when, ...alert }: AnyAlert): number | undefined {
  if (when.is === 'burning') return burnThreshold(when.tier);
  return limitOf({ when, ...alert }, bundle.parameters);
}

const compared = alerts.filter((alert) => drawnLimit(alert) !== undefined);
const COLOURS = { critical: 'red', warning: 'orange', info: 'blue' };

describe('a limit in a panel', () => {
  test.each(compared)('is the limit of $name, in the colour of its severity', (alert) => {
    const steps = stepsOf(panelOf(alert.name));
    const at = steps.findIndex(({ value }) => value === drawnLimit(alert));
    // Below a lower limit it is the step before that has the colour.
    const coloured = alert.when.is === 'below' ? steps[at - 1] : steps[at];
    expect(at).toBeGreaterThan(0);
    expect(coloured?.color).toBe(COLOURS[alert.severity]);
  });

  test('belongs to an alert of the panel, every one', () => {
    const foreign = panels
      .filter(({ type }) => type === 'timeseries')
      .flatMap((panel) => {
        const own = compared.filter(({ name }) => alertsOf(panel).includes(name)).map(drawnLimit);
        return stepsOf(panel)
          .filter(({ value }) => value !== null && !own.includes(value))
          .map(({ value }) => `${panel.title}: ${value}`);
      });
    expect(foreign).toEqual([]);
  });

  test('lies where it is seen while all is well', () => {
    const hidden = panels.filter((panel) => {
      const top = panel.fieldConfig?.defaults.custom?.axisSoftMax ?? 0;
      return panel.type === 'timeseries' && stepsOf(panel).some(({ value }) => (value ?? 0) > top);
    });
    expect(hidden.map(({ title }) => title)).toEqual([]);
  });

  test('is a share of 0..1 where the unit is one', () => {
    const shares = panels.filter(({ fieldConfig }) => fieldConfig?.defaults.unit === 'percentunit');
    const values = shares.flatMap(stepsOf).map(({ value }) => value ?? 0);
    expect(Math.max(...values)).toBeLessThanOrEqual(1);
    expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
  });

  test('that a bundle sets moves the line, the axis and the words, and nothing else', () => {
    const changed = bundleWith({ limits: { EksApiServerErrorRatioHigh: 0.07 } });
    const differences = renderBoards(bundle).flatMap(({ content }, at) => {
      const after = renderBoards(changed)[at]?.content.split('\n') ?? [];
      return content.split('\n').flatMap((line, nth) => (line === after[nth] ? [] : [[line, after[nth]]]));
    });
    expect(differences).toHaveLength(3);
    const [axis, step, words] = differences;
    expect(axis).toEqual([expect.stringContaining('"axisSoftMax": 0.033'), expect.stringContaining('0.077')]);
    expect(step).toEqual([
      expect.stringContaining('"value": 0.03'),
      expect.stringContaining('"value": 0.07'),
    ]);
    expect(words).toEqual([
      expect.stringContaining(`above ${formatNumber(0.03, 'percentunit')}`),
      expect.stringContaining(`above ${formatNumber(0.07, 'percentunit')}`),
    ]);
  });

  test.each(bundle.signals.filter((signal) => 'slo' in signal && signal.slo))(
    'of a burn rate is drawn for every tier: $id',
    ({ alerts: own }) => {
      const burns = (own as readonly AnyAlert[]).filter(({ when }) => when.is === 'burning');
      const steps = stepsOf(panelOf(burns[0]?.name ?? ''));
      const tiers = (Object.keys(BURN_TIERS) as BurnTier[]).map(burnThreshold).sort((a, b) => a - b);
      expect(steps.map(({ value }) => value)).toEqual([null, ...tiers]);
    },
  );
});
