import { createHash } from 'node:crypto';

/**
 * The one script, without which every page can be read and used: it puts a button for copying behind each command. The
 * button is a button, so that keys reach it, and says aloud what it did.
 */
export const SCRIPT = `
for (const pre of document.querySelectorAll('main pre')) {
  if (!navigator.clipboard) break;
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'copy';
  button.textContent = 'Copy';
  button.addEventListener('click', async () => {
    try {
      await navigator.clipboard.writeText(pre.textContent.trim());
      button.textContent = 'Copied';
    } catch {
      button.textContent = 'The browser does not allow it';
    }
    setTimeout(() => { button.textContent = 'Copy'; }, 3000);
  });
  button.setAttribute('aria-live', 'polite');
  pre.tabIndex = 0;
  pre.after(button);
}
`;

/** The script's address: another content is another address. */
export const SCRIPT_PATH: string = `/assets/${createHash('sha256').update(SCRIPT).digest('hex').slice(0, 16)}.js`;
