#!/usr/bin/env node
import module from 'node:module';
import v8 from 'node:v8';

// Compiled code is kept in the system's folder for temporary files, which takes a third off the start of every further run.
// NODE_DISABLE_COMPILE_CACHE=1 switches it off. It has to be on before the rest is loaded. Node 20 does not have it.
module.enableCompileCache?.();
// Most objects of a run are soon garbage, what the contract holds lives to the end. Room for young objects that starts at 1 MiB
// copies the living again and again; room that keeps doubling holds a quarter of the memory for nothing. So it grows once, while
// the program is loaded, and stays. A later engine may not know the flag, and would say so.
const growYoungSpaceBy = /^2[2-4]\./.test(process.versions.node)
  ? (factor: number) => v8.setFlagsFromString(`--semi-space-growth-factor=${factor}`)
  : undefined;
growYoungSpaceBy?.(12);

// A reader such as head may leave before everything is written; that is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

const { main } = await import('./main.ts');
growYoungSpaceBy?.(1);
process.exitCode = await main(process.argv.slice(2));
