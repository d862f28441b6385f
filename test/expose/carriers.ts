import { createFetchHandler } from '../../src/expose/fetch-handler.js';
import { createMetricsHandler } from '../../src/expose/metrics-handler.js';
import type { ScrapeOptions } from '../../src/expose/scrape.js';
import type { Registry } from '../../src/index.js';
import { ask as askServer, withServer } from './client.js';

/** An answer from any handler. */
export interface Carried {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly bytes: Uint8Array;
  readonly body: string;
}

export type Ask = (path?: string, headers?: Readonly<Record<string, string>>, method?: string) => Promise<Carried>;

/** Makes a handler, and gives what asks it for as long as `use` takes. */
export type Carrier = <T>(registry: Registry, options: ScrapeOptions, use: (ask: Ask) => Promise<T>) => Promise<T>;

/** The two handlers, for what both do alike. */
export const carriers: readonly (readonly [name: string, carrier: Carrier])[] = [
  [
    'createMetricsHandler',
    (registry, options, use) =>
      withServer(createMetricsHandler(registry, options), (port) =>
        use(async (path = '/metrics', headers = {}, method = 'GET') => (await askServer(port, path, method, undefined, headers)) as Carried)),
  ],
  [
    'createFetchHandler',
    (registry, options, use) => {
      const handle = createFetchHandler(registry, options);
      return use(async (path = '/metrics', headers = {}, method = 'GET') => {
        const response = await handle(new Request(`http://localhost${path}`, { headers, method }));
        const bytes = new Uint8Array(await response.arrayBuffer());
        return { status: response.status, headers: Object.fromEntries(response.headers), bytes, body: new TextDecoder().decode(bytes) };
      });
    },
  ],
];
