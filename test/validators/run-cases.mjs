// Judges values with generated validators in a process of its own: argument 1 is a file
// `[{ folder, name, mode, values }]`; prints, per entry and value, the verdict of the check and what the explaining pass found.
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const groups = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const answers = [];
for (const { folder, name, mode, values } of groups) {
  const validators = await import(pathToFileURL(`${folder}/validators.ts`).href);
  const { violationsOf } = await import(pathToFileURL(`${folder}/validator-schemas.ts`).href);
  answers.push(
    values.map((value) => {
      const quick = validators.validate(name, value, mode);
      return [Array.isArray(quick), violationsOf(name, value, mode)];
    }),
  );
}
process.stdout.write(JSON.stringify(answers));
