import { COMMITS, type Stage } from './stage.ts';

/** Pushes the repaired CoreDNS, after the bad one was taken back; nothing, where it is on its way already. */
export function pushFixed({ argo, tell }: Stage): void {
  const { badDns, revert, fixed } = COMMITS;
  if (argo.hooks.some(({ digest }) => digest === fixed.digest)) return;
  if (argo.syncs.some(({ digest }) => digest === badDns.digest)) {
    argo.takeBack(badDns, revert);
    tell(`Commit ${revert.revision}: a person takes the bad one back, with a sync without hooks.`);
  }
  argo.push(fixed);
  tell(`Commit ${fixed.revision}: CoreDNS 1.12.2, repaired.`);
}
