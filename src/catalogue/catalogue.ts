import * as addons from './addons.ts';
import * as controlPlane from './control-plane.ts';
import * as dns from './dns.ts';
import * as gate from './gate.ts';
import * as nodes from './nodes.ts';
import type { AnySignal } from './signal.ts';
import * as telemetry from './telemetry.ts';
import * as workloads from './workloads.ts';

/** Every signal that tidegate knows, in the order of the components. */
export const CATALOGUE: readonly AnySignal[] = [
  controlPlane,
  nodes,
  dns,
  addons,
  workloads,
  telemetry,
  gate,
].flatMap((component) => Object.values<AnySignal>(component));
