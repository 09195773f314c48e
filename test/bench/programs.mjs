// Where the measured programs are, and their versions. Each is started by its script: a shell in between would be measured too.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const pathOf = (path) => fileURLToPath(new URL(path, import.meta.url));
const versionOf = (path) => JSON.parse(readFileSync(new URL(`${path}/package.json`, import.meta.url), 'utf8')).version;

export const repository = pathOf('../../');
export const schemas = pathOf('../../schemas');
export const corpora = pathOf('../../../shared/corpora');
export const millwright = pathOf('../../cli/dist/bin.js');
export const tsc = pathOf('../../node_modules/typescript/bin/tsc');
export const openapiTypescript = pathOf('../node_modules/openapi-typescript/bin/cli.js');
export const heyApi = pathOf('../node_modules/@hey-api/openapi-ts/bin/run.js');
export const githubDescription = pathOf('../node_modules/@octokit/openapi/generated/api.github.com.json');

export const versions = {
  millwright: `millwright ${versionOf('../../cli')}`,
  tsc: `typescript ${versionOf('../../node_modules/typescript')}`,
  openapiTypescript: `openapi-typescript ${versionOf('../node_modules/openapi-typescript')}`,
  heyApi: `@hey-api/openapi-ts ${versionOf('../node_modules/@hey-api/openapi-ts')}`,
  github: `@octokit/openapi ${versionOf('../node_modules/@octokit/openapi')}`,
  ajv: `ajv ${versionOf('../node_modules/ajv')}, ajv-formats ${versionOf('../node_modules/ajv-formats')}`,
  node: `Node ${process.versions.node}`,
};
