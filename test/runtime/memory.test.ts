import { createMemoryTransport } from '@millwright/runtime';
import { createMemoryStore } from '@millwright/runtime/stores/memory';
import { describeStore, describeTransport } from './conformance.ts';
import { poisonCase } from './poison.ts';

const store = createMemoryStore();
describeStore('memory', {
  open: async () => createMemoryStore(),
  write: (connection, name, value) => connection.set(name, value),
  read: (connection, name) => connection.get(name) as string | undefined,
  features: store.features,
});

const transport = createMemoryTransport();
describeTransport('memory', {
  connect: async () => createMemoryTransport(),
  prefix: 'memory',
  features: transport.features,
});

poisonCase(async () => createMemoryTransport());
