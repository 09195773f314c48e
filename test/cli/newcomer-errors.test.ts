import { describe, expect, it } from 'vitest';
import { smallApi, workplace } from './run-cli.ts';

interface Mistake {
  readonly mistake: string;
  readonly args: readonly string[];
  readonly status: number;
  /** What leads out of it. */
  readonly says: RegExp;
}

const mistakes: readonly Mistake[] = [
  {
    mistake: 'a flag with a slip',
    args: ['lint', '--formt', 'json', 's.json'],
    status: 2,
    says: /Did you mean --format\?/,
  },
  { mistake: 'a switch of another tool', args: ['--verson'], status: 2, says: /Did you mean --version\?/ },
  {
    mistake: 'a command that is cut short',
    args: ['gen'],
    status: 2,
    says: /Commands: init, lint, validate, generate/,
  },
  { mistake: 'no command at all', args: [], status: 2, says: /Usage: millwright[\s\S]*Examples:/ },
  {
    mistake: 'a format that there is not',
    args: ['lint', 's.json', '--format', 'xml'],
    status: 2,
    says: /choices are text, json/,
  },
  {
    mistake: 'a severity of another tool',
    args: ['lint', 's.json', '--fail-on', 'warn'],
    status: 2,
    says: /choices are error, warning/,
  },
  {
    mistake: 'a rule without a severity',
    args: ['lint', 's.json', '--rule', 'owner-declared'],
    status: 2,
    says: /--rule lint\/owner-declared=error/,
  },
  {
    mistake: 'a role that there is not',
    args: ['generate', 's.json', '--out', 'x', '--as', 'admin'],
    status: 2,
    says: /choices are erp, mes/,
  },
  {
    mistake: 'a flag without its value',
    args: ['generate', 's.json', '--out'],
    status: 2,
    says: /'--out <folder>' argument missing/,
  },
  {
    mistake: 'an empty list of generators',
    args: ['generate', 's.json', '--out', 'x', '--generators', ','],
    status: 2,
    says: /names separated by commas/,
  },
  {
    mistake: 'a folder without contracts',
    args: ['lint', 'photos'],
    status: 2,
    says: /No contract in photos[\s\S]*OpenAPI, AsyncAPI/,
  },
  { mistake: 'an empty folder', args: ['generate', 'void', '--out', 'x'], status: 2, says: /No contract in void/ },
  {
    mistake: 'an empty file',
    args: ['lint', 'empty.yaml'],
    status: 3,
    says: /empty\.yaml:1:1 error contract\/empty-file[\s\S]*fix {5}Write a contract/,
  },
  {
    mistake: 'a binary file',
    args: ['lint', 'photo.yaml'],
    status: 3,
    says: /photo\.yaml:1:\d+ error contract\/not-utf-8[\s\S]*fix {5}Save it as UTF-8/,
  },
  {
    mistake: 'a binary file that is called JSON',
    args: ['lint', 'photo.json'],
    status: 3,
    says: /photo\.json:1:1 error contract\/[\s\S]*fix/,
  },
  {
    mistake: 'a fault at the end of a line of megabytes',
    args: ['lint', 'minified.json'],
    status: 3,
    says: /minified\.json:1:20000\d\d error contract\/duplicate-key/,
  },
  {
    mistake: 'a Swagger 2.0 file',
    args: ['generate', 'swagger.json', '--out', 'x'],
    status: 3,
    says: /"2\.0" is not supported[\s\S]*swagger2openapi/,
  },
  {
    mistake: 'a web address as a path',
    args: ['lint', 'https://example.com/a.yaml'],
    status: 2,
    says: /There is no file or folder https/,
  },
  {
    mistake: 'a config that is not there',
    args: ['lint', '--config', 'no.ts'],
    status: 2,
    says: /There is no config no\.ts[\s\S]*--config/,
  },
  {
    mistake: 'a config with a misspelt member',
    args: ['lint', '--config', 'misspelt.ts'],
    status: 2,
    says: /unknown members: contract\n[\s\S]*contracts, root/,
  },
  {
    mistake: 'a config without a default export',
    args: ['lint', '--config', 'named.ts'],
    status: 2,
    says: /export default/,
  },
  {
    mistake: 'a config that does not parse',
    args: ['lint', '--config', 'broken.ts'],
    status: 2,
    says: /cannot be read[\s\S]*Correct the file/,
  },
  {
    mistake: 'a config that names a contract that is gone',
    args: ['lint', '--config', 'gone.ts'],
    status: 2,
    says: /There is no file or folder missing\.yaml/,
  },
  { mistake: 'data without a schema', args: ['validate', '-'], status: 2, says: /millwright init/ },
  {
    mistake: 'a schema name that the contract lacks',
    args: ['validate', 'd.json', '--schema', 'Ordr', '--contract', 'api.yaml'],
    status: 2,
    says: /no schema Ordr[\s\S]*(Did you mean Order|Name a schema)/,
  },
  {
    mistake: 'a code with a slip',
    args: ['explain', 'lint/owner-declare'],
    status: 2,
    says: /Did you mean lint\/owner-declared/,
  },
  {
    mistake: 'a name that is no code',
    args: ['explain', 'foo'],
    status: 2,
    says: /millwright explain lists all codes/,
  },
  {
    mistake: 'a contract for init that is gone',
    args: ['init', 'nofile.yaml'],
    status: 2,
    says: /There is no file or folder nofile\.yaml/,
  },
  {
    mistake: 'generated code out of date',
    args: ['generate', 'api.yaml', '--out', 'sdk', '--check'],
    status: 1,
    says: /Run millwright generate/,
  },
];

describe('what a newcomer gets wrong is told with a way out', () => {
  const place = workplace();
  for (const { mistake, args, status, says } of mistakes)
    it(mistake, () => {
      place.write({
        's.json': '{"type":"object"}',
        'd.json': '{}',
        'api.yaml': smallApi,
        'empty.yaml': '',
        'photo.yaml': new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0xff, 0xd8, 0xfe, 0x0a, 0x80]),
        'photo.json': new Uint8Array([0, 1, 2, 0x50, 0x4e, 0x47]),
        'minified.json': `{"type":"object","x":"${'a'.repeat(2_000_000)}","type":3}`,
        'swagger.json': '{"swagger":"2.0","info":{"title":"t","version":"1"},"paths":{}}',
        'photos/index.json': '{"a":1}',
        'void/.keep': '',
        'misspelt.ts': "export default { contract: ['x'] };\n",
        'named.ts': 'export const config = {};\n',
        'broken.ts': 'nope(\n',
        'gone.ts': "export default { contracts: ['missing.yaml'] };\n",
      });
      const ended = place.run(args);
      expect(ended.stdout + ended.stderr).toMatch(says);
      expect(ended.status).toBe(status);
      expect(ended.stderr).not.toMatch(/\n\s+at |bug of Millwright:/);
      expect((ended.stdout + ended.stderr).length).toBeLessThan(20_000);
    });
});
