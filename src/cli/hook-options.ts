import { InvalidArgumentError } from 'commander';
import { type ChangeTarget, releaseOf } from '../domain/change-target.ts';
import { isDuration, milliseconds } from '../domain/duration.ts';

/** A length of time, in milliseconds. */
export function parseWait(text: string): number {
  if (!isDuration(text))
    throw new InvalidArgumentError('write a whole number and a unit, such as 90s or 30m.');
  return milliseconds(text);
}

/** The address of a gate. */
export function parseGateUrl(text: string): string {
  if (!/^https?:$/.test(URL.parse(text)?.protocol ?? ''))
    throw new InvalidArgumentError('write an http or https address, such as https://tidegate.example.com.');
  return text;
}

/** `kubernetes=1.35,addon/karpenter=1.6.0` as what a change brings. */
export function parseChange(text: string): ChangeTarget {
  const wrong = (part: string) =>
    new InvalidArgumentError(
      `"${part}" is no part of a change; write kubernetes=1.35, nodes=<image or kubelet version> or addon/<name>=<version>, separated by commas.`,
    );
  const target: { kubernetes?: string; nodes?: string; addons?: Record<string, string> } = {};
  for (const part of text.split(',').map((one) => one.trim())) {
    const [, name = '', version = ''] = /^([a-z0-9/-]+)=(\S.*)$/.exec(part) ?? [];
    if (name === 'kubernetes' && releaseOf(version)) target.kubernetes = version;
    else if (name === 'nodes') target.nodes = version;
    else if (/^addon\/[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(name)) {
      target.addons = { ...target.addons, [name.slice('addon/'.length)]: version };
    } else throw wrong(part);
  }
  return target;
}
