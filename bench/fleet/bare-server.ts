import { startBareExpress } from '../bare-express.ts';

// A process of its own that prints its address and ends on SIGTERM.

const floor = await startBareExpress();
process.stdout.write(`${floor.url}\n`);
process.once('SIGTERM', () => floor.stop());
