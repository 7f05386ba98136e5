import type { AnyAlert, AnySignal } from '../../catalogue/signal.ts';

/**
 * Whether an alert may halt a rollout: its signal's check halts, and the check uses this alert's limit or the
 * alert is a budget burning fast enough to page.
 */
export function canHalt(signal: AnySignal, alert: AnyAlert): boolean {
  const { check } = signal;
  if (!('halts' in check) || !check.halts) return false;
  if (check.limitOf === alert.name) return true;
  return alert.when.is === 'burning' && (alert.when.tier === 'fast' || alert.when.tier === 'medium');
}
