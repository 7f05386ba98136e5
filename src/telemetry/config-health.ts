import type { Metrics } from './metrics.ts';

/** Whether everything that configures the gate is in force as it stands: the file, and what describes the fleet. */
export interface ConfigHealth {
  file(inForce: boolean): void;
  fleet(inForce: boolean): void;
}

/** Tells one metric of both: it is 1 while nothing was refused. */
export function createConfigHealth({
  configReloadSuccessful,
}: Pick<Metrics, 'configReloadSuccessful'>): ConfigHealth {
  const standing = { file: true, fleet: true };
  const tell = () => configReloadSuccessful.set(standing.file && standing.fleet ? 1 : 0);
  tell();
  return {
    file(inForce) {
      standing.file = inForce;
      tell();
    },
    fleet(inForce) {
      standing.fleet = inForce;
      tell();
    },
  };
}
