import { checkBlock, estimate, streamViews, writeViews } from '../format/expose.js';
import { escapeFamilies } from '../format/escaping.js';
import { formatFor } from '../format/formats.js';
import { type Negotiated, negotiate } from '../format/negotiate.js';
import { checkTimeout } from '../registry/composition.js';
import { type Registry, oneRegistry } from '../registry/registry.js';
import type { ScrapeFault } from '../registry/scrape-metrics.js';
import type { FamilyView } from '../store/family-view.js';
import { type Guard, guardOf, isAuthorized } from './authentication.js';
import { CompressionBudget, type Encoder } from './compression.js';
import { chooseEncoding } from './encoding.js';
import { hasName, namesIn } from './name-filter.js';
import { type Answer, type ScrapeOptions, checkScrapeOptions, refuseMethod, say, shortenTimeout } from './scrape.js';

/** A request, whatever carries it. */
export interface Asked {
  readonly method: string | undefined;
  /** Path and query string, or the whole. */
  readonly url: string;
  /** A header by its name in lower case. */
  header(name: string): string | undefined;
}

/** What the platform has that handlers need. */
export interface Platform {
  /** By content coding, the best first. */
  readonly encoders: Readonly<Record<string, () => Encoder>>;
  /** Compares bytes of one length in a time that depends on the length only. */
  readonly isEqual: (one: Uint8Array, other: Uint8Array) => boolean;
}

/** Writing this much takes about the five milliseconds that the event loop may be blocked. */
const defaultStreamFromBytes = 1_048_576;
/** One or two scrapers, a person who looks, and some that hang. */
const defaultConcurrentScrapes = 8;

/** What a scrape asks for, as the headers and the query string come out. */
interface Order extends Negotiated {
  /** Empty for all families. */
  readonly names: ReadonlySet<string>;
  /** The content coding that is wanted; undefined for none. */
  readonly encoding: string | undefined;
  readonly seconds: number;
}

/** What an order came to: an exposition, or the families of one that is too large to be written at once. */
type Rendering = { readonly body: Uint8Array<ArrayBuffer>; readonly encoding: string | undefined } | { readonly views: readonly FamilyView[] };

/** Answers requests for a registry's metrics; what all handlers share. */
export class Endpoint {
  readonly registry: Registry;
  private readonly options: ScrapeOptions;
  private readonly platform: Platform;
  private readonly guard: Guard | undefined;
  private readonly budget: CompressionBudget | undefined;
  /** Scrapes that are being collected, written or read. */
  private running: number;
  /** What is being rendered, by what was ordered. */
  private readonly renderings: Map<string, Promise<Rendering>>;

  /** @throws TallystickError when there is no registry, two registries have the same metric, or an option is wrong */
  constructor(registries: Registry | readonly Registry[], options: ScrapeOptions, platform: Platform) {
    const registry = oneRegistry(registries);
    checkScrapeOptions(options);
    const { compression = {} } = options;
    this.registry = registry;
    this.options = options;
    this.platform = platform;
    this.guard = guardOf(options.auth);
    this.budget = compression === false ? undefined : new CompressionBudget(compression);
    this.running = 0;
    this.renderings = new Map();
  }

  /** The answer to a request; a failure is an answer, never an exception. */
  async answer(asked: Asked): Promise<Answer> {
    const notAllowed = refuseMethod(asked.method);
    if (notAllowed !== undefined) return this.refuse('method', notAllowed);
    if (this.guard !== undefined && !isAuthorized(this.guard, asked.header('authorization'), this.platform.isEqual)) {
      return this.refuse('unauthorized', say(401, 'Authentication is needed here.', { 'www-authenticate': this.guard.challenge }));
    }
    const names = namesIn(asked.url);
    if (names === undefined) return this.refuse('request', say(400, 'Too many names are asked for.'));
    if (this.running >= (this.options.maxConcurrentScrapes ?? defaultConcurrentScrapes)) {
      return this.refuse('busy', say(503, 'Too many scrapes are under way; try again.', { 'retry-after': '1' }));
    }
    const began = this.now();
    const order: Order = {
      ...negotiate(asked.header('accept'), this.options.negotiation),
      names,
      encoding: this.budget?.allows() === true ? chooseEncoding(asked.header('accept-encoding'), Object.keys(this.platform.encoders)) : undefined,
      seconds: shortenTimeout(checkTimeout(this.options.timeoutSeconds), asked.header('x-prometheus-scrape-timeout-seconds')),
    };
    this.running += 1;
    try {
      return this.serve(order, await this.rendering(order), began, asked.method === 'HEAD');
    } catch (error) {
      this.registry.noteFault('scrape', error);
      return this.refuse('failed', say(500, 'The metrics could not be collected; the log of the service says why.'));
    } finally {
      this.running -= 1;
    }
  }

  private refuse(reason: ScrapeFault, answer: Answer): Answer {
    this.registry.scrapes?.noteFault(reason);
    return answer;
  }

  private now(): number {
    return this.registry.catalog.store.clock.monotonicSeconds();
  }

  /** Orders for the same, while one of them is being rendered, are given the same. */
  private rendering(order: Order): Promise<Rendering> {
    const key = JSON.stringify({ ...order, names: [...order.names].sort() });
    let rendering = this.renderings.get(key);
    if (rendering === undefined) {
      rendering = this.render(order).finally(() => this.renderings.delete(key));
      this.renderings.set(key, rendering);
    }
    return rendering;
  }

  private async render({ format, escaping, contentType, names, encoding, seconds }: Order): Promise<Rendering> {
    const { registry, options, budget } = this;
    const collected = await registry.collect({ timeoutSeconds: seconds, ...(names.size === 0 ? {} : { wanted: (descriptor) => hasName(names, descriptor, escaping) }) });
    const views = escapeFamilies(collected, registry, escaping);
    if (estimate(views) >= (options.streamFromBytes ?? defaultStreamFromBytes)) return { views };
    const body = writeViews(views, registry, formatFor(format, contentType));
    if (encoding === undefined || budget === undefined || body.length < budget.minBytes) return { body, encoding: undefined };
    return { body: await budget.compressAll(body, this.platform.encoders[encoding]!), encoding };
  }

  private serve(order: Order, rendering: Rendering, began: number, headOnly: boolean): Answer {
    const { format, contentType } = order;
    const headers = { 'content-type': contentType, vary: 'Accept, Accept-Encoding' };
    if ('body' in rendering) {
      const { body, encoding } = rendering;
      if (!headOnly) this.registry.scrapes?.note(format, encoding ?? 'identity', this.now() - began, body.length);
      return { status: 200, headers: { ...headers, ...encodedAs(encoding), 'content-length': String(body.length) }, body };
    }
    const written = streamViews(rendering.views, this.registry, formatFor(format, contentType), checkBlock(this.options.maxBlockMilliseconds));
    const encoding = this.budget === undefined ? undefined : order.encoding;
    const chunks = encoding === undefined ? written : this.budget!.compress(written, this.platform.encoders[encoding]!);
    return { status: 200, headers: { ...headers, ...encodedAs(encoding) }, body: this.measured(chunks, format, encoding ?? 'identity', began) };
  }

  /** Counts a stream as a scrape from its first chunk to its last; one that nobody reads costs nothing. */
  private async *measured(chunks: AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined>, format: string, encoding: string, began: number): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
    let bytes = 0;
    let fault: ScrapeFault | undefined = 'aborted';
    this.running += 1;
    try {
      for await (const chunk of chunks) {
        bytes += chunk.length;
        yield chunk;
      }
      fault = undefined;
    } catch (error) {
      fault = 'failed';
      throw error;
    } finally {
      this.running -= 1;
      if (fault === undefined) this.registry.scrapes?.note(format, encoding, this.now() - began, bytes);
      else this.registry.scrapes?.noteFault(fault);
    }
  }
}

function encodedAs(encoding: string | undefined): Readonly<Record<string, string>> {
  return encoding === undefined ? {} : { 'content-encoding': encoding };
}
