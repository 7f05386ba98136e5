/** Name of the alert that always fires: one who waits for it knows when no alert arrives any more. */
export const WATCHDOG = 'GateWatchdog';

/** Name of the alert that fires when it does not arrive. */
export const WATCHDOG_MISSING = 'GateWatchdogMissing';
