import { generateKeyPairSync } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { type ExitCode, exitCodes } from '../../exit-codes.ts';
import { UsageFailure } from '../../failure.ts';
import type { Terminal } from '../../terminal.ts';

/** `millwright audit key`: a pair of Ed25519 keys in PEM. */
export async function makeKey([file = '']: readonly string[], _: object, terminal: Terminal): Promise<ExitCode> {
  const publicFile = `${file}.pub`;
  const taken = [file, publicFile].find((path) => existsSync(path));
  if (taken !== undefined)
    throw new UsageFailure(
      `${taken} exists already`,
      'Name another file: with a lost key no one can make checkpoints that the old ones agree with.',
    );
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  // `wx` refuses a file that somebody has put there in the meantime.
  writeFileSync(file, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600, flag: 'wx' });
  writeFileSync(publicFile, publicKey.export({ type: 'spki', format: 'pem' }), { flag: 'wx' });
  terminal.write(`${file} signs, and only its owner may read it.\n${publicFile} verifies.\n`);
  terminal.progress('Keep the private key where the application cannot read it: whoever has both can forge the trail.');
  return exitCodes.clean;
}
