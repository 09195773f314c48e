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
  {
    mistake: 'a command of a group with a slip',
    args: ['dlq', 'lst'],
    status: 2,
    says: /Did you mean list\?[\s\S]*Commands: dlq list, dlq show, dlq replay, dlq discard\.\n/,
  },
  { mistake: 'help for what there is not', args: ['help', 'dlq', 'nix'], status: 2, says: /unknown command 'dlq nix'/ },
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
    mistake: 'a config in a form that Node cannot load',
    args: ['lint', '--config', 'config.toml'],
    status: 2,
    says: /cannot be read[\s\S]*as \.mjs or \.json, or as \.ts with Node 22\.18/,
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
    mistake: 'the working directory as the output folder',
    args: ['generate', 'api.yaml', '--out', '.'],
    status: 2,
    says: /\. holds the working directory[\s\S]*--out src\/sdk/,
  },
  {
    mistake: 'a folder above the working directory as the output folder',
    args: ['generate', 'api.yaml', '--out', '..'],
    status: 2,
    says: /holds the working directory[\s\S]*--out src\/sdk/,
  },
  {
    mistake: 'an output folder that holds the contract',
    args: ['generate', 'contracts/api.yaml', '--out', 'contracts'],
    status: 2,
    says: /contracts holds contracts\/api\.yaml[\s\S]*--out src\/sdk/,
  },
  {
    mistake: 'an output folder that holds what the contract refers to',
    args: ['generate', 'refers.json', '--out', 'contracts/parts'],
    status: 2,
    says: /parts holds contracts\/parts\/part\.json[\s\S]*--out src\/sdk/,
  },
  {
    mistake: 'a file as the output folder',
    args: ['generate', 'api.yaml', '--out', 's.json'],
    status: 2,
    says: /s\.json is a file, not a folder[\s\S]*--out/,
  },
  {
    mistake: 'a file as the output folder to be checked',
    args: ['generate', 'api.yaml', '--out', 's.json', '--check'],
    status: 2,
    says: /s\.json is a file, not a folder[\s\S]*--out/,
  },
  {
    mistake: 'an output folder below a file',
    args: ['generate', 'api.yaml', '--out', 's.json/sdk'],
    status: 2,
    says: /s\.json is a file, so it cannot hold [\s\S]*--out/,
  },
  {
    mistake: 'an output folder with a name that is too long',
    args: ['generate', 'api.yaml', '--out', 'x'.repeat(300)],
    status: 2,
    says: /cannot be read or written: a name is too long[\s\S]*another folder with --out/,
  },
  {
    mistake: 'a root that is not there',
    args: ['lint', 'api.yaml', '--root', 'nowhere'],
    status: 2,
    says: /There is no folder nowhere[\s\S]*--root/,
  },
  {
    mistake: 'a root that is not there, with a schema file',
    args: ['validate', 'd.json', '--schema', 's.json', '--root', 'nowhere'],
    status: 2,
    says: /There is no folder nowhere[\s\S]*--root/,
  },
  {
    mistake: 'a root of the config that is a file',
    args: ['lint', '--config', 'root.ts'],
    status: 2,
    says: /There is no folder s\.json[\s\S]*root in the config/,
  },
  {
    mistake: 'a schema file that is not there',
    args: ['validate', 'd.json', '--schema', 'nope.json'],
    status: 2,
    says: /There is no schema file nope\.json\n[\s\S]*Check the path/,
  },
  {
    mistake: 'a schema file with a pointer that leads nowhere',
    args: ['validate', 'd.json', '--schema', 's.json#/nope'],
    status: 2,
    says: /error s\.json holds nothing at #\/nope[\s\S]*Correct the pointer/,
  },
  {
    mistake: 'a schema file with a name that leads nowhere',
    args: ['validate', 'd.json', '--schema', 's.json#nope'],
    status: 2,
    says: /error s\.json holds nothing at #nope[\s\S]*begins with \//,
  },
  {
    mistake: 'a schema name without a contract',
    args: ['validate', 'd.json', '--schema', 'Order'],
    status: 2,
    says: /No contract was named that could hold the schema Order[\s\S]*--contract/,
  },
  {
    mistake: 'a folder as the schema',
    args: ['validate', 'd.json', '--schema', 'photos'],
    status: 2,
    says: /photos is a folder, not a schema file[\s\S]*--contract/,
  },
  {
    mistake: 'a schema without data',
    args: ['validate', '--schema', 's.json'],
    status: 2,
    says: /A schema was named, but no data[\s\S]*stdin/,
  },
  {
    mistake: 'a schema for an empty folder',
    args: ['validate', 'void', '--schema', 's.json'],
    status: 2,
    says: /No data in void[\s\S]*\.ndjson/,
  },
  {
    mistake: 'a folder that holds only data, to be validated',
    args: ['validate', 'photos'],
    status: 2,
    says: /no schema was named: photos\/index\.json can only be data\n[\s\S]*--schema <file>/,
  },
  {
    mistake: 'data that nothing in the contract is meant for',
    args: ['validate', 'd.json', '--contract', 'api.yaml'],
    status: 2,
    says: /No schema was named for d\.json[\s\S]*--schema/,
  },
  {
    mistake: 'a folder with JSON Schemas that do not say so',
    args: ['lint', 'bare'],
    status: 2,
    says: /No contract in bare: 2 files were passed over as data\n[\s\S]*add "\$schema", or name the file itself/,
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
        'bare/one.json': '{"type":"object"}',
        'bare/two.yaml': 'type: string\n',
        'contracts/api.yaml': smallApi,
        'contracts/parts/part.json': '{"type":"string"}',
        'refers.json': '{"type":"object","properties":{"part":{"$ref":"contracts/parts/part.json"}}}',
        'root.ts': "export default { contracts: ['api.yaml'], root: 's.json' };\n",
        'void/.keep': '',
        'misspelt.ts': "export default { contract: ['x'] };\n",
        'named.ts': 'export const config = {};\n',
        'broken.ts': 'nope(\n',
        'config.toml': 'contracts = ["contracts"]\n',
        'gone.ts': "export default { contracts: ['missing.yaml'] };\n",
      });
      const ended = place.run(args);
      expect(ended.stdout + ended.stderr).toMatch(says);
      expect(ended.status).toBe(status);
      expect(ended.stderr).not.toMatch(/\n\s+at |bug of Millwright:/);
      expect((ended.stdout + ended.stderr).length).toBeLessThan(20_000);
    });
});

describe('a config is held to its types, which bind nobody at run time', () => {
  const place = workplace();
  const wrong: readonly (readonly [config: string, says: RegExp])[] = [
    ["{ contracts: 'api.yaml' }", /contracts is 'api\.yaml', not a list[\s\S]*such as: contracts: \[/],
    ['{ contracts: [1] }', /contracts\[0\] is 1[\s\S]*a text that is not empty/],
    ['{ root: true }', /root is true[\s\S]*a text/],
    ['{ generate: {} }', /generate\.out is missing[\s\S]*generate\.out a text/],
    ["{ generate: 'sdk' }", /generate is 'sdk', not an object[\s\S]*generate: \{/],
    ["{ generate: [{ out: 'a' }, { out: '' }] }", /generate\[1\]\.out is ''/],
    [
      "{ generate: { out: 'a', output: 'b' } }",
      /generate has unknown members: output\n[\s\S]*Known members are out, generators/,
    ],
    ["{ generate: { out: 'a', generators: 'types' } }", /generate\.generators is 'types', not a list/],
    ["{ generate: { out: 'a', as: 'admin' } }", /generate\.as is 'admin'[\s\S]*Allowed are 'erp', 'mes'/],
    ["{ generate: { out: 'a', importExtension: '.js' } }", /importExtension is '\.js'[\s\S]*Allowed are 'js', 'ts'/],
    ["{ generate: { out: 'a', runtime: 'npm' } }", /runtime is 'npm'[\s\S]*Allowed are 'inline'/],
    [
      "{ lint: { rules: { 'lint/owner-declared': 'warn' } } }",
      /lint\.rules\['lint\/owner-declared'\] is 'warn'[\s\S]*Allowed are 'error', 'warning', 'info', 'off'/,
    ],
    [
      "{ lint: { ignores: [{ rule: 'lint/owner-declared' }] } }",
      /lint\.ignores\[0\]\.reason is missing[\s\S]*why the finding is accepted/,
    ],
    ["{ lint: { ignores: [{ reason: 'x' }] } }", /lint\.ignores\[0\]\.rule is missing/],
    ["{ lint: { severity: 'off' } }", /lint has unknown members: severity\n[\s\S]*rules, ignores/],
    ["{ limits: { bytesMax: '1 MB' } }", /limits\.bytesMax is '1 MB'[\s\S]*whole number above 0/],
    ["{ allowRemote: 'https://example.com/' }", /allowRemote is 'https:[\s\S]*not a list/],
    ['[]', /no default export that is an object[\s\S]*export default/],
  ];
  for (const [config, says] of wrong)
    it(config, () => {
      place.write({ 'api.yaml': smallApi, 'millwright.config.mjs': `export default ${config};\n` });
      const { status, stdout, stderr } = place.run(['lint', 'api.yaml']);
      expect(stderr).toMatch(says);
      expect(stderr).toContain('millwright.config.mjs');
      expect(stdout).toBe('');
      expect(status).toBe(2);
    });

  it('a config that says everything is taken', () => {
    const config = `{ contracts: ['api.yaml'], root: '.', limits: { bytesMax: 100000 }, allowRemote: ['https://example.com/'],
      generate: [{ out: 'sdk', generators: ['types'], as: 'mes', importExtension: 'ts', runtime: 'inline' }],
      lint: { rules: { 'lint/owner-declared': 'off' }, ignores: [{ rule: 'lint/lists-are-paged', file: 'api.yaml', pointer: '/paths', reason: 'small' }] } }`;
    place.write({ 'api.yaml': smallApi, 'millwright.config.mjs': `export default ${config};\n` });
    expect(place.run(['generate']).status).toBe(0);
    expect(place.run(['lint', '--fail-on', 'never']).status).toBe(0);
  });
});
