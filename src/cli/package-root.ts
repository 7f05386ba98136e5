import { fileURLToPath } from 'node:url';

/** The folder with alerts, dashboards and runbooks: the checkout, or the installed package. */
export const PACKAGE_ROOT: string = fileURLToPath(new URL('../..', import.meta.url));
