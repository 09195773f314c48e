import type { CommandDeclaration } from './command-declaration.ts';
import { commonFlags, severalStores, textOrJson } from './store-flags.ts';

export const doctorCommand: CommandDeclaration = {
  name: 'doctor',
  description: 'ask stores and transports for what the promises of the runtime need',
  argument: {
    syntax: '[names...]',
    description: 'stores and transports of the config (default: all, unless a flag names one)',
  },
  flags: [
    severalStores,
    {
      syntax: '--transport <address>',
      description:
        'nats://host?stream=name&monitor=http://host:8222, amqp://user:password@host/vhost?exchange=name, mqtt://host, kafka://host:port?topic=name or env:VARIABLE; repeatable',
      values: 'repeatable',
    },
    {
      syntax: '--require <verdict>',
      description: 'fail what is not durable, or does not even survive the end of its process',
      choices: ['durable', 'process'],
    },
    { syntax: '--timeout <ms>', description: 'milliseconds that each of them has to answer', defaultValue: '5000' },
    textOrJson,
    ...commonFlags,
  ],
  examples: [
    {
      line: 'millwright doctor --store sqlite:plant.db --transport nats://localhost:4222',
      purpose: 'whether they keep what they confirm',
    },
    {
      line: 'millwright doctor --store postgres://app@db/plant --require durable',
      purpose: 'fail unless it is durable',
    },
    { line: 'millwright doctor --format json', purpose: 'the stores and transports of the config, for a program' },
  ],
  load: async () => (await import('../commands/doctor.ts')).doctor,
};
