import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** An own folder under the system's temporary one, gone with the scope that holds it (`using`). */
export class TempDir implements Disposable {
  readonly path = mkdtempSync(join(tmpdir(), 'tidegate-'));

  /** Writes a file, with the folders on its way, and returns its full path. */
  write(name: string, content: string | Uint8Array): string {
    const path = join(this.path, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    return path;
  }

  /** Takes a file away. */
  remove(name: string): void {
    rmSync(join(this.path, name));
  }

  [Symbol.dispose](): void {
    // A server that was killed a moment ago may still be writing its last file.
    rmSync(this.path, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  }
}
