import type { App } from './ports.ts';
import type { Answer } from './use-cases.ts';

/**
 * An answer as the app's mode lets it out. In observe mode it is always go; what would have been said stands behind it
 * and in `observed`. Errors stay errors: a name that is wrong protects nobody, and hides in no mode.
 */
export function answerInMode({ mode, name }: App, answer: Answer): Answer {
  if (mode === 'enforce') return answer;
  const { verdict, reason, reasons } = answer;
  const text = `${name} is in observe mode and not protected: the answer is always go; enforced it would be ${verdict}.`;
  return {
    ...answer,
    verdict: 'go',
    reason: 'observe/go',
    reasons: [{ code: 'observe/go', text }, ...reasons],
    observed: { verdict, reason },
  };
}
