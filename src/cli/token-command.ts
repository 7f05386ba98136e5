import { createHash, randomBytes } from 'node:crypto';
import { type Command, Option } from 'commander';
import { TOKEN_KINDS, type TokenKind } from '../identity/token-kinds.ts';

/** 256 bits: nobody guesses it, so that its plain digest may lie in Git. */
const TOKEN_BYTES = 32;

/** `tidegate token`: a new token and what the configuration holds of it. */
export function addTokenCommand(program: Command): void {
  program
    .command('token')
    .description('make a new token; prints it once, with the entry for identity.tokens')
    .requiredOption('--name <name>', 'name of its holder, for the audit log')
    .addOption(new Option('--kind <kind>', 'what it may do').choices([...TOKEN_KINDS]).makeOptionMandatory())
    .option('--json', 'print JSON')
    .action(({ name, kind, json }: { name: string; kind: TokenKind; json?: true }) => {
      // The prefix lets scanners of repositories find one that was committed.
      const token = `tidegate_${randomBytes(TOKEN_BYTES).toString('base64url')}`;
      const sha256 = createHash('sha256').update(token).digest('hex');
      const entry = { name, kind, sha256 };
      process.stdout.write(
        json
          ? `${JSON.stringify({ token, entry })}\n`
          : `${token}\n\nidentity:\n  tokens:\n    - {name: ${JSON.stringify(name)}, kind: ${kind}, sha256: ${sha256}}\n`,
      );
      if (kind === 'capability') {
        process.stderr.write(
          'Add to the entry what it is bound to and when it ends: clusters: [one], apps: [one], expires: a date.\n',
        );
      }
      process.stderr.write(
        'The token is shown once; give it to its holder, and the entry to the configuration.\n',
      );
    });
}
