import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root, workplace } from './run-cli.ts';

const place = workplace();
const schemas = join(root, 'schemas');
const register = join(schemas, 'governance/systems.yaml');
const generate = (...args: readonly string[]) =>
  place.run(['generate', schemas, '--generators', 'permissions', '--out', 'brokers', ...args]);

describe('generate --generators permissions', () => {
  it('writes the files of every broker, and no SDK', () => {
    expect(generate('--systems', register)).toMatchObject({ status: 0 });
    expect(readdirSync(place.path('brokers')).sort()).toEqual(['millwright.manifest.json', 'pl01', 'pl02']);
    const written = readFileSync(place.path('brokers/pl01/production/nats.conf'), 'utf8');
    expect(written).toContain('user: "svc-mes-pl01", password: $PL01_MES_CLIENT_CERTIFICATE');
    expect(generate('--systems', register, '--check')).toMatchObject({ status: 0 });
  });

  it('takes the register and the names at the brokers from the config', () => {
    const target = { out: 'brokers', generators: ['permissions'], systems: register, brokers: { prefix: 'factory' } };
    place.write({ 'millwright.config.json': JSON.stringify({ contracts: [schemas], generate: target }) });
    expect(place.run(['generate'])).toMatchObject({ status: 0 });
    const written = readFileSync(place.path('brokers/pl01/production/nats.conf'), 'utf8');
    expect(written).toContain('"factory.PL01.production.work-order.released.v1"');
  });

  it.each([
    ['no register', [], undefined, 'need a register of the systems'],
    ['a register that is not there', ['--systems', 'nowhere.yaml'], undefined, 'There is no register of systems'],
    ['a register that is no YAML', ['--systems', 'own.yaml'], '{', 'Register'],
    ['a register of something else', ['--systems', 'own.yaml'], 'plants: 7', '/plants must be a list'],
    [
      'a role that there is not',
      ['--systems', 'own.yaml'],
      `plants: [{ plantId: P, site: p, systems: [{ serviceIdentity: a, role: mess, environment: test, transports: [], credential: { reference: a/b } }] }]`,
      '/plants/0/systems/0/role must be one of erp, mes,',
    ],
  ])('with %s is wrong usage', (_, args, own, told) => {
    if (own !== undefined) place.write({ 'own.yaml': own });
    const ended = generate(...args);
    expect(ended).toMatchObject({ status: 2, stderr: expect.stringContaining(told) });
  });
});
