import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Contract } from '@millwright/contract';
import { PayloadChecker } from '../validate/payload-checker.ts';
import { type Answer, answer, type World } from './answer.ts';
import { type Behaviour, fateOf } from './behaviour.ts';
import { Problem } from './problem.ts';
import { type Chance, chanceOf } from './random.ts';
import { type Asked, bodyOf, checkRequest } from './request.ts';
import { Resources } from './resources.ts';
import { Routes } from './routes.ts';

export interface MockOptions extends Behaviour {
  readonly seed: string;
  /** Bytes of a body at most. */
  readonly bodyMax: number;
  /** Told of each request. */
  readonly onAnswer: (line: string) => void;
}

interface Remembered {
  readonly request: string;
  readonly answer: Answer;
}

/** Answers of earlier requests that carried an Idempotency-Key, the oldest forgotten first. */
const rememberedMax = 10_000;

/** A server that answers as the contract says and keeps what it is given. It is not started yet. */
export function createMockServer(contract: Contract, options: MockOptions): Server {
  const world: World = {
    routes: new Routes(contract),
    checker: new PayloadChecker(contract, 'strict'),
    resources: new Resources(),
    seed: options.seed,
  };
  const mock = new Mock(world, options);
  return createServer((request, response) => void mock.serve(request, response));
}

class Mock {
  readonly #world: World;
  readonly #options: MockOptions;
  readonly #chance: Chance;
  readonly #remembered = new Map<string, Remembered>();

  constructor(world: World, options: MockOptions) {
    this.#world = world;
    this.#options = options;
    this.#chance = chanceOf(options.seed);
  }

  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const started = performance.now();
    const told = await this.#answerOf(request, response);
    const { method = 'GET', url = '/' } = request;
    const ms = (performance.now() - started).toFixed(0);
    if (told === undefined) {
      this.#options.onAnswer(`${method} ${url} dropped, ${ms} ms`);
      response.destroy();
      return;
    }
    write(response, told, method);
    this.#options.onAnswer(`${method} ${url} ${told.status}, ${ms} ms`);
  }

  async #answerOf(request: IncomingMessage, response: ServerResponse): Promise<Answer | undefined> {
    try {
      const asked = await readRequest(request, this.#options.bodyMax);
      const { delayMs, fail, drop } = fateOf(asked.headers['mock-behaviour'], this.#options, this.#chance);
      if (delayMs > 0) await sleep(delayMs);
      if (drop === 'before') return undefined;
      if (fail !== undefined) throw new Problem(fail, 'The mock was told to fail');
      const answered = this.#handle(asked);
      return drop === 'after' ? undefined : answered;
    } catch (error) {
      // A body that is too large is not read to its end.
      if (error instanceof Problem && error.status === 413) response.setHeader('Connection', 'close');
      return problemAnswer(
        error instanceof Problem ? error : new Problem(500, 'The mock has failed; please report it'),
      );
    }
  }

  #handle(asked: Asked): Answer {
    const match = this.#world.routes.find(asked.method, asked.url.pathname);
    if ('allowed' in match) {
      if (match.allowed.length === 0) throw new Problem(404, `The contract has no path ${asked.url.pathname}`);
      const headers = { Allow: match.allowed.join(', ') };
      throw new Problem(405, `The contract has no ${asked.method} here; it has ${match.allowed.join(', ')}`, {
        headers,
      });
    }
    checkRequest(match, asked, this.#world.checker);
    const key = asked.headers['idempotency-key'];
    const text = `${asked.method} ${asked.url.pathname}\n${Buffer.from(asked.body).toString('base64')}`;
    const before = key === undefined ? undefined : this.#remembered.get(key);
    if (before !== undefined) {
      if (before.request === text) return before.answer;
      throw new Problem(422, `The Idempotency-Key ${key} came with another request before`);
    }
    const answered = answer(this.#world, match, asked, bodyOf(match, asked, this.#world.checker));
    if (key !== undefined) this.#remember(key, { request: text, answer: answered });
    return answered;
  }

  #remember(key: string, remembered: Remembered): void {
    this.#remembered.set(key, remembered);
    const [oldest] = this.#remembered.keys();
    if (this.#remembered.size > rememberedMax && oldest !== undefined) this.#remembered.delete(oldest);
  }
}

async function readRequest(request: IncomingMessage, bodyMax: number): Promise<Asked> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > bodyMax) throw new Problem(413, `A body has ${bodyMax} bytes at most`);
    parts.push(part);
  }
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
  );
  return {
    ...{ method: request.method ?? 'GET', headers, body: Buffer.concat(parts) },
    url: new URL(request.url ?? '/', 'http://mock'),
  };
}

function problemAnswer(problem: Problem): Answer {
  const { status, headers, document } = problem;
  return {
    ...{ status, body: document as never },
    headers: { ...headers, 'Content-Type': 'application/problem+json' },
  };
}

function write(response: ServerResponse, { status, headers, body }: Answer, method: string): void {
  const text = body === undefined ? undefined : JSON.stringify(body);
  response.writeHead(status, {
    ...headers,
    ...(text === undefined ? {} : { 'Content-Length': Buffer.byteLength(text) }),
  });
  response.end(method === 'HEAD' ? undefined : text);
}
