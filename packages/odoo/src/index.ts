export type { Domain, OdooCallOptions, OdooClient, OdooConfig, OdooRecord, Pressed, SearchOptions } from './client.ts';
export { createOdooClient } from './client.ts';
export type { Json2Config } from './json-2.ts';
export type { JsonRpcConfig } from './json-rpc.ts';
export type { Happened, OdooErrorCode, OdooErrorDetails } from './odoo-error.ts';
export { OdooError } from './odoo-error.ts';
export type { OdooCall, OdooValue, OdooValues } from './protocol.ts';
export type { RetryPolicy } from './retry.ts';
