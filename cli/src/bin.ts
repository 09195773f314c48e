#!/usr/bin/env node
import module from 'node:module';
import { growYoungSpaceBy } from './engine-flags.ts';

// Compiled code is kept in the system's folder for temporary files, which takes a third off the start of every further run.
// NODE_DISABLE_COMPILE_CACHE=1 switches it off. It has to be on before the rest is loaded. Node 20 does not have it.
module.enableCompileCache?.();
growYoungSpaceBy(12);

// A reader such as head may leave before everything is written; that is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

const { main } = await import('./main.ts');
growYoungSpaceBy(1);
process.exitCode = await main(process.argv.slice(2));
