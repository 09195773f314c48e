import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { BrokerNames } from '@millwright/codegen';
import type { Limits, Role } from '@millwright/contract';
import type { LintConfig } from '@millwright/lint';
import { UsageFailure } from './failure.ts';

/** One folder of generated code. */
export interface GenerateConfig {
  /** Folder that holds generated files and nothing else. */
  readonly out: string;
  /** Names of generators; by default those of an SDK. */
  readonly generators?: readonly string[];
  /** Least privilege: only what this role may use. */
  readonly as?: Role;
  readonly importExtension?: 'js' | 'ts';
  readonly runtime?: 'inline' | '@millwright/runtime';
  /** Register of the systems that `permissions` are made for, relative to the config. */
  readonly systems?: string;
  /** Names at the brokers, as the transports of the systems are configured. */
  readonly brokers?: BrokerNames;
}

/** A store of a system: `sqlite:erp.db`, `postgres://host/database`, or `env:NAME` for a variable that holds one of them. */
export interface StoreConfig {
  readonly url: string;
  /** Schema of the tables in PostgreSQL. Default `millwright`. */
  readonly schema?: string;
}

/** What `millwright.config.ts` exports. Every member has a default; flags win over it. */
export interface MillwrightConfig {
  /** Contract files or folders, relative to the config. */
  readonly contracts?: readonly string[];
  /** Folder that references may not leave. */
  readonly root?: string;
  readonly generate?: GenerateConfig | readonly GenerateConfig[];
  readonly lint?: LintConfig;
  readonly limits?: Partial<Limits>;
  readonly allowRemote?: readonly string[];
  /** Stores by the names of their systems. Paths are relative to the config. */
  readonly stores?: Readonly<Record<string, string | StoreConfig>>;
  /** Transports by name: `nats://...`, `amqp://...`, `mqtt://...`, or `env:NAME` for a variable that holds one of them. */
  readonly transports?: Readonly<Record<string, string>>;
}

/** Types a config where it is written. */
export function defineConfig(config: MillwrightConfig): MillwrightConfig {
  return config;
}

/** A config and the folder that its paths are relative to. */
export interface LoadedConfig {
  readonly config: MillwrightConfig;
  readonly folder: string;
  readonly file: string | undefined;
}

const fileNames = [
  'millwright.config.ts',
  'millwright.config.mts',
  'millwright.config.js',
  'millwright.config.mjs',
  'millwright.config.json',
] as const;

/** Reads the config named, else the one in the working directory, else gives an empty one. */
export async function loadConfig(named: string | undefined): Promise<LoadedConfig> {
  const cwd = process.cwd();
  const file =
    named === undefined
      ? fileNames.map((name) => resolve(cwd, name)).find((path) => existsSync(path))
      : resolve(cwd, named);
  if (file === undefined) return { config: {}, folder: cwd, file: undefined };
  if (!existsSync(file)) throw new UsageFailure(`There is no config ${named}`, 'Check the path given with --config.');
  const config = await importConfig(file);
  // Loaded here, because a config that imports defineConfig from this file must stay cheap.
  const { configFault } = await import('./input/check-config.ts');
  const fault = configFault(config);
  if (fault !== undefined) throw new UsageFailure(`Config ${file}: ${fault.message}`, fault.fix);
  return { config, folder: dirname(file), file };
}

async function importConfig(file: string): Promise<MillwrightConfig> {
  try {
    const url = pathToFileURL(file).href;
    const loaded = (file.endsWith('.json') ? await import(url, { with: { type: 'json' } }) : await import(url)) as {
      default?: MillwrightConfig;
    };
    if (typeof loaded.default !== 'object' || loaded.default === null || Array.isArray(loaded.default))
      throw new UsageFailure(
        `Config ${file} has no default export that is an object`,
        "Write: export default defineConfig({ contracts: ['contracts'] })",
      );
    return loaded.default;
  } catch (error) {
    if (error instanceof UsageFailure) throw error;
    throw new UsageFailure(
      `Config ${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      error instanceof Error && 'code' in error && error.code === 'ERR_UNKNOWN_FILE_EXTENSION'
        ? `Write the config as .mjs or .json, or as .ts with Node 22.18 or later; this is Node ${process.versions.node}.`
        : 'Correct the file; it is run by Node, so it may use TypeScript types but no enum or namespace.',
    );
  }
}
