import { describe, expect, it } from 'vitest';
import { checkOffThread, refuseFunctions } from '../../src/expose/off-thread-options.js';
import { type MetricsServerOptions, startMetricsServer } from '../../src/expose/server.js';
import { Registry } from '../../src/index.js';

describe('the option offThread', () => {
  it('is off when it is left out or false, and on for true and for options.', () => {
    expect([checkOffThread(undefined), checkOffThread(false)]).toEqual([undefined, undefined]);
    expect(checkOffThread(true)).toEqual({ name: 'default', deadlineMilliseconds: undefined, resourceLimits: undefined });
    expect(checkOffThread({ name: 'api', deadlineMilliseconds: 0, resourceLimits: { stackSizeMb: 4 } })).toEqual({ name: 'api', deadlineMilliseconds: 0, resourceLimits: { stackSizeMb: 4 } });
  });

  it.each([[null], ['yes'], [1], [{ deadline: 500 }], [{ name: '' }], [{ name: 'a:questions' }], [{ name: 'x'.repeat(65) }], [{ deadlineMilliseconds: -1 }], [{ deadlineMilliseconds: NaN }], [{ deadlineMilliseconds: '500' }], [{ resourceLimits: 64 }], [{ resourceLimits: { maxOldGenerationSizeMB: 64 } }], [{ resourceLimits: { maxOldGenerationSizeMb: '64' } }], [{ resourceLimits: { stackSizeMb: 0.1 } }]])(
    'is refused as %j, before anything is started.',
    async (offThread) => {
      const options = { registry: new Registry(), port: 0, offThread } as MetricsServerOptions;
      await expect(startMetricsServer(options)).rejects.toMatchObject({ code: 'INVALID_OPTIONS', message: expect.stringContaining('metrics server: offThread') as string });
    },
  );

  it('Options of the server that hold a function are refused by its path, as it cannot be sent to a thread.', () => {
    const settings = { port: 0, host: '127.0.0.1', scrape: {} };
    expect(() => refuseFunctions({ ...settings, tls: { SNICallback: () => {} } })).toThrow('tls.SNICallback is a function');
    expect(() => refuseFunctions({ ...settings, tls: { cert: 'x', key: [{ pem: 'y', passphrase: (() => '') as never }] } })).toThrow('tls.key.0.passphrase is a function');
    expect(() => refuseFunctions({ ...settings, tls: { cert: Buffer.alloc(8), key: 'y' } })).not.toThrow();
  });
});
