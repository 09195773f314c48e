#!/usr/bin/env node
import module from 'node:module';
import v8 from 'node:v8';

// Compiled code is kept in the system's folder for temporary files, which takes a third off the start of every further run.
// NODE_DISABLE_COMPILE_CACHE=1 switches it off. It has to be on before the rest is loaded. Node 20 does not have it.
module.enableCompileCache?.();
// Objects of a contract live long: room for short-lived ones that keeps growing costs a quarter of the memory and gains no time.
// A later engine may not know the flag, and would say so.
if (/^2[2-4]\./.test(process.versions.node)) v8.setFlagsFromString('--semi-space-growth-factor=1');

// A reader such as head may leave before everything is written; that is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

const { main } = await import('./main.ts');
process.exitCode = await main(process.argv.slice(2));
