import type { Bundle } from '../../catalogue/bundle.ts';
import type { AnyAlert, AnySignal } from '../../catalogue/signal.ts';
import type { CataloguedAlert, CataloguedSignal } from '../../domain/catalogued.ts';
import { boardUrl } from '../board-link.ts';
import { canHalt } from '../checks/can-halt.ts';
import { conditionInWords, sloInWords } from '../runbooks/definition-block.ts';

/** Every signal of a bundle for people, in the order of the catalogue. */
export function catalogueView(bundle: Bundle): readonly CataloguedSignal[] {
  return bundle.signals.map((signal) => {
    const { id, component, title, why, requires, alerts, cloudwatch } = signal;
    const slo = 'slo' in signal ? signal.slo : undefined;
    return {
      id,
      component,
      title,
      why,
      ...(slo && { slo: slo.id, objective: sloInWords(signal, slo.objective, slo.id).replaceAll('`', '') }),
      check: checkInWords(signal),
      isAsked: !('none' in signal.check),
      alerts: alerts.map((alert) => alertView(signal, alert, bundle)),
      requires,
      boardUrl: boardUrl(component, bundle.parameters, '$__all'),
      hasAlarm: cloudwatch !== undefined,
    };
  });
}

function alertView(signal: AnySignal, alert: AnyAlert, bundle: Bundle): CataloguedAlert {
  const { name, severity, because } = alert;
  const lasting = alert.for === '0s' ? 'at once' : `for ${alert.for}`;
  const firesWhen = `${conditionInWords(signal, alert, bundle)}, ${lasting}`;
  return { name, severity, firesWhen, because, halts: canHalt(signal, alert) };
}

const COMPARED = {
  change: 'compared with before the sync',
  limit: 'compared with its limit',
  'change-or-limit': 'compared with before the sync and with its limit',
} as const;

function checkInWords({ check }: AnySignal): string {
  if ('none' in check) return `not asked: ${check.none}`;
  const parts = [
    COMPARED[check.on],
    check.halts ? 'harm halts' : 'harm only holds',
    ...(check.required ? ['go needs its evidence'] : []),
    ...(check.critical ? ['counts whatever the change touches'] : []),
    ...(check.limitOf === undefined ? [] : [`limit of ${check.limitOf}`]),
  ];
  return parts.join('; ');
}
