import { crc32 } from 'node:zlib';
import { TempDir } from '../support/temp-dir.ts';

/** A file of a module: its path in the module and its text. */
type ModuleFiles = Readonly<Record<string, string>>;

/**
 * A folder that Go reads as a module proxy (`GOPROXY=file://...`): real builds without a network.
 *
 * @param module  its path, such as `example.test/hello`
 * @param version `v1.2.3`
 */
export function createGoModuleProxy(module: string, version: string, files: ModuleFiles): TempDir {
  const proxy = new TempDir();
  const at = (name: string) => `${module}/@v/${name}`;
  proxy.write(at('list'), `${version}\n`);
  proxy.write(at(`${version}.info`), JSON.stringify({ Version: version }));
  proxy.write(at(`${version}.mod`), files['go.mod'] ?? '');
  const entries = Object.entries(files).map(
    ([path, text]) => [`${module}@${version}/${path}`, text] as const,
  );
  proxy.write(at(`${version}.zip`), zip(entries));
  return proxy;
}

/** A zip archive of uncompressed entries, as in the ZIP specification (APPNOTE 4.3). */
function zip(entries: readonly (readonly [path: string, text: string])[]): Buffer {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [path, text] of entries) {
    const name = Buffer.from(path);
    const data = Buffer.from(text);
    // Version 2.0, no flags, stored, no time; sum, sizes, length of the name, no extra field.
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt32LE(crc32(data), 10);
    common.writeUInt32LE(data.length, 14);
    common.writeUInt32LE(data.length, 18);
    common.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, name, data]);
    // No comment, first disk, no attributes, and where the entry begins.
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(offset, 10);
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x00'), common, rest, name]));
    locals.push(local);
    offset += local.length;
  }
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06');
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(Buffer.concat(directory).length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, ...directory, end]);
}
