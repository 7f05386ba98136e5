/** Where capability addresses begin. */
const PREFIX = /^(\/v1\/callers\/flagger\/).*$/s;

/** A path as it may stand in logs, traces and the audit log: the secret of a capability address is left out. */
export function withoutCapability(path: string): string {
  return path.replace(PREFIX, '$1{capability}');
}
